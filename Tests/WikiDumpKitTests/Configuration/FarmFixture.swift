import Foundation
import SystemPackage

@testable import WikiDumpKit

/// A folder for a test, removed with it, with files in it.
final class FarmFixture: Sendable {
    let path: FilePath

    init() throws {
        path = FilePath(NSTemporaryDirectory()).appending("farm-\(UUID().uuidString)")
        try fileSystem.makeDirectory(path)
    }

    deinit { try? fileSystem.removeTree(path) }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> FilePath {
        let file = path.pushing(FilePath(name))
        try fileSystem.makeDirectory(file.removingLastComponent())
        try fileSystem.write(Array(text.utf8), to: file)
        return file
    }

    /// Writes a siteinfo file that is as small as can be.
    func writeSiteInfo(_ name: String) throws {
        let general = #""sitename":"S","wikiid":"w","base":"http://localhost/","generator":"G","case":"first-letter""#
        let spaces = #"{"0":{"id":0,"case":"first-letter","*":""}}"#
        try write(name, #"{"query":{"general":{\#(general),"lang":"en"},"namespaces":\#(spaces)}}"#)
    }

    /// A loader that sees nothing outside of the folder.
    var loader: ConfigurationLoader {
        ConfigurationLoader(
            systemFile: path.appending("etc.conf"), homeDirectory: path.appending("home"),
            programDirectory: path.appending("bin"), workingDirectory: path)
    }

    /// Loads a configuration with a list of wikis and the given further lines.
    func inspect(_ text: String, wikis: String = "dewiki\nenwiki\n", argument: String = "my.conf") throws
        -> Configuration
    {
        try write("all.dblist", wikis)
        try write("my.conf", "[wiki]\ndblist=all.dblist\n" + text)
        return try loader.inspect(argument)
    }
}

extension Configuration {
    func value(_ key: String, for wiki: String? = nil) -> EffectiveValue? {
        effectiveValues(for: wiki.flatMap { WikiName($0) }).first { $0.key == key }
    }

    var errors: [String] { problems.filter { $0.severity == .error }.map(\.description) }
    var warnings: [String] { problems.filter { $0.severity == .warning }.map(\.description) }
}

/// The error that a body throws, or nil.
func dumpError(_ body: () throws -> Void) -> DumpError? {
    do { try body() } catch { return error as? DumpError }
    return nil
}

import Foundation
import SystemPackage

@testable import WikiDumpKit

/// A folder that goes away with the value.
final class TemporaryFarm: Sendable {
    let root: FilePath
    let settings: FarmSettings
    /// Templates are read once for all tests.
    private static let renderer = Result { try TemplateRenderer() }

    init() throws {
        root = FilePath(NSTemporaryDirectory()).appending("publish-\(UUID().uuidString)")
        var settings = FarmSettings(
            publicTree: root.appending("public"), privateTree: root.appending("private"),
            temporaryTree: root.appending("temp"))
        settings.webRoot = "http://localhost/dumps"
        self.settings = settings
        try fileSystem.makeDirectory(settings.publicTree)
        try fileSystem.makeDirectory(settings.privateTree)
    }

    deinit { try? fileSystem.removeTree(root) }

    func directories(_ wiki: String = "testwiki", isPrivate: Bool = false) -> WikiDirectories {
        WikiDirectories(
            wiki: Sample.wiki(wiki), isPrivate: isPrivate, publicTree: settings.publicTree,
            privateTree: settings.privateTree, temporaryTree: settings.temporaryTree)
    }

    static func makeRenderer() throws -> TemplateRenderer { try renderer.get() }

    func text(_ path: FilePath) -> String? { (try? fileSystem.text(path)) ?? nil }

    /// Puts the dump files of a run in place, as its jobs would.
    func makeFiles(_ run: RunRecord) throws {
        let folder = directories(run.wiki.description, isPrivate: run.isPrivate).run(run.date)
        try fileSystem.makeDirectory(folder)
        for file in run.jobs.flatMap(\.files) where file.isComplete {
            try fileSystem.write([1], to: folder.appending(file.name), durable: false)
        }
    }

    func publisher(_ wiki: String = "testwiki", isPrivate: Bool = false) throws -> RunPublisher {
        RunPublisher(
            directories: directories(wiki, isPrivate: isPrivate), farm: settings, renderer: try Self.makeRenderer())
    }

    /// Makes the files of a run and publishes it.
    @discardableResult
    func publish(_ run: RunRecord) throws -> FilePath {
        try makeFiles(run)
        try publisher(run.wiki.description, isPrivate: run.isPrivate).publish(run)
        return directories(run.wiki.description, isPrivate: run.isPrivate).latest
    }
}

import Foundation
import MWBzUtils

/// A folder with small dump files, gone after the test.
final class DumpFolder: Sendable {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("dumps-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// An export whose page ids are 10, 20 and so on, each with some noise.
    static func export(pages: ClosedRange<Int> = 1...40, textSize: Int = 5000) -> String {
        "<mediawiki>\n  <siteinfo>\n  </siteinfo>\n" + pages.map { page(id: $0 * 10, textSize: textSize) }.joined()
            + "</mediawiki>\n"
    }

    static func page(id: Int, textSize: Int = 5000) -> String {
        var random = SplitMix(state: UInt64(id))
        let letters = Array("abcdefghijklmnop ".utf8)
        let text = (0..<textSize).map { _ in letters[Int(random.next() % 17)] }
        return "  <page>\n    <title>Page \(id)</title>\n    <ns>0</ns>\n    <id>\(id)</id>\n    <revision>\n"
            + "      <id>\(id)1</id>\n      <text>\(String(decoding: text, as: UTF8.self))</text>\n    </revision>\n"
            + "  </page>\n"
    }

    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url.appendingPathComponent(name))) }

    /// The names in the folder, without what the tests themselves put there.
    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [])
            .filter { !$0.hasPrefix(".out-") && !$0.hasPrefix(".err-") && !$0.hasPrefix(".in-") }.sorted()
    }

    /// Decodes a file of the folder with the system's bzip2.
    func decoded(_ name: String) throws -> String {
        let outcome = try Tool.run(["bzip2", "-dc", url.appendingPathComponent(name).path])
        guard outcome.status == 0 else { throw Tool.Failure(text: outcome.text) }
        return outcome.text
    }

    func run(_ arguments: String..., input: [UInt8]? = nil) async throws -> Dumpctl.Outcome {
        try await run(arguments, input: input)
    }

    func run(_ arguments: [String], input: [UInt8]? = nil) async throws -> Dumpctl.Outcome {
        try await Dumpctl.gate.pass {
            try await Dumpctl.start(arguments, in: url, input: input.map { Data($0) }).wait()
        }
    }
}

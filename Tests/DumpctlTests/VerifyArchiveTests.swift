import Foundation
import Testing

/// `dumpctl verify` on 7z files, and samples of files that have no blocks.
@Suite(.timeLimit(.minutes(10)))
final class VerifyArchiveTests {
    let farm: DemoFarm
    static let run = "public/nordwiki/20260102"
    static let name = "nordwiki-20260102-pages-meta-history.xml.7z"

    /// A farm whose history is packed as 7z too.
    init() async throws {
        farm = try await DemoFarm(dumped: ())
        let configuration = try farm.text("wikidump.conf").replacing("\nsevenzip=\n", with: "\nsevenzip=/usr/bin/7za\n")
        try Data(configuration.utf8).write(to: farm.url("wikidump.conf"))
        let outcome = try await farm.run("run", "nordwiki", "--date", "20260102", "--job", "metahistory7zdump")
        try #require(outcome.status == 0, "\(outcome.output) \(outcome.error)")
    }

    deinit { farm.remove() }

    private var archive: URL { farm.url("\(Self.run)/\(Self.name)") }

    private func verify(_ arguments: String...) async throws -> Dumpctl.Outcome {
        try await Dumpctl.run(["verify", Self.run] + arguments, in: farm.folder)
    }

    /// The line of the archive, as JSON.
    private func line(_ outcome: Dumpctl.Outcome) throws -> [String: Any] {
        try #require(
            outcome.events.first { ($0["file"] as? String)?.hasSuffix(Self.name) == true }, "\(outcome.output)")
    }

    private func problems(_ outcome: Dumpctl.Outcome) throws -> String {
        let problems = try line(outcome)["problems"] as? [[String: Any]]
        return (problems ?? []).compactMap { $0["message"] as? String }.joined(separator: "; ")
    }

    /// Leaves nothing that the files could be held against but each other.
    private func forgetHashes() throws {
        for name in farm.names(Self.run) where name.contains("sums") || name.hasSuffix(".certificate.json") {
            try FileManager.default.removeItem(at: farm.url("\(Self.run)/\(name)"))
        }
    }

    @Test func whatIsPackedIsCounted() async throws {
        let before = farm.contents("public")
        let outcome = try await verify("--json")
        #expect(outcome.status == 0, "\(outcome.output) \(outcome.error)")
        let line = try line(outcome)
        #expect(line["state"] as? String == "agrees" && (line["unchecked"] as? [String])?.isEmpty == true, "\(line)")
        #expect(line["pages"] as? Int == 25 && line["revisions"] as? Int == 55)
        #expect(line["proven"] as? Int == line["size"] as? Int)
        #expect(farm.contents("public") == before, "nothing is written")
    }

    @Test func aFlippedByteIsFound() async throws {
        var bytes = try Data(contentsOf: archive)
        bytes[bytes.count / 2] ^= 0x10
        try bytes.write(to: archive)
        let outcome = try await verify("--json")
        #expect(outcome.status == 3)
        #expect(try problems(outcome).contains("sha256"))
        // Also where no list tells the hashes.
        try forgetHashes()
        let bare = try await verify("--json")
        #expect(bare.status == 3)
        #expect(try problems(bare).contains("7z says: "), "\(bare.output)")
    }

    @Test func aLostPageIsCounted() async throws {
        let text = try Tool.run(["7za", "e", "-so", archive.path]).text
        let start = try #require(text.range(of: "  <page>")).lowerBound
        let end = try #require(text.range(of: "  </page>\n")).upperBound
        let plain = farm.url("plain.xml")
        try Data(text.replacingCharacters(in: start..<end, with: "").utf8).write(to: plain)
        try FileManager.default.removeItem(at: archive)
        #expect(try Tool.run(["7za", "a", "-t7z", "-bd", archive.path, plain.path]).status == 0)
        let outcome = try await verify("--json")
        #expect(outcome.status == 3)
        #expect(
            try problems(outcome).contains("its certificate says 25 pages, but the file has 24"), "\(outcome.output)")
        try forgetHashes()
        let bare = try await verify("--json")
        #expect(bare.status == 3)
        #expect(
            try problems(bare).contains("has 24 pages, but nordwiki-20260102-pages-meta-history.xml.bz2 has 25"),
            "\(bare.output)")
    }

    @Test func aCutArchiveIsFound() async throws {
        let whole = try Data(contentsOf: archive)
        try forgetHashes()
        for (bytes, message) in [
            (whole.dropLast(20), "is cut off: it should have \(whole.count) bytes"),
            (whole.prefix(20), "ends inside its start"), (Data("<mediawiki>".utf8), "is not a 7z archive"),
            (whole + Data("more".utf8), "bytes after the end of the archive"),
        ] {
            try bytes.write(to: archive)
            let outcome = try await verify("--json")
            #expect(outcome.status == 3)
            #expect(try problems(outcome).contains(message), "\(outcome.output)")
        }
    }

    @Test func aMissingProgramIsTold() async throws {
        let outcome = try await verify("--sevenzip", "/nowhere/7z")
        #expect(outcome.status == 1)
        let lines = outcome.output.split(separator: "\n").filter { $0.hasPrefix("unreadable\t") }
        #expect(lines.count == 1 && lines[0].contains(Self.name), "\(outcome.output)")
        #expect(lines.first?.contains("there is no program /nowhere/7z (install") == true, "\(outcome.output)")
    }

    @Test func theTimeIsLimited() async throws {
        let program = farm.url("endless")
        try Data("#!/bin/sh\nexec yes\n".utf8).write(to: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        let outcome = try await verify("--json", "--sevenzip", program.path, "--max-duration", "3s")
        #expect(outcome.status == 0)
        let line = try line(outcome)
        #expect(line["state"] as? String == "unfinished", "\(line)")
        #expect((line["unchecked"] as? [String])?.last?.contains("no time for all of it") == true, "\(line)")
    }

    /// What has no blocks is proven whole or not at all, as the seed says.
    @Test(arguments: ["gz", "7z"])
    func aSampleProvesWholeFiles(ending: String) async throws {
        let folder = farm.url("big")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var random = SplitMix(state: 7)
        let plain = farm.url("plain")
        try Data(
            (0..<700_000).flatMap { _ in
                let number = random.next()
                return (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
            }
        ).write(to: plain)
        let file = folder.appendingPathComponent("awiki-20260102-big.\(ending)")
        if ending == "gz" {
            try Tool.run(["gzip", "-1c", plain.path]).output.write(to: file)
        } else {
            #expect(try Tool.run(["7za", "a", "-t7z", "-mx=1", "-bd", file.path, plain.path]).status == 0)
        }
        func sample(_ share: String, _ seed: Int) async throws -> Dumpctl.Outcome {
            try await Dumpctl.run(
                ["verify", "big", "--json", "--sample", share, "--seed", "\(seed)"], in: farm.folder)
        }
        var bytes = try Data(contentsOf: file)
        var chosen = 0
        for seed in 1...12 {
            let outcome = try await sample("50%", seed)
            #expect(outcome.status == 0, "\(outcome.output)")
            #expect(try await sample("50%", seed).output == outcome.output, "the seed says which files")
            let line = try #require(outcome.events.first)
            let isLeftOut = (line["unchecked"] as? [String])?.contains { $0.contains("the sample left out") } == true
            #expect(line["proven"] as? Int == (isLeftOut ? 0 : bytes.count), "\(line)")
            if !isLeftOut { chosen += 1 }
        }
        #expect(chosen > 1 && chosen < 11)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: file)
        #expect(try await sample("100%", 1).status == 3)
    }
}

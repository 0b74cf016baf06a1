import Foundation
import Testing

/// `dumpctl verify` on sound dumps and on damaged ones.
@Suite(.timeLimit(.minutes(10)))
final class VerifyTests {
    let farm: DemoFarm
    static let run = "public/nordwiki/20260102"
    static let prefix = "nordwiki-20260102-"

    init() async throws { farm = try await DemoFarm(dumped: ()) }

    deinit { farm.remove() }

    func url(_ file: String) -> URL { farm.url("\(Self.run)/\(Self.prefix)\(file)") }

    func verify(_ arguments: String...) async throws -> Dumpctl.Outcome {
        try await Dumpctl.run(["verify", Self.run] + arguments, in: farm.folder)
    }

    /// The lines of the files in which something does not agree, by the rest of the name.
    func findings(_ outcome: Dumpctl.Outcome) -> [String: String] {
        var found: [String: String] = [:]
        for line in outcome.output.split(separator: "\n") where line.hasPrefix("disagrees\t") {
            let fields = line.split(separator: "\t")
            guard let name = fields[1].split(separator: "/").last else { continue }
            found[String(name.dropFirst(Self.prefix.count))] = fields.dropFirst(2).joined(separator: "; ")
        }
        return found
    }

    func recompress(_ file: String, _ change: (String) -> String) throws {
        let tool = file.hasSuffix(".gz") ? "gzip" : "bzip2"
        let text = change(try Tool.run([tool, "-dc", url(file).path]).text)
        let plain = farm.url("plain")
        try Data(text.utf8).write(to: plain)
        let packed = try Tool.run([tool, "-c", plain.path])
        try packed.output.write(to: url(file))
    }

    @Test func aSoundDumpAgrees() async throws {
        let before = farm.contents("public")
        let outcome = try await verify("--json")
        #expect(outcome.status == 0, "\(outcome.output) \(outcome.error)")
        let lines = outcome.events
        #expect(lines.count == 35)
        for line in lines.dropLast() {
            #expect(line["state"] as? String == "agrees" && line["certificate"] as? Bool == true, "\(line)")
            #expect(line["proven"] as? Int == line["size"] as? Int)
        }
        let history = lines.first { ($0["file"] as? String)?.hasSuffix("pages-meta-history.xml.bz2") == true }
        #expect(history?["pages"] as? Int == 25 && history?["revisions"] as? Int == 55)
        let log = lines.first { ($0["file"] as? String)?.hasSuffix("pages-logging.xml.gz") == true }
        #expect(log?["logEntries"] as? Int == 29)
        #expect(lines.last?["agree"] as? Int == 34 && lines.last?["disagree"] as? Int == 0)
        #expect(farm.contents("public") == before, "nothing is written")
        // The tree above it is looked through as well.
        let all = try await Dumpctl.run(["verify", "public", "--quiet"], in: farm.folder)
        #expect(all.status == 0 && all.output.isEmpty, "\(all.output)")
    }

    @Test func aFlippedByteIsFoundWhereItIs() async throws {
        let file = url("pages-meta-history.xml.bz2")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 2] ^= 0x10
        try bytes.write(to: file)
        let outcome = try await verify()
        #expect(outcome.status == 3)
        let found = findings(outcome)
        #expect(Array(found.keys) == ["pages-meta-history.xml.bz2"])
        let text = try #require(found.values.first)
        #expect(text.contains("sha256") && text.contains(" at byte "), "\(text)")
    }

    @Test func aCutFileIsFound() async throws {
        for file in ["stub-articles.xml.gz", "pages-articles.xml.bz2", "page.sql.gz"] {
            try Data(contentsOf: url(file)).dropLast(20).write(to: url(file))
        }
        let outcome = try await verify("--junit")
        #expect(outcome.status == 3)
        #expect(outcome.output.contains("failures=\"3\""), "\(outcome.output)")
        let found = findings(try await verify())
        #expect(Set(found.keys) == ["stub-articles.xml.gz", "pages-articles.xml.bz2", "page.sql.gz"])
        for text in found.values { #expect(text.contains("but its certificate says"), "\(text)") }
    }

    @Test func aLostPageIsCounted() async throws {
        // A sound bzip2 file that lacks a page: only the counts tell.
        try recompress("pages-articles.xml.bz2") { text in
            let start = text.range(of: "  <page>")?.lowerBound ?? text.startIndex
            let end = text.range(of: "  </page>\n")?.upperBound ?? text.startIndex
            return text.replacingCharacters(in: start..<end, with: "")
        }
        let found = findings(try await verify())
        let text = found["pages-articles.xml.bz2"] ?? ""
        #expect(text.contains(" pages, but the file has "), "\(found)")
        // Without any list or certificate the other files of the run give it away.
        for name in farm.names(Self.run) where name.lowercased().contains("sums") || name.hasSuffix(".certificate.json")
        {
            try FileManager.default.removeItem(at: farm.url("\(Self.run)/\(name)"))
        }
        let bare = try await verify()
        #expect(bare.status == 3)
        let told = findings(bare)
        #expect(
            told["pages-articles.xml.bz2"]?.contains("but nordwiki-20260102-stub-articles.xml.gz has") == true,
            "\(told)")
        #expect(told["pages-articles-multistream.xml.bz2"]?.contains("pages-articles.xml.bz2 has") == true, "\(told)")
        #expect(told.count == 2)
    }

    /// Of a dump in pieces that nothing but its own files describes, the pieces together are held against the stubs.
    @Test func aLostRangeIsCounted() async throws {
        for line in [
            "chunksEnabled=1", "pagesPerChunkHistory=12,90", "checkpointTime=1", "revsPerJob=8",
            "recombineMetaCurrent=0", "recombineHistory=0",
        ] { try farm.addOption(line, to: "chunks") }
        try FileManager.default.removeItem(at: farm.url(Self.run))
        #expect(try await farm.run("run", "nordwiki", "--date", "20260102", "--quiet").status == 0)
        for name in farm.names(Self.run) where name.lowercased().contains("sums") || name.hasSuffix(".certificate.json")
        {
            try FileManager.default.removeItem(at: farm.url("\(Self.run)/\(name)"))
        }
        let sound = try await verify()
        #expect(sound.status == 0, "\(sound.output)")
        let base = Self.prefix + "pages-meta-current"
        let pieces = farm.names(Self.run).filter { $0.hasPrefix(base) }.map { String($0.dropFirst(Self.prefix.count)) }
        try #require(pieces.count > 3 && pieces.allSatisfy { $0.contains(".xml-p") }, "\(pieces)")
        func count(_ word: String) throws -> Int {
            try pieces.filter { FileManager.default.fileExists(atPath: url($0).path) }.map {
                try Tool.run(["bzip2", "-dc", url($0).path]).text.components(separatedBy: word).count - 1
            }.reduce(0, +)
        }
        let (whole, revisions) = (try count("<page>"), try count("<revision>"))

        // A page of a range is lost, then the whole range.
        let lost = pieces[1]
        let kept = try Data(contentsOf: url(lost))
        for step in 0..<2 {
            if step == 0 {
                try recompress(lost) { text in
                    let start = text.range(of: "  <page>")?.lowerBound ?? text.startIndex
                    let end = text.range(of: "  </page>\n")?.upperBound ?? text.startIndex
                    return text.replacingCharacters(in: start..<end, with: "")
                }
                #expect(try Data(contentsOf: url(lost)) != kept)
            } else {
                try FileManager.default.removeItem(at: url(lost))
            }
            let (pages, left) = (try count("<page>"), try count("<revision>"))
            #expect(pages < whole && left < revisions)
            let outcome = try await verify()
            #expect(outcome.status == 3)
            let found = findings(outcome)
            #expect(found.count == 1, "\(found)")
            let text = found.first { $0.key.hasPrefix("pages-meta-current") }?.value ?? ""
            let stubs = Self.prefix + "stub-meta-current.xml.gz"
            #expect(text.contains("has \(pages) pages, but \(stubs) has \(whole)"), "\(found)")
            #expect(text.contains("has \(left) revisions, but"), "\(found)")
        }
    }

    @Test func aDumpWithoutCertificatesCanBeSound() async throws {
        for name in farm.names(Self.run) where name.hasSuffix(".certificate.json") {
            try FileManager.default.removeItem(at: farm.url("\(Self.run)/\(name)"))
        }
        let outcome = try await verify()
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(!outcome.output.contains("not looked at"), "the lists of checksums are enough")
    }

    @Test func textThatIsNotWholeIsFound() async throws {
        for name in farm.names(Self.run) where name.lowercased().contains("sums") || name.hasSuffix(".certificate.json")
        {
            try FileManager.default.removeItem(at: farm.url("\(Self.run)/\(name)"))
        }
        try recompress("pages-logging.xml.gz") { $0.replacing("</mediawiki>\n", with: "") }
        try recompress("page.sql.gz") { $0.replacing("-- Dump completed", with: "-- And so on") }
        let found = findings(try await verify())
        #expect(found["pages-logging.xml.gz"]?.contains("does not end with </mediawiki>") == true, "\(found)")
        #expect(found["page.sql.gz"]?.contains("without the line") == true)
        #expect(found.count == 2)
    }

    @Test func listsAndCertificatesThatLieAreFound() async throws {
        let list = farm.url("\(Self.run)/\(Self.prefix)md5sums.txt")
        let text = try String(contentsOf: list, encoding: .utf8)
        try Data(
            text.replacing(
                /[0-9a-f]{32}  nordwiki-20260102-all-titles.gz/,
                with: String(repeating: "0", count: 32) + "  nordwiki-20260102-all-titles.gz"
            ).utf8
        ).write(to: list)
        let certificate = url("stub-meta-current.xml.gz.certificate.json")
        try Data(
            String(contentsOf: certificate, encoding: .utf8).replacing("\"pages\": 25", with: "\"pages\": 26").utf8
        )
        .write(to: certificate)
        try FileManager.default.removeItem(at: url("stub-meta-history.xml.gz"))
        let found = findings(try await verify())
        #expect(found["all-titles.gz"]?.contains("nordwiki-20260102-md5sums.txt says another") == true, "\(found)")
        #expect(found["stub-meta-current.xml.gz"]?.contains("26 pages, but the file has 25") == true)
        #expect(found["stub-meta-history.xml.gz"]?.contains("the file is missing") == true)
        #expect(found.count == 3)
    }

    @Test func aSampleProvesWholeBlocks() async throws {
        let folder = farm.url("big")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var random = SplitMix(state: 7)
        let plain = farm.url("plain")
        try Data(
            (0..<1_500_000).flatMap { _ in
                let number = random.next()
                return (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
            }
        ).write(to: plain)
        let file = folder.appendingPathComponent("awiki-20260102-big.bz2")
        var packed = try Tool.run(["bzip2", "-c", plain.path]).output
        try packed.write(to: file)
        func sample(_ share: String, _ seed: String = "3") async throws -> Dumpctl.Outcome {
            try await Dumpctl.run(["verify", "big", "--json", "--sample", share, "--seed", seed], in: farm.folder)
        }
        let sound = try await sample("20%")
        #expect(sound.status == 0, "\(sound.output)")
        let proven = try #require(sound.events.last?["proven"] as? Int)
        #expect(proven >= packed.count / 5 && proven < packed.count)
        #expect(sound.events.last?["seed"] as? Int == 3)
        #expect(try await sample("20%").output == sound.output, "the seed says which blocks")
        #expect(try await sample("20%", "4").events.last?["proven"] as? Int != nil)
        // All blocks are reached by a sample of everything.
        packed[packed.count / 2] ^= 1
        try packed.write(to: file)
        let damaged = try await sample("100")
        #expect(damaged.status == 3)
        let problems = damaged.events.first?["problems"] as? [[String: Any]]
        let offset = try #require(problems?.first?["offset"] as? Int)
        #expect(abs(offset - packed.count / 2) < 1_000_000, "the block that holds it")
    }

    @Test func theTimeIsLimited() async throws {
        let outcome = try await verify("--max-duration", "0s")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("not finished in time"))
        #expect(outcome.output.contains("there was no time for it"))
    }

    @Test func wrongUsageIsRefused() async throws {
        for arguments in [
            ["--sample", "0"], ["--sample", "101%"], ["--max-duration", "soon"], ["--json", "--junit"],
            ["--seed", "1"],
        ] {
            let outcome = try await Dumpctl.run(["verify", Self.run] + arguments, in: farm.folder)
            #expect(outcome.status == 2, "\(arguments): \(outcome.error)")
        }
        try FileManager.default.createDirectory(at: farm.url("empty"), withIntermediateDirectories: true)
        let outcome = try await Dumpctl.run(["verify", "empty"], in: farm.folder)
        #expect(outcome.status == 2 && outcome.error.contains("there is no dump file in empty"))
        #expect(try await Dumpctl.run(["verify", "nowhere"], in: farm.folder).status == 1)
    }
}

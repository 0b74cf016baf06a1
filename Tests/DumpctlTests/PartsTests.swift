import Foundation
import Testing

/// Dumps in pieces, through the real program.
@Suite(.timeLimit(.minutes(10)))
struct PartsTests {
    private static let date = "20260102"
    private static let folder = "public/demowiki/\(date)"

    private static func farm(_ options: String) throws -> DemoFarm {
        let farm = try DemoFarm()
        let path = farm.url("wikidump.conf")
        try Data((String(decoding: try Data(contentsOf: path), as: UTF8.self) + "\n[chunks]\n\(options)\n").utf8)
            .write(to: path)
        return farm
    }

    private func text(_ farm: DemoFarm, _ name: String) throws -> String {
        let tool = name.hasSuffix(".gz") ? "gzip" : "bzip2"
        let outcome = try Tool.run([tool, "-dc", farm.url("\(Self.folder)/demowiki-\(Self.date)-\(name)").path])
        #expect(outcome.status == 0, "\(name)")
        return String(decoding: outcome.output, as: UTF8.self)
    }

    /// The pages of exports, as they stand in them.
    private func pages(_ texts: [String]) -> [Substring] {
        texts.flatMap { text in
            text.components(separatedBy: "  <page>\n").dropFirst().map { $0.prefix { $0 != "\u{0}" } }
        }
        .map { $0.hasSuffix("</mediawiki>\n") ? $0.dropLast(13) : $0.hasSuffix("</mediawiki>") ? $0.dropLast(12) : $0 }
    }

    @Test func piecesAndWhatIsJoinedOfThem() async throws {
        let plain = try DemoFarm()
        let farm = try Self.farm(
            "chunksEnabled=1\npagesPerChunkHistory=12,30,9\ncheckpointTime=1\nrevsPerJob=11\nchunksForPagelogs=2")
        defer { plain.remove(); farm.remove() }
        #expect(try await plain.run("run", "demowiki", "--date", Self.date, "--quiet").status == 0)
        let outcome = try await farm.run("run", "demowiki", "--date", Self.date, "--quiet")
        try #require(outcome.status == 0, "\(outcome.error)")
        #expect(try farm.incompleteFiles() == [])

        let prefix = "demowiki-\(Self.date)-"
        let names = farm.names(Self.folder).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        for whole in ["stub-articles.xml.gz", "stub-meta-history.xml.gz", "pages-logging.xml.gz"] {
            #expect(try text(farm, whole) == text(plain, whole), "\(whole)")
            #expect(names.contains(whole.replacingOccurrences(of: ".xml", with: "2.xml")))
        }
        for base in ["pages-articles", "pages-meta-current", "pages-meta-history", "pages-articles-multistream"] {
            let whole = "\(base).xml.bz2"
            #expect(try text(farm, whole) == text(plain, whole), "\(whole)")
            // The names of multistream files begin like those of others, and go on with no digit.
            let pieces = names.filter { name in
                name.hasPrefix(base) && name.dropFirst(base.count).first?.isNumber == true
                    && name.contains(".xml-p") && name.hasSuffix(".bz2")
            }.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
            try #require(pieces.count > 3, "\(base): \(pieces)")
            #expect(pages(try pieces.map { try text(farm, $0) }) == pages([try text(plain, whole)]), "\(base)")
        }
        // The lists of hashes name every file, and agree with it.
        let sums = try Tool.run(
            ["md5sum", "--check", "--quiet", "\(prefix)md5sums.txt"], in: farm.url(Self.folder))
        #expect(sums.status == 0)
        #expect(try farm.text("\(Self.folder)/\(prefix)md5sums.txt").contains("pages-articles1.xml-p1p11.bz2"))
        #expect(farm.names("public/demowiki/latest").contains("demowiki-latest-pages-articles1.xml-p1p11.bz2"))
    }

    /// A run goes on with the parts that it began with, whatever the configuration says now.
    @Test func theConfigurationChangesInTheMiddleOfARun() async throws {
        let farm = try Self.farm("chunksEnabled=1\npagesPerChunkHistory=30")
        defer { farm.remove() }
        #expect(
            try await farm.run("run", "demowiki", "--date", Self.date, "--job", "xmlstubsdump", "--quiet").status == 0)
        let parts = farm.names(Self.folder).filter { $0.contains("stub-articles") && $0.hasSuffix(".xml.gz") }
        #expect(parts.count > 1)
        let path = farm.url("wikidump.conf")
        let changed = String(decoding: try Data(contentsOf: path), as: UTF8.self)
            .replacingOccurrences(of: "pagesPerChunkHistory=30", with: "pagesPerChunkHistory=3,4")
        try Data(changed.utf8).write(to: path)
        let outcome = try await farm.run("run", "demowiki", "--date", Self.date, "--quiet")
        #expect(outcome.status == 0, "\(outcome.error)")
        let articles = farm.names(Self.folder).filter { $0.contains("pages-articles") && $0.hasSuffix(".xml.bz2") }
        #expect(articles.filter { !$0.contains("multistream") }.count == parts.count + 1, "the parts and the whole")
    }

    /// Each option makes the files that it chooses; the others stay, with their hashes.
    @Test func someFilesOnly() async throws {
        let farm = try Self.farm("chunksEnabled=1\npagesPerChunkHistory=30,20,9\ncheckpointTime=1\nrevsPerJob=15")
        defer { farm.remove() }
        func run(_ options: String...) async throws -> Dumpctl.Outcome {
            try await farm.run(
                ["run", "demowiki", "--date", Self.date, "--job", "metacurrentdump", "--quiet"] + options)
        }
        #expect(try await run().status == 0)
        let sums = try farm.text("\(Self.folder)/demowiki-\(Self.date)-md5sums.txt")
        let prefix = "demowiki-\(Self.date)-pages-meta-current"
        func numbers() throws -> [String: Int] {
            var found: [String: Int] = [:]
            for name in farm.names(Self.folder) where name.hasPrefix(prefix) && name.hasSuffix(".bz2") {
                let path = farm.url("\(Self.folder)/\(name)").path
                let inode = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber]
                found[String(name.dropFirst(prefix.count))] = inode as? Int
            }
            return found
        }
        for (options, wanted) in [
            (["--partnum", "2"], ["2.xml-p31p45.bz2", "2.xml-p46p50.bz2"]),
            (["--checkpoint", "\(prefix)1.xml-p16p30.bz2"], ["1.xml-p16p30.bz2"]),
            (
                ["--aftercheckpoint", "\(prefix)2.xml-p31p45.bz2"],
                ["2.xml-p46p50.bz2", "3.xml-p51p65.bz2", "3.xml-p66p73.bz2"]
            ),
            (["--aftercheckpoint", "\(prefix)2.xml-p31p45.bz2", "--partnum", "2"], ["2.xml-p46p50.bz2"]),
            (["--pageidrange", "31,45"], ["2.xml-p31p45.bz2"]),
        ] {
            let before = try numbers()
            let outcome = try await farm.run(
                ["run", "demowiki", "--date", Self.date, "--job", "metacurrentdump", "--quiet"] + options)
            #expect(outcome.status == 0, "\(options): \(outcome.error)")
            let after = try numbers()
            #expect(after.keys.filter { after[$0] != before[$0] }.sorted() == wanted, "\(options)")
            #expect(after.keys.sorted() == before.keys.sorted(), "\(options)")
            #expect(try farm.text("\(Self.folder)/demowiki-\(Self.date)-md5sums.txt") == sums, "\(options)")
        }
        let none = try await run("--partnum", "9")
        #expect(none.status == 2 && none.error.contains("choose from 1 to 3"), "\(none.error)")
        #expect(try farm.statuses(Self.folder)["metacurrentdump"] == "done", "a wrong request changes nothing")
        #expect(try farm.text("\(Self.folder)/demowiki-\(Self.date)-md5sums.txt") == sums)
        let range = try await run("--pageidrange", "28,33")
        #expect(range.status == 0)
        #expect(try numbers().keys.contains("1.xml-p28p30.bz2") && numbers().keys.contains("2.xml-p31p33.bz2"))
        // Beside the planned files these are none of the job, and pages are not told of twice.
        #expect(try farm.text("\(Self.folder)/demowiki-\(Self.date)-md5sums.txt") == sums)
        let own = "md5sums-demowiki-\(Self.date)-pages-meta-current1.xml-p28p30.bz2.txt"
        #expect(farm.names(Self.folder).contains(own))
        let joined = try await farm.run(
            "run", "demowiki", "--date", Self.date, "--job", "metacurrentdumprecombine", "--quiet")
        #expect(joined.status == 0, "\(joined.error)")
        #expect(
            try await farm.run("run", "demowiki", "--date", Self.date, "--job", "xmlstubsdump", "--quiet").status == 0)
        let proof = try await Dumpctl.run(["verify", Self.folder, "--quiet"], in: farm.folder)
        #expect(proof.status == 0 && proof.output.isEmpty, "\(proof.output)")
    }

    @Test func badListsAreToldOf() async throws {
        let farm = try Self.farm("chunksEnabled=1\npagesPerChunkHistory=10,ten")
        defer { farm.remove() }
        let outcome = try await farm.run("run", "demowiki", "--date", Self.date)
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("pagesperchunkhistory") && outcome.error.contains("wikidump.conf"))
    }

    /// Killed at any instant, and any number of times, a run in pieces ends with the bytes of one that was left alone.
    @Test(arguments: 0..<2)
    func killedRunsEndWithTheSameBytes(round: Int) async throws {
        let options = "chunksEnabled=1\npagesPerChunkHistory=30\ncheckpointTime=1\nrevsPerJob=20"
        let (undisturbed, farm) = (try Self.farm(options), try Self.farm(options))
        defer { undisturbed.remove(); farm.remove() }
        #expect(try await undisturbed.run("run", "demowiki", "--date", Self.date, "--quiet").status == 0)
        let wanted = try undisturbed.dumpFiles(Self.folder)
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of round \(round): \(seed)")
        var random = SplitMix(state: seed)
        var last: Dumpctl.Outcome?
        for _ in 0..<6 {
            let running = try farm.start("run", "demowiki", "--date", Self.date, "--quiet")
            try await Task.sleep(for: .seconds(Double.random(in: 0.01...1.2, using: &random)))
            kill(running.process.processIdentifier, SIGKILL)
            last = try await running.wait()
            if last?.signal == nil { break }
        }
        if last?.signal != nil {
            let end = try await farm.run("run", "demowiki", "--date", Self.date, "--quiet")
            #expect(end.status == 0, "seed \(seed): \(end.error)")
        }
        #expect(try farm.dumpFiles(Self.folder) == wanted, "seed \(seed)")
        #expect(farm.names(Self.folder).filter { $0.hasSuffix(".inprog") || $0.hasSuffix(".tmp") } == [])
    }
}

import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// Pieces that the scripts of MediaWiki write.
@Suite struct MediaWikiPiecesTests {
    /// Parts, ranges, both; each with settings of its own, since what is planned of a run is kept in them.
    private static func parts(_ kind: String) -> PartSettings {
        var parts = PartSettings()
        parts.isEnabled = kind.contains("parts")
        parts.usesRanges = kind.contains("ranges")
        parts.pages = kind.contains("equal") ? .equal(8) : .list([6, 20, 9])
        parts.logEntries = .count(2)
        parts.revisionsPerRange = 7
        return parts
    }

    private func files(_ wiki: FixtureWiki) throws -> [String] {
        try fileSystem.list(wiki.directories.run(Sample.date())).filter {
            $0.hasPrefix("\(wiki.name)-") && ($0.hasSuffix(".gz") || $0.hasSuffix(".bz2"))
        }
    }

    private func text(_ name: String, _ wiki: FixtureWiki) async throws -> String {
        try await Fixtures.unpacked(wiki.directories.run(Sample.date()).appending(name))
    }

    /// Every piece and every joined file is what the other producer writes.
    @Test(
        arguments: ["nordwiki", "boardwiki", "oddwiki"], ["parts", "ranges", "parts and ranges", "equal parts"])
    func bothProducersWriteTheSamePieces(wiki: String, kind: String) async throws {
        let standIn = try StandInMediaWiki(wiki) { $0.settings.parts = Self.parts(kind) }
        let record = try await standIn.dump()
        #expect(record.failures == 0, "\(record.messages)")
        #expect(record.statuses.values.allSatisfy { $0 == .done })
        let native = try RunFixture()
        var other = try FixtureWiki(wiki, folder: native.farm.root)
        other.settings.parts = Self.parts(kind)
        try await other.dump(other.contentJobs, farm: native.farm)
        let names = try files(other)
        #expect(names.count { DumpFileName(file: $0, prefix: "\(wiki)-20261124-")?.isPiece == true } > 4)
        #expect(try files(standIn.wiki) == names)
        for name in names {
            #expect(try await text(name, standIn.wiki) == text(name, other), "\(kind) \(name)")
        }
        // Each piece has counts that were expected, and stubs of ranges do not stay.
        for name in names where DumpFileName(file: name, prefix: "\(wiki)-20261124-")?.isPiece == true {
            let certificate = try FileCertificate.read(
                of: name, in: standIn.wiki.directories.run(Sample.date()), SmallFiles(fileSystem))
            #expect(certificate?.evidence.expected != nil, "\(name)")
        }
        #expect(try fileSystem.list(standIn.wiki.directories.temporary) == [])
    }

    @Test func theScriptsGetTheirRanges() async throws {
        let standIn = try StandInMediaWiki("boardwiki") { $0.settings.parts = Self.parts("parts and ranges") }
        let first = try await standIn.dump()
        let calls = try standIn.calls()
        let stubs = calls.filter { $0.contains("--stub ") }.compactMap { $0.firstMatch(of: /--start=.*?(?= --output)/) }
        #expect(stubs.map { String($0.output) } == ["--start=1 --end=7", "--start=7 --end=27", "--start=27"])
        let logs = calls.filter { $0.contains("--logs") }.compactMap { $0.firstMatch(of: /--start=.*?(?= --output)/) }
        #expect(logs.count == 2 && logs[0].output.hasPrefix("--start=1 --end=2"), "\(logs.map(\.output))")
        let articles = try #require(first.job("articlesdump")).files.map(\.name)
        let texts = calls.filter { $0.contains("TextPass") && $0.contains("stub-articles") }
        #expect(texts.count == articles.count)
        for name in articles {
            let piece = name.replacing("pages-", with: "stub-").replacing(".bz2", with: ".gz")
            #expect(texts.count { $0.contains("--stub=gzip:/temp/b/boardwiki/\(piece) ") } == 1, "\(texts)")
        }

        // One range is made again: of all scripts only the one for it is called.
        let count = calls.count
        let checkpoint = try #require(articles.dropFirst().first)
        let record = try await standIn.wiki.dump(
            standIn.jobs, RunOptions(checkpoint: checkpoint), only: ["articlesdump"], farm: standIn.run.farm)
        #expect(record.job("articlesdump")?.files == first.job("articlesdump")?.files)
        #expect(try standIn.calls().count == count + 1)
    }

    /// While one script waits for texts, another reads. A job that ran one after the other would not come to its end.
    @Test(.timeLimit(.minutes(5))) func piecesAreMadeSideBySide() async throws {
        let meet = """
            case "$*" in *TextPass*stub-meta-history[12].*)
              : >"$0.$(echo "$*" | sed 's/.*stub-meta-history\\(.\\).*/\\1/')"
              until [ -e "$0.1" ] && [ -e "$0.2" ]; do sleep 0.05; done;; esac
            """
        let standIn = try StandInMediaWiki("boardwiki", before: meet) { $0.settings.parts = Self.parts("parts") }
        let record = try await standIn.dump()
        #expect(record.failures == 0, "\(record.messages)")
    }

    /// What is complete stays when a script fails in the middle of a job.
    @Test func aScriptThatFailsCostsItsPieceOnly() async throws {
        let standIn = try StandInMediaWiki(
            "boardwiki", before: "case \"$*\" in *TextPass*stub-meta-history2*) [ -e \"$0.mended\" ] || exit 4;; esac"
        ) { $0.settings.parts = Self.parts("parts") }
        let first = try await standIn.dump()
        #expect(first.statuses["metahistorybz2dump"] == .failed)
        let kept = "boardwiki-20261124-pages-meta-history1.xml.bz2"
        let path = standIn.wiki.directories.run(Sample.date()).appending(kept)
        let before = try fileSystem.status(path)?.identity
        #expect(before != nil)
        try fileSystem.write([], to: standIn.run.farm.root.appending("php.mended"))
        let record = try await standIn.dump()
        #expect(record.failures == 0, "\(record.messages)")
        #expect(try fileSystem.status(path)?.identity == before)
    }

    /// A page that the stub of a part lacks is missed in that part.
    @Test func aPageThatIsLostIsMissedInItsPart() async throws {
        let standIn = try StandInMediaWiki(
            "nordwiki", before: "filter=cat; case \"$*\" in *--start=7*) filter=without_page;; esac", stubs: "$filter"
        ) { $0.settings.parts = Self.parts("parts") }
        let record = try await standIn.dump()
        #expect(record.statuses["xmlstubsdump"] == .failed)
        #expect(record.messages.contains { $0.contains("stub-") && $0.contains("2.xml.gz would hold") })
        let names = try files(standIn.wiki)
        #expect(names.contains { $0.hasSuffix("stub-articles1.xml.gz") })
        #expect(!names.contains { $0.contains("stub-meta-history2") })
    }

    @Test func aPlanTellsTheScriptsOfEachPiece() async throws {
        let standIn = try StandInMediaWiki("boardwiki") { $0.settings.parts = Self.parts("parts") }
        func commands(_ options: RunOptions) throws -> [String] {
            try standIn.jobs.flatMap { job in
                try job.commands(for: standIn.wiki, date: Sample.date(), options: options).map(\.description)
            }
        }
        let all = try commands(RunOptions())
        #expect(all.count { $0.contains("--stub --report") } == 3, "\(all)")
        // Articles, the multistream of them, current pages and history.
        #expect(all.count { $0.contains("dumpTextPass.php") } == 12, "\(all)")
        #expect(all.allSatisfy { !$0.contains("TextPass") || $0.contains("--spawn=") })
        let second = try commands(RunOptions(part: 2, spawn: false))
        #expect(second.count { $0.contains("--stub --report") && $0.contains("--start=7 --end=27") } == 1, "\(second)")
        #expect(second.count { $0.contains("dumpTextPass.php") && $0.contains("2.xml.gz") } == 4, "\(second)")
        #expect(second.allSatisfy { !$0.contains("--spawn=") })
        // What is there is not written again.
        try await standIn.wiki.dump(standIn.jobs, RunOptions(part: 2), only: ["xmlstubsdump"], farm: standIn.run.farm)
        let rest = try commands(RunOptions()).filter { $0.contains("--stub --report") }
        #expect(rest.count == 2 && rest.allSatisfy { !$0.contains("--start=7 ") }, "\(rest)")
    }
}

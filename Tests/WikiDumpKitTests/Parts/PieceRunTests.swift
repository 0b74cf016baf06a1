import MWBzUtils
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// Runs whose files are written in pieces, held beside runs whose files are whole.
@Suite struct PieceRunTests {
    /// A wiki with gaps between the ids of its pages and of its log.
    static func content(pages count: Int, gaps: ClosedRange<Int64>, _ random: inout SeededRandom)
        -> InMemoryContent
    {
        var content = InMemoryContent(
            pageCount: count, revisionsPerPage: Int.random(in: 1...4, using: &random),
            textSize: Int.random(in: 10...4_000, using: &random))
        var id: Int64 = 0
        for index in content.pages.indices {
            id += Int64.random(in: gaps, using: &random)
            content.pages[index].page.id = id
        }
        var logID: Int64 = 0
        for number in 0..<count {
            logID += Int64.random(in: gaps, using: &random)
            content.log.append(
                LogEntry(
                    id: logID, timestamp: "20260102030405", contributor: Contributor(id: 1, name: Array("A".utf8)),
                    comment: Array("c\(number)".utf8), type: Array("move".utf8), action: Array("move".utf8),
                    title: PageTitle(namespace: 0, title: Array("T\(number)".utf8)), parameters: [], hidden: []))
        }
        return content
    }

    static func jobs(_ parts: PartSettings) -> [any Job] {
        var settings = WikiSettings()
        settings.parts = parts
        settings.multistream = true
        settings.tools.sevenZip = ""
        return JobList.standard(for: settings)
    }

    static func text(_ path: FilePath) throws -> (text: [UInt8], streams: Int) {
        let bytes = try fileSystem.read(path)
        if path.string.hasSuffix(".gz") { return (try Decoded.gzip(bytes).bytes, 0) }
        let decoded = try Decoded.bzip(bytes)
        return (decoded.bytes, decoded.streams)
    }

    /// What stands between the header and the footer of an export.
    private static func body(_ text: [UInt8]) -> Substring {
        let whole = String(decoding: text, as: UTF8.self)
        guard let end = whole.firstRange(of: "</siteinfo>\n")?.upperBound,
            let last = whole.ranges(of: "</mediawiki>").last?.lowerBound
        else { return "no export: \(whole)" }
        return whole[end..<last]
    }

    private static func settings(_ random: inout SeededRandom) -> PartSettings {
        var parts = PartSettings()
        parts.isEnabled = Int.random(in: 0..<4, using: &random) > 0
        let sizes = (0..<Int.random(in: 2...4, using: &random)).map { _ in Int64.random(in: 1...40, using: &random) }
        parts.pages = Bool.random(using: &random) ? .list(sizes) : .equal(Int64.random(in: 3...40, using: &random))
        parts.logEntries = [.one, .list(sizes), .count(2), .equal(9)].randomElement(using: &random) ?? .one
        parts.usesRanges = !parts.isEnabled || Bool.random(using: &random)
        parts.revisionsPerRange = Int64.random(in: 1...25, using: &random)
        parts.bytesPerRange = Int64.random(in: 100...20_000, using: &random)
        return parts
    }

    /// Random parts, ranges and gaps: page for page, the pieces together are the whole, and so are the joined files.
    @Test func thePiecesAreTheWhole() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed: \(seed)")
        var random = SeededRandom(state: seed)
        for round in 0..<8 {
            let note: Comment = "seed \(seed) round \(round)"
            let gaps: ClosedRange<Int64> = [1...1, 1...3, 1...12].randomElement(using: &random) ?? 1...1
            let content = Self.content(pages: Int.random(in: 0...70, using: &random), gaps: gaps, &random)
            let parts = Self.settings(&random)
            let whole = try RunFixture(content)
            let split = try RunFixture(content)
            try await whole.run(Self.jobs(PartSettings()))
            split.wiki.settings.parts = parts
            let record = try await split.run(Self.jobs(parts))
            #expect(record.statuses.values.allSatisfy { $0 == .done }, note)
            #expect(try split.dumpFiles() == record.jobs.flatMap(\.files).map(\.name).sorted(), note)

            for name in try whole.dumpFiles() where name.contains(".xml.") {
                let wanted = try Self.text(whole.folder().appending(name))
                let rest = try #require(DumpFileName(file: name, prefix: "testwiki-20261124-"))
                let pieces = record.jobs.flatMap(\.files).compactMap { file -> DumpFileName? in
                    let parsed = DumpFileName(file: file.name, prefix: "testwiki-20261124-")
                    return parsed?.isPiece == true && parsed?.whole == rest ? parsed : nil
                }
                var union = ""
                for piece in pieces {
                    let text = try Self.text(split.folder().appending("testwiki-20261124-\(piece)"))
                    union += Self.body(text.text)
                }
                if !pieces.isEmpty { #expect(union == Self.body(wanted.text), "\(name) \(note)") }
                let joined = try Self.text(split.folder().appending(name))
                #expect(joined.text == wanted.text, "\(name) \(note)")
                if name.hasSuffix(".bz2"), !name.contains("multistream") {
                    #expect(joined.streams == 1, "\(name) \(note)")
                }
            }
            try checkIndex(split, note)
        }
    }

    /// Each line of the joined index leads to a stream with its page.
    private func checkIndex(_ fixture: RunFixture, _ note: Comment) throws {
        let folder = fixture.folder()
        let dump = try fileSystem.read(folder.appending("testwiki-20261124-pages-articles-multistream.xml.bz2"))
        let index = try Self.text(folder.appending("testwiki-20261124-pages-articles-multistream-index.txt.bz2"))
        let lines = String(decoding: index.text, as: UTF8.self).split(separator: "\n")
        let articles = fixture.wiki.content.pages.filter {
            ExportSelection.articles.includes(namespace: $0.page.title.namespace)
        }
        #expect(lines.map { $0.split(separator: ":")[1] } == articles.map { "\($0.page.id)" }, note)
        for line in lines {
            let fields = line.split(separator: ":", maxSplits: 2)
            let offset = try #require(Int(fields[0]))
            var decoder = BzDecoder(MemoryBytes(Array(dump[offset...])))
            var text: [UInt8] = []
            while decoder.streamCount == 0, let more = try decoder.next() { text += more }
            let start = String(decoding: text, as: UTF8.self)
            #expect(start.hasPrefix("  <page>") && start.contains("<id>\(fields[1])</id>"), note)
        }
    }

    /// Three parts of ten pages, five pages a range.
    static func splitFixture() throws -> (RunFixture, PartSettings) {
        let fixture = try RunFixture(InMemoryContent(pageCount: 30, revisionsPerPage: 2))
        var parts = PartSettings()
        parts.isEnabled = true
        parts.pages = .list([10, 10, 10])
        parts.usesRanges = true
        parts.revisionsPerRange = 5
        fixture.wiki.settings.parts = parts
        return (fixture, parts)
    }

    /// The worked example of the old system: three parts of ten pages, five pages a range.
    @Test func theNamesOfTheOldSystem() async throws {
        let (fixture, parts) = try Self.splitFixture()
        let record = try await fixture.run(Self.jobs(parts))
        let prefix = "testwiki-20261124-"
        let articles = try #require(record.job("articlesdump")).files.map { $0.name.dropFirst(prefix.count) }
        #expect(
            articles == [
                "pages-articles1.xml-p1p5.bz2", "pages-articles1.xml-p6p10.bz2", "pages-articles2.xml-p11p15.bz2",
                "pages-articles2.xml-p16p20.bz2", "pages-articles3.xml-p21p25.bz2", "pages-articles3.xml-p26p30.bz2",
            ])
        let names = try fixture.dumpFiles().map { $0.dropFirst(prefix.count) }
        for name in [
            "stub-articles1.xml.gz", "stub-articles.xml.gz", "pages-logging1.xml.gz", "pages-logging.xml.gz",
            "pages-articles-multistream-index2.txt-p11p15.bz2", "pages-articles.xml.bz2", "pages-meta-history.xml.bz2",
        ] { #expect(names.contains(Substring(name)), "\(name)") }
        #expect(try fixture.text("\(prefix)runsettings.txt") == #"[1, "10,10,10", "0", "0", 1, 1, 1]"# + "\n")
        #expect(try fixture.text("pagerangeinfo.json").contains(#"["26", "30", "3"]"#))
        for file in record.jobs.flatMap(\.files) {
            #expect(try FileHashes(of: fixture.folder().appending(file.name)) == file.hashes)
        }
    }

    /// Of a job that was cut off, complete pieces stay; only what is missing is written.
    @Test func aRunThatGoesOnKeepsPieces() async throws {
        let (fixture, parts) = try Self.splitFixture()
        let first = try await fixture.run(Self.jobs(parts))
        let lost = "testwiki-20261124-pages-meta-history2.xml-p16p20.bz2"
        let others = try #require(first.job("metahistorybz2dump")).files.map(\.name).filter { $0 != lost }
        let before = try others.map { try fixture.identity($0) }
        let hashes = try FileHashes(of: fixture.folder().appending(lost))
        try fileSystem.remove(fixture.folder().appending(lost))
        let record = try await fixture.run(Self.jobs(parts))
        #expect(record.statuses.values.allSatisfy { $0 == .done })
        #expect(try others.map { try fixture.identity($0) } == before, "the other pieces were not written again")
        #expect(try FileHashes(of: fixture.folder().appending(lost)) == hashes)
        #expect(record.job("metahistorybz2dump")?.files == first.job("metahistorybz2dump")?.files)
    }

    /// A wiki that grew since the ranges were planned: the pages behind the last one get ranges of their own.
    @Test func aWikiThatGrew() async throws {
        let (fixture, parts) = try Self.splitFixture()
        try await fixture.run(Self.jobs(parts), JobSelection(names: ["articlesdump"]))
        var grown = fixture.wiki
        grown.content = InMemoryContent(pageCount: 33, revisionsPerPage: 2)
        let all = JobSelection(names: ["articlesdump", "articlesdumprecombine"])
        let record = try await fixture.run(Self.jobs(parts), all, of: grown)
        #expect(record.job("articlesdump")?.files.last?.name.hasSuffix("pages-articles3.xml-p31p33.bz2") == true)
        let text = try Self.text(fixture.folder().appending("testwiki-20261124-pages-articles.xml.bz2")).text
        #expect(String(decoding: text, as: UTF8.self).contains("<id>33</id>") == false, "33 is a talk page")
        #expect(String(decoding: text, as: UTF8.self).contains("<id>32</id>"))
    }

    @Test func rangesWithoutParts() async throws {
        let fixture = try RunFixture(InMemoryContent(pageCount: 30, revisionsPerPage: 2))
        var parts = PartSettings()
        parts.usesRanges = true
        parts.revisionsPerRange = 12
        fixture.wiki.settings.parts = parts
        let record = try await fixture.run(Self.jobs(parts))
        #expect(record.statuses.values.allSatisfy { $0 == .done })
        let names = try fixture.dumpFiles().map { String($0.dropFirst("testwiki-20261124-".count)) }
        for name in [
            "pages-articles.xml-p1p12.bz2", "pages-articles.xml-p13p24.bz2", "pages-articles.xml-p25p30.bz2",
            "pages-articles.xml.bz2", "pages-meta-history.xml-p1p6.bz2", "stub-articles.xml.gz",
        ] { #expect(names.contains(name), "\(name): \(names)") }
        #expect(!names.contains("stub-articles1.xml.gz") && !names.contains("pages-logging1.xml.gz"))
    }

    @Test func aSingleNumberMakesPartsOfThatSize() async throws {
        let fixture = try RunFixture(InMemoryContent(pageCount: 30, revisionsPerPage: 2))
        var parts = PartSettings()
        parts.isEnabled = true
        parts.pages = .equal(12)
        fixture.wiki.settings.parts = parts
        // A job of its own first: later ones have the same parts.
        try await fixture.run(Self.jobs(parts), JobSelection(names: ["xmlstubsdump"]))
        var grown = fixture.wiki
        grown.content = InMemoryContent(pageCount: 50, revisionsPerPage: 2)
        let record = try await fixture.run(Self.jobs(parts), of: grown)
        #expect(record.statuses.values.allSatisfy { $0 == .done })
        for (job, base, ending) in [
            ("xmlstubsdump", "stub-articles", "xml.gz"), ("articlesdump", "pages-articles", "xml.bz2"),
            ("metahistorybz2dump", "pages-meta-history", "xml.bz2"),
        ] {
            let names = record.job(job)?.files.map(\.name).filter { $0.contains(base) }
            #expect(names == (1...3).map { "testwiki-20261124-\(base)\($0).\(ending)" }, "\(names ?? [])")
        }
    }

    /// 7z files of pieces and of the whole, on a wiki that everybody may read and on one that is private.
    @Test(arguments: [false, true]) func archivesOfPieces(isPrivate: Bool) async throws {
        let content = InMemoryContent(pageCount: 30, revisionsPerPage: 2)
        let fixture = try RunFixture(content, isPrivate: isPrivate)
        var parts = PartSettings()
        parts.isEnabled = true
        parts.pages = .list([10, 10, 10])
        parts.usesRanges = true
        parts.revisionsPerRange = 12
        fixture.wiki.settings.parts = parts
        fixture.wiki.settings.tools.sevenZip = "/usr/bin/7za"
        fixture.wiki.settings.multistream = true
        let record = try await fixture.run(JobList.standard(for: fixture.wiki.settings))
        #expect(record.statuses.values.allSatisfy { $0 == .done }, "\(record.jobs.compactMap(\.privateMessage))")
        let names = try fixture.dumpFiles()
        let archives = names.filter { $0.hasSuffix(".7z") }
        #expect(archives.count == 7 && archives.contains("testwiki-20261124-pages-meta-history.xml.7z"), "\(archives)")
        for name in archives {
            let path = fixture.folder().appending(name)
            let unpacked = try await CommandRunner().run(
                Invocation("text", Command("7za", ["e", "-so", path.string]), output: .collected(limit: 1 << 24)))
            let source = fixture.folder().appending(String(name.dropLast(3)) + ".bz2")
            #expect(try unpacked.output == Self.text(source).text, "\(name)")
        }
        var told: [String] = []
        let report = try await DumpVerification([fixture.folder()]).run { verdict in
            if verdict.state != .agrees || !verdict.unchecked.isEmpty { told.append("\(verdict)") }
        }
        #expect(report.fileCount == names.count && told.isEmpty, "\(told)")
        for name in names {
            let permissions = try fileSystem.status(fixture.folder().appending(name))?.permissions
            #expect(permissions == (isPrivate ? 0o640 : 0o644), "\(name)")
        }
        if isPrivate {
            #expect(try fileSystem.list(fixture.farm.settings.publicTree).allSatisfy { $0 != "testwiki" })
        }
    }

    /// Ids that no wiki should give belong to the first piece, so that joined files are whole.
    @Test func pagesWithOddIDs() async throws {
        var content = InMemoryContent(pageCount: 30, revisionsPerPage: 2)
        for (index, id) in [-7, -1, 0].enumerated() { content.pages[index].page.id = Int64(id) }
        let (whole, split) = (try RunFixture(content), try RunFixture(content))
        try await whole.run(Self.jobs(PartSettings()))
        var parts = PartSettings()
        parts.isEnabled = true
        parts.pages = .list([10, 10, 10])
        parts.usesRanges = true
        parts.revisionsPerRange = 5
        split.wiki.settings.parts = parts
        let record = try await split.run(Self.jobs(parts))
        #expect(record.statuses.values.allSatisfy { $0 == .done }, "\(record.jobs.compactMap(\.privateMessage))")
        for name in try whole.dumpFiles() where name.contains(".xml.") {
            let (joined, wanted) = (split.folder().appending(name), whole.folder().appending(name))
            #expect(try Self.text(joined).text == Self.text(wanted).text, "\(name)")
        }
    }

    /// A piece that was damaged after it was written, or that is gone, is told of before anything is joined.
    @Test func damagedPiecesAreNotJoined() async throws {
        let (fixture, parts) = try Self.splitFixture()
        let names = ["articlesdump", "articlesdumprecombine"]
        try await fixture.run(Self.jobs(parts), JobSelection(names: names))
        let piece = "testwiki-20261124-pages-articles2.xml-p11p15.bz2"
        let path = fixture.folder().appending(piece)
        var bytes = try fileSystem.read(path)
        bytes[bytes.count / 2] ^= 1
        let file = try FileDescriptor.open(path, .writeOnly)
        _ = try file.writeAll(bytes)
        try file.close()
        let record = try await fixture.run(Self.jobs(parts), JobSelection(names: ["articlesdumprecombine"]))
        let job = try #require(record.job("articlesdumprecombine"))
        #expect(job.status == .failed && job.privateMessage?.contains(piece) == true, "\(job)")
        #expect(job.failure == .outputBad)
    }

    /// What a dead process left of a joined file is never added to.
    @Test func aStaleFileInProgressIsReplaced() async throws {
        let (fixture, parts) = try Self.splitFixture()
        let names = JobSelection(names: ["articlesdump", "articlesdumprecombine"])
        let first = try await fixture.run(Self.jobs(parts), names)
        let whole = "testwiki-20261124-pages-articles.xml.bz2"
        try fileSystem.write(Array("garbage".utf8), to: fixture.folder().appending(whole + OutputFile.suffix))
        let again = try await fixture.run(Self.jobs(parts), names)
        #expect(again.job("articlesdumprecombine")?.files == first.job("articlesdumprecombine")?.files)
        #expect(try fixture.dumpFiles().contains(whole + OutputFile.suffix) == false)
    }

    /// What the source holds of a range is missed in its file, and no file of that range appears.
    @Test func aLossIsFoundInItsPiece() async throws {
        let (fixture, parts) = try Self.splitFixture()
        fixture.wiki.content.pages.remove(at: 12)
        let source = LossyWiki(wiki: fixture.wiki, lost: PageWeight(id: 13, namespace: 0, revisions: 1, bytes: 5))
        let record = try await fixture.run(
            Self.jobs(parts), JobSelection(names: ["metacurrentdump"]), of: source)
        let job = try #require(record.job("metacurrentdump"))
        #expect(job.status == .failed && job.failure == .outputBad)
        #expect(job.privateMessage?.contains("pages-meta-current2.xml-p11p15.bz2") == true, "\(job)")
        #expect(try !fixture.dumpFiles().contains { $0.contains("p11p15") })
    }
}

/// A wiki whose source says that it holds a page which it does not give.
private struct LossyWiki: Wiki {
    let wiki: InMemoryWiki
    let lost: PageWeight
    var name: WikiName { wiki.name }
    var isPrivate: Bool { wiki.isPrivate }
    var isClosed: Bool { wiki.isClosed }
    var directories: WikiDirectories { wiki.directories }
    var settings: WikiSettings { wiki.settings }
    func contentSource() throws(DumpError) -> any ContentSource { Source(base: try wiki.contentSource(), lost: lost) }

    struct Source: ContentSource {
        let base: any ContentSource
        let lost: PageWeight
        func openSnapshot() async throws(DumpError) -> any ContentSnapshot {
            Snapshot(base: try await base.openSnapshot(), lost: lost)
        }
    }

    struct Snapshot: ContentSnapshot {
        let base: any ContentSnapshot
        let lost: PageWeight
        var facts: WikiFacts { base.facts }
        func counts() async throws(DumpError) -> ContentCounts { try await base.counts() }
        func revisions(_ selection: RevisionSelection) async throws(DumpError) -> any RevisionCursor {
            try await base.revisions(selection)
        }
        func pageWeights(_ pages: Range<Int64>?) async throws(DumpError) -> any PageWeightCursor {
            Weights(base: try await base.pageWeights(pages), lost: pages?.contains(lost.id) == false ? nil : lost)
        }
        func logEntries() async throws(DumpError) -> any LogCursor { try await base.logEntries() }
        func titles(namespace: Int?) async throws(DumpError) -> any TitleCursor {
            try await base.titles(namespace: namespace)
        }
        func tableNames() async throws(DumpError) -> [String] { [] }
        func close() async { await base.close() }
    }

    actor Weights: PageWeightCursor {
        let base: any PageWeightCursor
        var lost: PageWeight?
        init(base: any PageWeightCursor, lost: PageWeight?) { (self.base, self.lost) = (base, lost) }
        func next() async throws(DumpError) -> [PageWeight]? {
            if let lost {
                self.lost = nil
                return [lost]
            }
            return try await base.next()
        }
    }
}

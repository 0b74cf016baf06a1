import Synchronization
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// The rules of wikis and of sources of content.
@Suite struct ContentConformanceTests {
    private static let content: InMemoryContent = {
        var content = InMemoryContent(pageCount: 7, revisionsPerPage: 3)
        content.tables = ["page": [TableText(bytes: Array("INSERT INTO `page` VALUES (1);\n".utf8), rowCount: 1)]]
        content.log = (1...3).map { id in
            LogEntry(
                id: id, timestamp: "20260102030405", contributor: Contributor(id: 1, name: [0x41]), comment: [],
                type: Array("move".utf8), action: Array("move".utf8), title: PageTitle(namespace: 0, title: [0x42]),
                parameters: [], hidden: [])
        }
        return content
    }()

    @Test(arguments: [false, true]) func aWikiInMemoryKeepsTheRules(isPrivate: Bool) async throws {
        let farm = try TemporaryFarm()
        for content in [Self.content, InMemoryContent()] {
            let wiki = InMemoryWiki(
                name: Sample.wiki("ownwiki"), folder: farm.root, content: content, isPrivate: isPrivate)
            try await WikiConformance(wiki).check()
        }
    }

    @Test func aDatabaseKeepsTheRules() async throws {
        let wiki = try SyntheticWiki()
        for page in 1...6 as ClosedRange<Int64> {
            try wiki.page(page, "Page_\(7 - page)", namespace: [0, 1, 2, 12, 0, 0][Int(page - 1)])
            for place in 0..<3 as Range<Int64> { try wiki.revision(page * 10 + place, page: page) }
        }
        for id in 1...3 as ClosedRange<Int64> { try wiki.log(id, type: id == 2 ? "suppress" : "move") }
        try await ContentSourceConformance(wiki.source).check()
    }

    @Test func aConfiguredWikiKeepsTheRules() async throws {
        let farm = try TemporaryFarm()
        let wikis = WikiFarm(try SwappedPartsTests.configuration(farm)) { (_, name) throws(DumpError) in
            try InMemoryWiki(name: name, folder: farm.root, content: Self.content).contentSource()
        }.wikis
        #expect(wikis.count == 2)
        for wiki in wikis { try await WikiConformance(wiki).check() }
    }

    // MARK: Faults

    enum WikiFault: CaseIterable { case publicFolders, otherName, scratchIsPublished, changes, closedSource }

    @Test(arguments: WikiFault.allCases) func aFaultyWikiIsFound(fault: WikiFault) async throws {
        let farm = try TemporaryFarm()
        var wiki = Borrowed(
            directories: farm.directories("ownwiki", isPrivate: false), name: Sample.wiki("ownwiki"), isPrivate: false,
            content: Self.content)
        switch fault {
        case .publicFolders: wiki.isPrivate = true
        case .otherName: wiki.directories = farm.directories("otherwiki", isPrivate: false)
        case .scratchIsPublished:
            wiki.directories = WikiDirectories(
                wiki: wiki.name, isPrivate: false, publicTree: "/srv/dumps/o", privateTree: "/srv/private",
                temporaryTree: "/srv/dumps")
        case .changes: wiki.changes = Counter()
        case .closedSource: wiki.opens = Counter()
        }
        let faulty = wiki
        await #expect(throws: (any Error).self) { try await WikiConformance(faulty).check() }
    }

    /// What a source does wrong.
    enum Fault: CaseIterable {
        case losesRevisions, losesPages, wrongOrder, splitsWrongly, neverEnds, allRevisions, ignoresRange, surplusTexts
        case changingRevisions, changingCounts, lostWeights, weightsInDisorder, titlesInDisorder, titlesOfOthers
        case lostTitles, logInDisorder, lostLog, lostRows, noTableIsEmpty, wrongTableError, readsOnWhenClosed
        case hangsWhenCancelled, wrongCancellation, otherFacts
    }

    @Test(arguments: Fault.allCases) func aFaultySourceIsFound(fault: Fault) async throws {
        let farm = try TemporaryFarm()
        let wiki = InMemoryWiki(name: Sample.wiki("ownwiki"), folder: farm.root, content: Self.content)
        let source = FaultySource(fault: fault, base: try wiki.contentSource())
        await #expect(throws: ConformanceViolation.self) {
            try await ContentSourceConformance(source, patience: .milliseconds(200)).check()
        }
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)
    func next() -> Int {
        count.withLock {
            $0 += 1; return $0
        }
    }
}

/// A wiki whose parts can be set one by one.
private struct Borrowed: Wiki {
    var directories: WikiDirectories
    var name: WikiName
    var isPrivate: Bool
    let isClosed = false
    var content: InMemoryContent
    var changes: Counter?
    var opens: Counter?
    var settings: WikiSettings {
        var settings = WikiSettings(source: SourceSettings(databasePath: "", siteInfoPath: ""))
        settings.keep = changes?.next() ?? 1
        return settings
    }
    func contentSource() throws(DumpError) -> any ContentSource {
        if let opens, opens.next() > 1 { throw DumpError(.source, "it can be opened once only") }
        return try InMemoryWiki(name: name, folder: "/none", content: content).contentSource()
    }
}

private struct FaultySource: ContentSource {
    let fault: ContentConformanceTests.Fault
    let base: any ContentSource
    func facts() async throws(DumpError) -> WikiFacts {
        var facts = try await base.facts()
        if fault == .otherFacts { facts.siteInfo.siteName = "Another" }
        return facts
    }
    func openSnapshot() async throws(DumpError) -> any ContentSnapshot {
        FaultySnapshot(fault: fault, base: try await base.openSnapshot())
    }
}

private struct FaultySnapshot: ContentSnapshot {
    let fault: ContentConformanceTests.Fault
    let base: any ContentSnapshot
    let asked = Counter()
    var facts: WikiFacts { base.facts }

    func counts() async throws(DumpError) -> ContentCounts {
        var counts = try await base.counts()
        if fault == .changingCounts { counts.lastLogID += Int64(asked.next()) }
        return counts
    }

    func revisions(_ selection: RevisionSelection) async throws(DumpError) -> any RevisionCursor {
        if Task.isCancelled {
            if fault == .hangsWhenCancelled { await Task.detached { try? await Task.sleep(for: .seconds(3)) }.value }
            if fault == .wrongCancellation { throw DumpError(.source, "the connection is gone") }
        }
        var wanted = selection
        if fault == .allRevisions { wanted.extent = .all }
        if fault == .ignoresRange { wanted.pages = nil }
        if fault == .surplusTexts { wanted.includesText = true }
        let cursor = try await base.revisions(wanted)
        var runs: [RevisionBatch.Run] = []
        while let batch = try await cursor.next() { runs += batch.runs }
        switch fault {
        case .losesRevisions: runs[0].revisions.removeLast()
        case .losesPages: runs.removeAll { $0.page.id == 3 }
        case .wrongOrder: runs.reverse()
        case .splitsWrongly: if runs.count > 1 { runs[1].startsPage = false }
        case .neverEnds: runs[runs.count - 1].endsPage = false
        case .changingRevisions: runs[0].revisions[0].comment = Array("\(asked.next())".utf8)
        default: break
        }
        return List([RevisionBatch(runs: runs)])
    }

    func pageWeights(_ pages: Range<Int64>?) async throws(DumpError) -> any PageWeightCursor {
        let cursor = try await base.pageWeights(pages)
        var weights: [PageWeight] = []
        while let more = try await cursor.next() { weights += more }
        if fault == .lostWeights { weights.removeLast() }
        if fault == .weightsInDisorder { weights.reverse() }
        return List([weights])
    }

    func titles(namespace: Int?) async throws(DumpError) -> any TitleCursor {
        let cursor = try await base.titles(namespace: fault == .titlesOfOthers ? nil : namespace)
        var titles: [PageTitle] = []
        while let more = try await cursor.next() { titles += more }
        if fault == .titlesInDisorder { titles.reverse() }
        if fault == .lostTitles { titles.removeLast() }
        return List([titles])
    }

    func logEntries() async throws(DumpError) -> any LogCursor {
        let cursor = try await base.logEntries()
        var entries: [LogEntry] = []
        while let more = try await cursor.next() { entries += more.entries }
        if fault == .logInDisorder { entries.reverse() }
        if fault == .lostLog { entries.removeLast() }
        return List([LogBatch(entries: entries)])
    }

    func tableNames() async throws(DumpError) -> [String] { try await base.tableNames() }

    func tableText(_ name: String, for audience: TableAudience) async throws(DumpError) -> any TableTextCursor {
        do throws(DumpError) { return try await base.tableText(name, for: audience) } catch {
            if fault == .noTableIsEmpty { return List<TableText>([]) }
            throw fault == .wrongTableError ? DumpError(.jobFailed, error.message) : error
        }
    }

    func count(table name: String, for audience: TableAudience) async throws(DumpError) -> TableCount {
        let count = try await base.count(table: name, for: audience)
        return fault == .lostRows ? TableCount(rows: count.rows + 1) : count
    }

    func close() async { if fault != .readsOnWhenClosed { await base.close() } }
}

private actor List<Element: Sendable> {
    private var rest: ArraySlice<Element>
    init(_ elements: [Element]) { rest = elements[...] }
    func next() async throws(DumpError) -> Element? { rest.popFirst() }
}

extension List: RevisionCursor where Element == RevisionBatch {}
extension List: PageWeightCursor where Element == [PageWeight] {}
extension List: TitleCursor where Element == [PageTitle] {}
extension List: LogCursor where Element == LogBatch {}
extension List: TableTextCursor where Element == TableText {}

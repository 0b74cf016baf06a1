import Synchronization
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// What a run asks of the place that the content comes from.
@Suite struct SourceUseTests {
    /// A wiki that writes down what is asked of its content.
    struct WatchedWiki: Wiki {
        let wiki: InMemoryWiki
        let calls: Calls

        var name: WikiName { wiki.name }
        var isPrivate: Bool { wiki.isPrivate }
        var isClosed: Bool { wiki.isClosed }
        var directories: WikiDirectories { wiki.directories }
        var settings: WikiSettings { wiki.settings }

        func contentSource() throws(DumpError) -> any ContentSource {
            WatchedSource(source: try wiki.contentSource(), calls: calls)
        }
    }

    final class Calls: Sendable {
        private let texts = Mutex<[String]>([])
        func add(_ text: String) { texts.withLock { $0.append(text) } }
        var all: [String] { texts.withLock { $0.sorted() } }
    }

    struct WatchedSource: ContentSource {
        let source: any ContentSource
        let calls: Calls

        func facts() async throws(DumpError) -> WikiFacts { try await source.facts() }

        func openSnapshot() async throws(DumpError) -> any ContentSnapshot {
            calls.add("snapshot")
            return WatchedSnapshot(snapshot: try await source.openSnapshot(), calls: calls)
        }
    }

    struct WatchedSnapshot: ContentSnapshot {
        let snapshot: any ContentSnapshot
        let calls: Calls

        var facts: WikiFacts { snapshot.facts }
        func counts() async throws(DumpError) -> ContentCounts {
            calls.add("counts")
            return try await snapshot.counts()
        }
        func revisions(_ selection: RevisionSelection) async throws(DumpError) -> any RevisionCursor {
            calls.add("\(selection.extent) revisions\(selection.includesText ? " with text" : "")")
            return try await snapshot.revisions(selection)
        }
        func pageWeights(_ pages: Range<Int64>?) async throws(DumpError) -> any PageWeightCursor {
            calls.add("weights")
            return try await snapshot.pageWeights(pages)
        }
        func logEntries() async throws(DumpError) -> any LogCursor {
            calls.add("log")
            return try await snapshot.logEntries()
        }
        func titles(namespace: Int?) async throws(DumpError) -> any TitleCursor {
            calls.add("titles")
            return try await snapshot.titles(namespace: namespace)
        }
        func tableNames() async throws(DumpError) -> [String] { try await snapshot.tableNames() }
        func tableText(_ name: String, for audience: TableAudience) async throws(DumpError) -> any TableTextCursor {
            calls.add("table \(name)")
            return try await snapshot.tableText(name, for: audience)
        }
        func count(table name: String, for audience: TableAudience) async throws(DumpError) -> TableCount {
            try await snapshot.count(table: name, for: audience)
        }
        func close() async { await snapshot.close() }
    }

    private func calls(
        _ selection: JobSelection, parts: PartSettings? = nil, more: [any Job] = []
    ) async throws -> [String] {
        let fixture = try RunFixture()
        if let parts { fixture.wiki.settings.parts = parts }
        fixture.wiki.content.tables = ["page": [TableText(bytes: Array("-- rows\n".utf8), rowCount: 3)]]
        let answer = #"{"query": {"namespaces": {}}}"#
        fixture.wiki.content.facts.savedAnswer = try SiteInfoAnswer(Array(answer.utf8), of: "the answer")
        let calls = Calls()
        let record = try await fixture.run(
            fixture.standardJobs + more, selection, of: WatchedWiki(wiki: fixture.wiki, calls: calls))
        #expect(record.jobs.allSatisfy { [.done, .waiting].contains($0.status) })
        #expect(record.jobs.contains { $0.status == .done })
        return calls.all
    }

    @Test func everythingIsReadOnce() async throws {
        let names = [
            "xmlstubsdump", "articlesdump", "metacurrentdump", "xmlpagelogsdump", "metahistorybz2dump",
            "articlesmultistreamdump",
        ]
        // Stubs are made from one reading, all files with texts from another; each pass knows what it has to find.
        #expect(
            try await calls(JobSelection(names: names)) == [
                "all revisions", "all revisions with text", "counts", "counts", "counts", "log", "snapshot",
            ])
    }

    @Test func onlyAJobThatNeedsSizesAsksForThem() async throws {
        var parts = PartSettings()
        parts.isEnabled = true
        parts.pages = .equal(5)
        parts.usesRanges = true
        // How many titles there have to be is what a file of them is judged by.
        #expect(
            try await calls(JobSelection(names: ["pagetitlesdump"]), parts: parts) == ["counts", "snapshot", "titles"])
        let others: [any Job] = [
            TableJob(TableJobDefinition(table: "page", job: "page", description: "Pages")),
            SiteInfoJob(
                APIJobDefinition(job: "info", description: "Info", properties: ["namespaces"], formatVersion: 2)),
        ]
        #expect(
            try await calls(JobSelection(names: ["pagetable", "info"]), parts: parts, more: others)
                == ["snapshot", "table page"])
        let content = try await calls(JobSelection(names: ["xmlstubsdump", "metahistorybz2dump"]), parts: parts)
        // One for the parts of the stubs; one that plans the ranges of the texts, and one that counts what is in them.
        #expect(content.count { $0 == "weights" } == 3, "\(content)")
    }
}

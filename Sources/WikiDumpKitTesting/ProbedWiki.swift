import Synchronization
import WikiDumpKit

/// A wiki in memory whose source is observed, and may fail or be slow. It always reports a remark.
struct ProbedWiki: Wiki {
    let base: InMemoryWiki
    let probe: Probe
    var name: WikiName { base.name }
    var isPrivate: Bool { base.isPrivate }
    var isClosed: Bool { base.isClosed }
    var directories: WikiDirectories { base.directories }
    var fileSystem: FileSystem { base.fileSystem }
    var settings: WikiSettings { base.settings }
    func contentSource() throws(DumpError) -> any ContentSource {
        ProbedSource(base: try base.contentSource(), probe: probe)
    }
}

/// Controls how a source behaves when it is read, and records the reading.
final class Probe: Sendable {
    enum Behaviour {
        case plain
        /// The reading with this number fails, and all readings after it.
        case failing(at: Int)
        /// Each reading takes a moment, even if its task is cancelled.
        case slow
    }

    private struct State {
        var readings = 0
        var isOver = false
        var problems: [ContentProblem] = []
    }

    private let behaviour: Behaviour
    private let state = Mutex(State())

    init(_ behaviour: Behaviour) { self.behaviour = behaviour }

    /// The remarks that were reported.
    var problems: [ContentProblem] { state.withLock { $0.problems } }
    var hasBeenRead: Bool { state.withLock { $0.readings > 0 } }

    /// Makes every reading fail from now on.
    func end() { state.withLock { $0.isOver = true } }

    /// Must be called for every reading.
    func read() async throws(DumpError) {
        let (number, isOver) = state.withLock { state in
            state.readings += 1
            return (state.readings, state.isOver)
        }
        switch behaviour {
        case .plain: break
        case .failing(let limit) where number >= limit: throw DumpError(.source, "the check cut the connection")
        case .failing: break
        case .slow: await Task.detached { try? await Task.sleep(for: .milliseconds(10)) }.value
        }
        if isOver { throw DumpError(.source, "the check is over") }
    }

    /// A remark about the first of some returned items.
    func remark(page: Int64? = nil, logEntry: Int64? = nil) -> ContentProblem {
        let problem = ContentProblem(
            page: page, logEntry: logEntry, message: "the check remarks on this", isOmission: false)
        state.withLock { if !$0.problems.contains(problem) { $0.problems.append(problem) } }
        return problem
    }
}

private struct ProbedSource: ContentSource {
    let base: any ContentSource
    let probe: Probe
    func facts() async throws(DumpError) -> WikiFacts { try await base.facts() }
    func openSnapshot() async throws(DumpError) -> any ContentSnapshot {
        ProbedSnapshot(base: try await base.openSnapshot(), probe: probe)
    }
}

private struct ProbedSnapshot: ContentSnapshot {
    let base: any ContentSnapshot
    let probe: Probe
    var facts: WikiFacts { base.facts }
    func check(_ part: ContentPart) async throws(DumpError) { try await base.check(part) }
    func counts() async throws(DumpError) -> ContentCounts { try await base.counts() }
    func pageWeights(_ pages: Range<Int64>?) async throws(DumpError) -> any PageWeightCursor {
        try await base.pageWeights(pages)
    }
    func tableNames() async throws(DumpError) -> [String] { try await base.tableNames() }
    func count(table name: String, for audience: TableAudience) async throws(DumpError) -> TableCount {
        try await base.count(table: name, for: audience)
    }
    func close() async { await base.close() }

    func revisions(_ selection: RevisionSelection) async throws(DumpError) -> any RevisionCursor {
        let (cursor, probe) = (try await base.revisions(selection), probe)
        return Cursor(probe) { () async throws(DumpError) in
            guard var batch = try await cursor.next() else { return nil }
            if let page = batch.runs.first?.page.id, page <= 1 { batch.problems.append(probe.remark(page: page)) }
            return [batch]
        }
    }

    func logEntries() async throws(DumpError) -> any LogCursor {
        let (cursor, probe) = (try await base.logEntries(), probe)
        return Cursor(probe) { () async throws(DumpError) in
            guard let batch = try await cursor.next() else { return nil }
            return batch.entries.enumerated().map { place, entry in
                let remarks = place == 0 ? [probe.remark(logEntry: entry.id)] : []
                return LogBatch(entries: [entry], problems: (place == 0 ? batch.problems : []) + remarks)
            }
        }
    }

    func titles(namespace: Int?) async throws(DumpError) -> any TitleCursor {
        let cursor = try await base.titles(namespace: namespace)
        return Cursor(probe) { () async throws(DumpError) in try await cursor.next()?.map { [$0] } }
    }

    func tableText(_ name: String, for audience: TableAudience) async throws(DumpError) -> any TableTextCursor {
        let cursor = try await base.tableText(name, for: audience)
        return Cursor(probe) { () async throws(DumpError) in try await cursor.next().map { [$0] } }
    }
}

/// Returns the elements it receives, one by one.
private actor Cursor<Element: Sendable> {
    private let probe: Probe
    private let more: @Sendable () async throws(DumpError) -> [Element]?
    private var waiting: [Element] = []

    init(_ probe: Probe, more: @escaping @Sendable () async throws(DumpError) -> [Element]?) {
        self.probe = probe
        self.more = more
    }

    func next() async throws(DumpError) -> Element? {
        try await probe.read()
        while waiting.isEmpty {
            guard let elements = try await more() else { return nil }
            waiting = elements.reversed()
        }
        return waiting.popLast()
    }
}

extension Cursor: RevisionCursor where Element == RevisionBatch {}
extension Cursor: LogCursor where Element == LogBatch {}
extension Cursor: TitleCursor where Element == [PageTitle] {}
extension Cursor: TableTextCursor where Element == TableText {}

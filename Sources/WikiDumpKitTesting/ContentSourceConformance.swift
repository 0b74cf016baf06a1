import Synchronization
public import WikiDumpKit

/// Checks that a source of content keeps the promises of the protocols `ContentSource` and `ContentSnapshot` of WikiDumpKit.
///
/// It reads everything in the source several times, so use a small wiki whose content does not change meanwhile.
///
/// ```swift
/// try await ContentSourceConformance(MySource()).check()
/// ```
public struct ContentSourceConformance: Sendable {
    private let source: any ContentSource
    private let patience: Duration

    /// Creates the checks for a source.
    /// - Parameters:
    ///   - source: The source.
    ///   - patience: How long a reading may continue after its task is cancelled.
    public init(_ source: any ContentSource, patience: Duration = .seconds(2)) {
        self.source = source
        self.patience = patience
    }

    /// Runs all checks.
    /// - Throws: ``ConformanceViolation``, or an unexpected error of the source.
    public func check() async throws {
        let snapshot = try await source.openSnapshot()
        do {
            try require(
                try await source.facts().siteInfo == snapshot.facts.siteInfo,
                "the source and its snapshot say the same about the wiki")
            let counts = try await snapshot.counts()
            try require(try await snapshot.counts() == counts, "a snapshot counts the same each time")
            try await checkRevisions(of: snapshot, counts)
            try await checkWeights(of: snapshot, counts)
            try await checkTitles(of: snapshot, counts)
            try await checkLog(of: snapshot, counts)
            try await checkTables(of: snapshot)
            try await checkCancellation(of: snapshot)
        } catch {
            await snapshot.close()
            throw error
        }
        await snapshot.close()
        try await checkClosed(snapshot)
    }

    // MARK: Revisions

    private struct Reading: Equatable {
        var pages: [Page] = []
        var revisions: [Revision] = []
        var tally = ProblemTally()
    }

    private func checkRevisions(of snapshot: any ContentSnapshot, _ counts: ContentCounts) async throws {
        let all = try await read(snapshot, RevisionSelection(extent: .all, includesText: false))
        try require(
            Int64(all.revisions.count) + all.tally.omittedRevisions == counts.revisions,
            "the revisions read and omitted add up to the count, \(counts.revisions), but there were \(all.revisions.count)"
        )
        try require(
            Int64(all.pages.count) + all.tally.omittedPages == counts.pages,
            "the pages read and omitted add up to the count, \(counts.pages), but there were \(all.pages.count)")
        let whole = RevisionSelection(extent: .all, includesText: true)
        var withTexts = try await read(snapshot, whole)
        try require(try await read(snapshot, whole) == withTexts, "a snapshot gives the same revisions each time")
        for index in withTexts.revisions.indices { withTexts.revisions[index].dropTexts() }
        try require(
            withTexts.pages == all.pages && withTexts.revisions == all.revisions,
            "reading with texts gives the same revisions as reading without")
        let current = try await read(snapshot, RevisionSelection(extent: .current, includesText: false))
        try require(
            current.revisions.map(\.id)
                == all.pages.map(\.latestRevision).filter(Set(all.revisions.map(\.id)).contains),
            "only the current revision of each page is read when no others are asked for")
        guard let middle = all.pages.dropFirst(all.pages.count / 2).first?.id else { return }
        for range in [Int64.min..<middle, middle..<Int64.max, middle..<middle + 1] {
            let some = try await read(
                snapshot, RevisionSelection(extent: .all, includesText: false, pages: range))
            try require(
                some.pages == all.pages.filter { range.contains($0.id) }, "only the pages that are asked for are read")
        }
    }

    private func read(_ snapshot: any ContentSnapshot, _ selection: RevisionSelection) async throws -> Reading {
        let cursor = try await snapshot.revisions(selection)
        var reading = Reading()
        var open: Int64?
        var last: (page: Int64, revision: Int64) = (.min, .min)
        while let batch = try await cursor.next() {
            reading.tally.add(batch.problems)
            for run in batch.runs {
                let page = run.page.id
                try require(
                    run.startsPage ? open == nil && page > last.page : open == page,
                    "pages come by rising id, each once, from its start to its end; page \(page) does not")
                if run.startsPage {
                    reading.pages.append(run.page)
                    last = (page, .min)
                }
                open = run.endsPage ? nil : page
                for revision in run.revisions {
                    try require(revision.id > last.revision, "the revisions of page \(page) come by rising id")
                    last.revision = revision.id
                    try require(
                        selection.includesText || revision.main.text == nil,
                        "texts are read only if they are asked for")
                }
                reading.revisions += run.revisions
            }
        }
        try require(open == nil, "every page that starts also ends")
        return reading
    }

    private func checkWeights(of snapshot: any ContentSnapshot, _ counts: ContentCounts) async throws {
        let cursor = try await snapshot.pageWeights(nil)
        var weights: [PageWeight] = []
        while let more = try await cursor.next() { weights += more }
        try require(
            zip(weights, weights.dropFirst()).allSatisfy { $0.id < $1.id }, "weights of pages come by rising id")
        try require(
            Int64(weights.count) == counts.pages && weights.reduce(0) { $0 + $1.revisions } == counts.revisions,
            "the weights cover all counted pages and revisions")
    }

    // MARK: Other parts

    private func checkTitles(of snapshot: any ContentSnapshot, _ counts: ContentCounts) async throws {
        var all: [PageTitle] = []
        let cursor = try await snapshot.titles(namespace: nil)
        while let more = try await cursor.next() { all += more }
        try require(Int64(all.count) == counts.pages, "there are as many titles as counted pages")
        try require(
            zip(all, all.dropFirst()).allSatisfy {
                $0.namespace < $1.namespace
                    || $0.namespace == $1.namespace && $0.title.lexicographicallyPrecedes($1.title)
            }, "titles come in the order of namespace, then title, bytewise")
        var main: [PageTitle] = []
        let some = try await snapshot.titles(namespace: 0)
        while let more = try await some.next() { main += more }
        try require(
            main == all.filter { $0.namespace == 0 } && Int64(main.count) == counts.mainNamespacePages,
            "the titles of a namespace are those among all, and as many as counted")
    }

    private func checkLog(of snapshot: any ContentSnapshot, _ counts: ContentCounts) async throws {
        func read() async throws -> ([LogEntry], ProblemTally) {
            let cursor = try await snapshot.logEntries()
            var (entries, tally): ([LogEntry], ProblemTally) = ([], ProblemTally())
            while let batch = try await cursor.next() {
                entries += batch.entries
                tally.add(batch.problems)
            }
            return (entries, tally)
        }
        let (entries, tally) = try await read()
        try require(zip(entries, entries.dropFirst()).allSatisfy { $0.id < $1.id }, "log entries come by rising id")
        try require(
            Int64(entries.count) + tally.omittedLogEntries == counts.logEntries,
            "the log entries read and omitted add up to the count, \(counts.logEntries), but there were \(entries.count)"
        )
        try require(try await read().0 == entries, "a snapshot gives the same log entries each time")
    }

    private func checkTables(of snapshot: any ContentSnapshot) async throws {
        for name in try await snapshot.tableNames() {
            func read() async throws -> [TableText] {
                let cursor = try await snapshot.tableText(name, for: .operators)
                var pieces: [TableText] = []
                while let piece = try await cursor.next() { pieces.append(piece) }
                return pieces
            }
            let pieces = try await read()
            let rows = pieces.reduce(0) { $0 + $1.rowCount }
            let count = try await snapshot.count(table: name, for: .operators).rows
            try require(
                rows == count, "the text of table \(name) has as many rows as counted, \(count), but had \(rows)")
            try require(
                try await read().flatMap(\.bytes) == pieces.flatMap(\.bytes),
                "a snapshot gives the same text of table \(name) each time")
        }
        try await expect(.source, "asking for a table that does not exist") { () async throws(DumpError) in
            _ = try await snapshot.tableText("no_such_table", for: .operators).next()
        }
    }

    // MARK: Endings

    private func checkCancellation(of snapshot: any ContentSnapshot) async throws {
        let ended = Mutex<Result<Void, DumpError>?>(nil)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            let result: Result<Void, DumpError>
            do throws(DumpError) {
                let cursor = try await snapshot.revisions(RevisionSelection(extent: .all, includesText: true))
                _ = try await cursor.next()
                result = .success(())
            } catch {
                result = .failure(error)
            }
            ended.withLock { $0 = result }
        }
        task.cancel()
        let start = ContinuousClock.now
        while ended.withLock({ $0 == nil }), ContinuousClock.now - start < patience {
            try await Task.sleep(for: .milliseconds(1))
        }
        switch ended.withLock({ $0 }) {
        case nil: throw ConformanceViolation("a reading ends within \(patience) after its task was cancelled")
        case .success: break
        case .failure(let error):
            try require(
                error.code == .cancelled,
                "a reading whose task was cancelled goes on or throws cancelled, but threw \(error.code): \(error)")
        }
    }

    private func checkClosed(_ snapshot: any ContentSnapshot) async throws {
        do throws(DumpError) {
            let cursor = try await snapshot.revisions(RevisionSelection(extent: .all, includesText: false))
            _ = try await cursor.next()
        } catch { return }
        throw ConformanceViolation("reading from a snapshot that was closed fails")
    }
}

extension Revision {
    mutating func dropTexts() {
        main.text = nil
        for index in otherSlots.indices { otherSlots[index].text = nil }
    }
}

/// Reads the log, sums up each part, and passes on the entries of the parts that are written.
actor LogPartReader {
    private let cursor: any LogCursor
    private let parts: [DumpPiece]
    private let wanted: Set<DumpPiece>
    private var held: ArraySlice<LogBatch> = []
    private(set) var sums: [DumpPiece: LogSum] = [:]

    /// - Parameter parts: The parts, ascending. Entries outside all parts are dropped.
    init(_ cursor: any LogCursor, parts: [DumpPiece], wanted: Set<DumpPiece>) {
        self.cursor = cursor
        self.parts = parts
        self.wanted = wanted
    }

    /// The next entries, all of one part; nil at the end.
    func next() async throws(DumpError) -> LogBatch? {
        while true {
            if let batch = held.popFirst() { return batch }
            guard let batch = try await cursor.next() else { return nil }
            for problem in batch.problems {
                let part = problem.logEntry.flatMap { parts.index(of: $0) } ?? 0
                if parts.indices.contains(part) { sums[parts[part], default: LogSum()].take(problem) }
            }
            var rest = batch.entries[...]
            for part in parts where !rest.isEmpty {
                let own = rest.prefix { $0.id <= part.ids.upperBound }.filter { part.readIDs.contains($0.id) }
                rest = rest.drop { $0.id <= part.ids.upperBound }
                for entry in own { sums[part, default: LogSum()].take(entry) }
                if wanted.contains(part), !own.isEmpty { held.append(LogBatch(entries: own)) }
            }
        }
    }
}

/// What a source holds for a part of the log.
struct LogSum: Sendable {
    /// The entries that can be written.
    private(set) var entries = FileContents.Numbered(count: 0)
    /// What is wrong with entries in the part.
    private(set) var problems = ProblemTally()
    private var lastOmitted: Int64?

    /// All entries, including those that have to be left out.
    var expected: FileContents.Numbered {
        FileContents.Numbered(
            count: entries.count + problems.omittedLogEntries,
            last: [entries.last, lastOmitted].compactMap { $0 }.max())
    }

    mutating func take(_ entry: LogEntry) {
        entries.count += 1
        entries.first = min(entries.first ?? entry.id, entry.id)
        entries.last = max(entries.last ?? entry.id, entry.id)
    }

    mutating func take(_ problem: ContentProblem) {
        problems.add([problem])
        if problem.isOmission, let id = problem.logEntry { lastOmitted = max(lastOmitted ?? id, id) }
    }
}

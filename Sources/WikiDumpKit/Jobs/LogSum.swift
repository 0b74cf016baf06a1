/// What a source holds of a part of the log.
struct LogSum: Sendable {
    /// The entries that can be written.
    private(set) var entries = FileContents.Numbered(count: 0)
    /// What is wrong with entries of the part.
    private(set) var problems = ProblemTally()
    private var lastOmitted: Int64?

    /// All entries, also those that have to be left out.
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

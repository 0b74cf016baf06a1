/// Writes a table of the database as SQL text that MariaDB, MySQL and SQLite can read.
struct TableJob: Job {
    /// The table, and what is said about it.
    let definition: TableJobDefinition

    /// Makes the job of a table.
    init(_ definition: TableJobDefinition) { self.definition = definition }

    /// The name of the job.
    var name: String { definition.job }
    /// What the page of the run says about it.
    var title: String { definition.description }
    /// Whether nobody outside may see the table.
    var isPrivate: Bool { definition.isPrivate || TableSecrets.contains(definition.table) }
    /// The table.
    var table: String? { definition.table }

    private var fileName: String { "\(definition.table).sql.gz" }

    /// One file.
    func fileNames(prefix: String) -> [String] { [prefix + fileName] }

    /// Writes the file. What the wiki hides from the public is only in that of a private job.
    func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        let audience = isPrivate ? .operators : TableAudience.everybody(context.wiki.settings.source.hiddenDetails)
        let count = try await context.snapshot.count(table: definition.table, for: audience)
        let rows = count.rows
        var context = context
        context.withheld = count.withheld
        let cursor = try await context.snapshot.tableText(definition.table, for: audience)
        let file = try context.create(fileName)
        defer { file.discard() }
        let tally = try await context.fill(file, of: name, expected: rows) { () async throws(DumpError) in
            try await cursor.next()
        } render: {
            RenderedBatch(bytes: $0.bytes, items: $0.rowCount)
        }
        var (expected, found) = (FileContents(), FileContents())
        expected.rows = rows
        found.rows = tally.items
        found.bytes = tally.bytesIn
        let evidence = context.evidence(expected: expected, found: found)
        try evidence.check(fileName)
        return JobReport(files: [try file.commit(evidence)])
    }
}

/// Writes a table of the database as SQL text that MariaDB, MySQL and SQLite can read.
struct TableJob: Job {
    let definition: TableJobDefinition

    init(_ definition: TableJobDefinition) { self.definition = definition }

    var name: String { definition.job }
    var title: String { definition.description }
    /// Whether the table is kept from the public.
    var isPrivate: Bool { definition.isPrivate || TableSecrets.contains(definition.table) }
    var table: String? { definition.table }

    private var fileName: String { "\(definition.table).sql.gz" }

    func fileNames(prefix: String) -> [String] { [prefix + fileName] }

    /// Writes the file. Only a private job includes what the wiki hides from the public.
    func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        let audience = isPrivate ? .operators : TableAudience.everybody(context.wiki.settings.source.hiddenDetails)
        let count = try await context.snapshot.count(table: definition.table, for: audience)
        var context = context
        context.withheld = count.withheld
        let cursor = try await context.snapshot.tableText(definition.table, for: audience)
        let file = try context.create(fileName)
        defer { file.discard() }
        let tally = try await context.fill(file, of: name, expected: count.rows) { () async throws(DumpError) in
            try await cursor.next()
        } render: {
            RenderedBatch(bytes: $0.bytes, items: $0.rowCount)
        }
        let evidence = context.evidence(
            expected: FileContents(rows: count.rows), found: FileContents(rows: tally.items, bytes: tally.bytesIn))
        try evidence.check(fileName)
        return JobReport(files: [try file.commit(evidence)])
    }
}

import Logging
import Synchronization

/// Writes a table of the database as SQL text that MariaDB and SQLite can read.
public struct TableJob: Job {
    /// The table, and what is said about it.
    public let definition: TableJobDefinition

    /// Makes the job of a table.
    public init(_ definition: TableJobDefinition) { self.definition = definition }

    /// The name of the job.
    public var name: String { definition.job }
    /// What the page of the run says about it.
    public var title: String { definition.description }
    /// Whether nobody outside may see the table.
    public var isPrivate: Bool { definition.isPrivate }
    /// The table.
    public var table: String? { definition.table }

    private var fileName: String { "\(definition.table).sql.gz" }

    /// One file.
    public func fileNames(prefix: String) -> [String] { [prefix + fileName] }

    /// Writes the file.
    public func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        let expected = try await context.snapshot.rowCount(table: definition.table)
        if let command = try await context.snapshot.tableCommand(definition.table) {
            return try await write(what: command, expectedRows: expected, context)
        }
        let cursor = try await context.snapshot.tableText(definition.table)
        let file = try context.create(fileName)
        defer { file.discard() }
        let tally = try await write(
            { () async throws(DumpError) in try await cursor.next() }, to: file, expected, context)
        let evidence = evidence(rows: tally.items, bytes: tally.bytesIn, of: expected, context)
        try evidence.check(fileName)
        return JobReport(files: [try file.commit(evidence)])
    }

    /// Compresses what a program of the database writes. It reads the table at an instant of its own, so the number of
    /// rows may differ a little from the snapshot's; that the text is whole is proven by its last line.
    private func write(
        what command: Command, expectedRows expected: Int64, _ context: JobContext
    ) async throws(DumpError) -> JobReport {
        var file: OutputFile?
        defer { file?.discard() }
        let pipeline = Pipeline(name, [context.watched(command)])
        let (count, size) = try await context.commands.read(pipeline, retries: context.retries) {
            output async throws(DumpError) in
            file?.discard()
            let target = try context.create(fileName)
            file = target
            return try await compress(output, of: command, to: target, expected, context)
        }
        if count != expected {
            context.logger.notice(
                "table \(definition.table) of \(context.wiki.name) has \(count) rows now, and had \(expected) before")
        }
        let evidence = evidence(rows: count, bytes: size, of: nil, context)
        return JobReport(files: try file.map { file throws(DumpError) in [try file.commit(evidence)] } ?? [])
    }

    /// - Returns: the number of rows and of bytes.
    private func compress(
        _ output: CommandOutput, of command: Command, to file: OutputFile, _ expected: Int64, _ context: JobContext
    ) async throws(DumpError) -> (rows: Int64, bytes: Int64) {
        let rows = Mutex(InsertedRows())
        let tally = try await write(
            { () async throws(DumpError) in
                guard let bytes = try await output.next() else { return nil }
                return rows.withLock { rows in
                    let before = rows.count
                    rows.add(bytes)
                    return TableText(bytes: bytes, rowCount: rows.count - before)
                }
            }, to: file, expected, context)
        guard rows.withLock(\.isWhole) else {
            throw DumpError(
                .outputBad, "the text of table \(definition.table) ends without the line “-- Dump completed”",
                remedy: "the file was withheld; look at the log for what \(command.program) said")
        }
        return (rows.withLock(\.count), tally.bytesIn)
    }

    private func evidence(rows: Int64, bytes: Int64, of expectedRows: Int64?, _ context: JobContext) -> FileEvidence {
        var (expected, found) = (FileContents(), FileContents())
        expected.rows = expectedRows
        found.rows = rows
        found.bytes = bytes
        return context.evidence(expected: expectedRows == nil ? nil : expected, found: found)
    }

    /// Compresses a text into a file.
    /// - Returns: what went through.
    private func write(
        _ next: @escaping @Sendable () async throws(DumpError) -> TableText?, to file: OutputFile, _ expected: Int64,
        _ context: JobContext
    ) async throws(DumpError) -> OutputTally {
        let pipeline = OutputPipeline<TableText>(
            next: next, render: { [RenderedBatch(bytes: $0.bytes, items: $0.rowCount)] }, width: context.width,
            progress: { [name, progress = context.progress] in
                progress(name, JobProgress($0, expectedItems: expected))
            })
        return try await pipeline.run([PipelineOutput(file: file, format: GzipFormat())]).first ?? OutputTally()
    }
}

extension InsertedRows {
    /// Whether the last line is the one that these programs write when nothing was wrong.
    var isWhole: Bool {
        tail.split(separator: UInt8(ascii: "\n")).last?.starts(with: "-- Dump completed".utf8) == true
    }
}

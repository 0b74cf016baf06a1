import SystemPackage

extension JobContext {
    /// Writes a file of a job. It is compressed as its name says, by all cores, and gets its name when it is complete.
    ///
    /// ```swift
    /// let cursor = try await context.snapshot.titles(namespace: 0)
    /// let file = try await context.write("titles.txt.gz", of: name) { () async throws(DumpError) in
    ///     try await cursor.next()?.flatMap { $0.title + [0x0A] }
    /// }
    /// return JobReport(files: [file])
    /// ```
    /// - Parameters:
    ///   - name: The name after the prefix. One that ends in `.gz` or `.bz2` is compressed that way, any other not at all.
    ///   - job: The name of the job, for those who watch its progress.
    ///   - next: Gives the bytes that come next, as many as it likes; nil at the end.
    /// - Throws: What `next` throws; ``DumpError`` with code `permission`, `diskFull` or `fileSystem`; `cancelled` when the
    ///   task is cancelled. Nothing new stands under the name then.
    public func write(
        _ name: String, of job: String, _ next: @escaping @Sendable () async throws(DumpError) -> [UInt8]?
    ) async throws(DumpError) -> FileRecord {
        let file = try create(name)
        defer { file.discard() }
        _ = try await fill(file, of: job, next: next) { RenderedBatch(bytes: $0) }
        return try file.commit()
    }

    /// Fills a file that was begun. It is complete then, but not committed.
    /// - Parameters:
    ///   - file: The file; the end of its name tells how it is compressed.
    ///   - job: The name of the job, for those who watch its progress.
    ///   - header: What stands before everything, compressed alone.
    ///   - expected: How many items there will be, if that is known.
    ///   - next: Gives the next batch; nil at the end.
    ///   - render: Turns a batch into bytes, on any core.
    func fill<Batch: Sendable>(
        _ file: OutputFile, of job: String, header: [UInt8] = [], expected: Int64? = nil,
        next: @escaping @Sendable () async throws(DumpError) -> Batch?,
        render: @escaping @Sendable (Batch) throws(DumpError) -> RenderedBatch
    ) async throws(DumpError) -> OutputTally {
        let pipeline = OutputPipeline<Batch>(
            next: next, render: { (batch) throws(DumpError) in [try render(batch)] }, width: width,
            progress: { [progress] in progress(job, JobProgress($0, expectedItems: expected)) })
        let format: any OutputFormat =
            switch file.path.extension {
            case "gz": GzipFormat()
            case "bz2": BzipFormat()
            default: PlainFormat()
            }
        let tallies = try await pipeline.run([PipelineOutput(file: file, format: format, header: header)])
        return tallies.first ?? OutputTally()
    }
}

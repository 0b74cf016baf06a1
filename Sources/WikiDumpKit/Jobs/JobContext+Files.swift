import SystemPackage

extension JobContext {
    /// Writes a file of a job. The end of its name determines the compression, which uses all cores. The file gets its name
    /// when it is complete.
    ///
    /// ```swift
    /// let cursor = try await context.snapshot.titles(namespace: 0)
    /// let file = try await context.write("titles.txt.gz", of: name) { () async throws(DumpError) in
    ///     try await cursor.next()?.flatMap { $0.title + [0x0A] }
    /// }
    /// return JobReport(files: [file])
    /// ```
    /// - Parameters:
    ///   - name: The name after the prefix. A name that ends in `.gz` or `.bz2` means that compression; any other name means
    ///     none.
    ///   - job: The name of the job whose progress is reported.
    ///   - next: Returns the next bytes, as many as it likes; nil at the end.
    /// - Throws: What `next` throws; ``DumpError`` with code `permission`, `diskFull` or `fileSystem`; `cancelled` if the task
    ///   is cancelled. In these cases, nothing new appears under the name.
    public func write(
        _ name: String, of job: String, _ next: @escaping @Sendable () async throws(DumpError) -> [UInt8]?
    ) async throws(DumpError) -> FileRecord {
        let file = try create(name)
        defer { file.discard() }
        _ = try await fill(file, of: job, next: next) { RenderedBatch(bytes: $0) }
        return try file.commit()
    }

    /// Fills a file that was created. Afterwards it is complete but not committed.
    /// - Parameters:
    ///   - file: The file; the end of its name determines the compression.
    ///   - job: The name of the job whose progress is reported.
    ///   - header: What comes before everything else; it is compressed separately.
    ///   - expected: The number of items to come, if known.
    ///   - next: Returns the next batch; nil at the end.
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

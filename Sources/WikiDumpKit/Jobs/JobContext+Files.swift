import Logging
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

    /// Writes the hashes and the certificate of a piece as soon as the piece is complete. A process that continues the job then
    /// knows what the piece holds without reading it again.
    /// - Parameter mark: See ``OutputFile/init(_:permissions:mark:)``.
    package func certify(
        _ record: FileRecord, _ evidence: FileEvidence, of job: String, mark: String? = nil
    ) throws(DumpError) {
        guard let hashes = record.hashes else { return }
        for kind in HashKind.allCases {
            try write(
                ChecksumFiles.text(of: record.name, hashes: hashes, kind: kind),
                to: ChecksumFiles.name(of: record.name, kind: kind), mark)
        }
        let certificate = FileCertificate(
            wiki: wiki.name.description, date: date.description, job: job, file: record.name, size: record.size ?? 0,
            hashes: hashes, evidence: evidence)
        try write(certificate.bytes, to: FileCertificate.name(of: record.name), mark)
    }

    private func write(_ bytes: [UInt8], to name: String, _ mark: String?) throws(DumpError) {
        if let mark {
            // The mark in the temporary name keeps the process that does the run from treating the file as a leftover of a dead
            // one.
            let file = try OutputFile(path(name), permissions: statusPermissions, mark: mark, on: wiki.fileSystem)
            defer { file.discard() }
            try file.write(bytes)
            _ = try file.commit()
        } else {
            try wiki.fileSystem.write(bytes, to: path(name), permissions: statusPermissions, durable: false)
        }
        try smallFiles.wrote(bytes, to: path(name))
    }

    var commands: CommandRunner { CommandRunner(report: reportCommand) }

    /// Writes the exports of the wiki; nil if this program writes them.
    var producer: MediaWikiProducer? { wiki.producer }

    /// How often reading the database or the wiki is retried.
    var retries: RetryPolicy { wiki.settings.retries(timer) }

    /// The command, set to be stopped after `[source] hanglimit` seconds without a sign of life.
    func watched(_ command: Command) -> Command {
        let limit = wiki.settings.source.mediaWiki.hangLimit
        var command = command
        if command.limits.silence == nil, limit > 0 { command.limits.silence = .seconds(limit) }
        return command
    }

    /// Logs which commands run and what they print.
    var reportCommand: @Sendable (CommandEvent) -> Void {
        { [logger] event in
            switch event {
            case .started(let command, let processID): logger.debug("started \(processID): \(command)")
            case .line(let command, let line): logger.info("\(command.program): \(line)")
            case .ended(let outcome): logger.debug("ended with \(outcome.status): \(outcome.command)")
            case .retrying(let failure, let attempt, let pause):
                logger.warning("\(failure); attempt \(attempt) follows in \(pause)")
            }
        }
    }
}

import Synchronization

/// Exports the log as XML.
public struct LogJob: Job {
    /// The name of the job.
    public let name = "xmlpagelogsdump"
    /// What the page of the run says about it.
    public let title = "Log events of all pages and users"
    /// A line of further explanation.
    public let detail: String? = "Who did what to which page and when, without suppressed events"

    private static let fileName = "pages-logging.xml.gz"

    /// Makes the job.
    public init() {}

    /// One file.
    public func fileNames(prefix: String) -> [String] { [prefix + Self.fileName] }

    /// Writes the file.
    public func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        if let producer = context.snapshot.exportProducer {
            let file = ExportJob.File(name: Self.fileName, selection: .metaHistory, compression: .gzip)
            return try await ProducedExport(producer: producer, context: context).log(file, job: name)
        }
        let counts = try await context.snapshot.counts()
        let cursor = try await context.snapshot.logEntries()
        let renderer = LogRenderer(
            siteInfo: context.snapshot.siteInfo, hiddenDetails: context.wiki.settings.source.hiddenDetails)
        let problems = Mutex(ProblemTally())
        let file = try context.create(Self.fileName)
        defer { file.discard() }

        let pipeline = OutputPipeline<LogBatch>(
            next: { () async throws(DumpError) in
                guard let batch = try await cursor.next() else { return nil }
                problems.withLock { $0.add(batch.problems) }
                return batch
            },
            render: { [renderer.render($0)] },
            width: context.width,
            progress: { [name, progress = context.progress] tallies in
                progress(name, JobProgress(tallies, expectedItems: counts.logEntries))
            })
        let tallies = try await pipeline.run([
            PipelineOutput(file: file, format: GzipFormat(), header: renderer.header(), footer: renderer.footer())
        ])

        let tally = tallies.first ?? OutputTally()
        var (expected, found) = (FileContents(), FileContents())
        expected.logEntries = FileContents.Numbered(count: counts.logEntries, last: counts.lastLogID)
        found.logEntries = FileContents.Numbered(tally.items, tally.itemIDs)
        found.bytes = tally.bytesIn
        let lost = problems.withLock { $0 }
        let evidence = context.evidence(expected: expected, found: found, problems: lost)
        try context.check(evidence, of: Self.fileName)
        return JobReport(files: [try file.commit(evidence)], problems: lost)
    }
}

import Synchronization

/// Writes the log in parts, all of them in one reading.
struct LogPieces {
    let job: LogJob
    let context: JobContext

    func run() async throws(DumpError) -> JobReport {
        let counts = try await context.snapshot.counts()
        let parts = try settle(last: counts.lastLogID)
        let cuts = parts.map(\.ids.upperBound)
        let cursor = try await context.snapshot.logEntries()
        let reader = LogReaderInParts(cursor, cuts: cuts)
        let renderer = LogRenderer(
            siteInfo: context.snapshot.siteInfo, hiddenDetails: context.wiki.settings.source.hiddenDetails)
        let problems = Mutex(ProblemTally())
        let pipeline = OutputPipeline<LogBatch>(
            next: { () async throws(DumpError) in
                guard let batch = try await reader.next() else { return nil }
                problems.withLock { $0.add(batch.problems) }
                return batch
            },
            render: { batch in
                var rendered = renderer.render(batch)
                rendered.position = batch.entries.first?.id
                return [rendered]
            },
            width: context.width,
            progress: { [name = job.name, progress = context.progress] tallies in
                progress(name, JobProgress(tallies, expectedItems: counts.logEntries))
            })
        var files: [OutputFile] = []
        var contents: [FileContents] = []
        defer { for file in files { file.discard() } }
        let series = OutputSeries(
            pieces: parts.map(\.readIDs),
            open: { (part) throws(DumpError) in
                let file = try context.create(parts[part].name(of: LogJob.fileName))
                files.append(file)
                return file
            },
            finished: { (_, file, tally) throws(DumpError) in
                try file.seal()
                contents.append(Self.contents(tally))
            })
        let tallies = try await pipeline.run([
            PipelineOutput(series: series, format: GzipFormat(), header: renderer.header(), footer: renderer.footer())
        ])
        let lost = problems.withLock { $0 }
        var expected = FileContents()
        expected.logEntries = FileContents.Numbered(count: counts.logEntries, last: counts.lastLogID)
        let all = context.evidence(
            expected: expected, found: Self.contents(tallies.first ?? OutputTally()), problems: lost)
        try context.check(all, of: "the parts of \(LogJob.fileName)")
        // The counts of the source are those of the whole log; that the parts add up to them was just seen.
        var report = JobReport(files: [], problems: lost)
        for (file, found) in zip(files, contents) {
            report.files.append(try file.commit(context.evidence(found: found)))
        }
        return report
    }

    private static func contents(_ tally: OutputTally) -> FileContents {
        var found = FileContents()
        found.logEntries = FileContents.Numbered(tally.items, tally.itemIDs)
        found.bytes = tally.bytesIn
        return found
    }

    /// The parts as they are for the whole run.
    private func settle(last: Int64) throws(DumpError) -> [DumpPiece] {
        let memory = RunMemory(context.wiki, context.date)
        if let known = try memory.ranges()[RunMemory.logSubset], !known.isEmpty, known.allSatisfy({ $0.part != nil }) {
            return known.map { DumpPiece(part: $0.part, ids: $0.ids, isRange: false) }
        }
        let parts = job.parts.logParts(last: last)
        let ranges = parts.map { DumpPiece(part: $0.part, ids: $0.ids, isRange: true) }
        try memory.keep(ranges, of: RunMemory.logSubset)
        job.parts.ranges[RunMemory.logSubset] = ranges
        return parts
    }
}

/// Reads the log and cuts batches where a file ends.
private actor LogReaderInParts {
    private let cursor: any LogCursor
    private let cuts: [Int64]
    private var held: ArraySlice<LogBatch> = []

    init(_ cursor: any LogCursor, cuts: [Int64]) {
        self.cursor = cursor
        self.cuts = cuts
    }

    func next() async throws(DumpError) -> LogBatch? {
        while held.isEmpty {
            guard let batch = try await cursor.next() else { return nil }
            var batches: [LogBatch] = []
            var rest = batch.entries[...]
            for cut in cuts where !rest.isEmpty {
                let own = rest.prefix { $0.id <= cut }
                rest = rest.dropFirst(own.count)
                if !own.isEmpty { batches.append(LogBatch(entries: Array(own))) }
            }
            if batches.isEmpty { batches.append(LogBatch(entries: [])) }
            batches[0].problems = batch.problems
            held = batches[...]
        }
        return held.popFirst()
    }
}

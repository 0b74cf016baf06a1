import SystemPackage

/// Writes the log in parts: all of them in one reading, or, where a producer writes, one after the other.
struct LogPieces {
    let job: LogJob
    let context: JobContext

    func run() async throws(DumpError) -> JobReport {
        let counts = try await context.snapshot.counts()
        let parts = try settle(last: counts.lastLogID)
        let wanted = try wanted(of: parts)
        let board = PieceBoard([], style: .stub, extent: .all, context)
        var problems = ProblemTally()
        if !wanted.isEmpty {
            let reader = LogReaderInParts(try await context.snapshot.logEntries(), parts: parts, wanted: Set(wanted))
            if let producer = context.snapshot.exportProducer {
                while try await reader.next() != nil {}
                let sums = try await check(reader, counts)
                for part in wanted { try await produce(part, sums[part] ?? LogSum(), by: producer, on: board) }
            } else {
                try await write(wanted, from: reader, counts, on: board)
            }
            for sum in await reader.sums.values { problems.add(sum.problems) }
        }
        return try report(on: parts, board.result.records, problems)
    }

    /// The parts that are written now.
    private func wanted(of parts: [DumpPiece]) throws(DumpError) -> [DumpPiece] {
        let filter = FileFilter(options: context.options, prefix: context.prefix)
        let wanted = try filter.wanted(of: [LogJob.fileName], pieces: parts, parts: parts)
        let isBegunAnew = context.options.cleanup || context.redoneJobs.contains(job.name)
        guard filter.isEverything, !isBegunAnew else { return wanted }
        let names = Set(try FileSystem.list(folder))
        return wanted.filter { !names.contains(name(of: $0)) }
    }

    private var folder: FilePath { job.folder(of: context.wiki, date: context.date) }
    private func name(of part: DumpPiece) -> String { context.prefix + part.name(of: LogJob.fileName) }

    private func write(
        _ wanted: [DumpPiece], from reader: LogReaderInParts, _ counts: ContentCounts, on board: PieceBoard
    ) async throws(DumpError) {
        let renderer = LogRenderer(
            siteInfo: context.snapshot.siteInfo, hiddenDetails: context.wiki.settings.source.hiddenDetails)
        let pipeline = OutputPipeline<LogBatch>(
            next: { () async throws(DumpError) in try await reader.next() },
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
            pieces: wanted.map(\.readIDs),
            open: { (part) throws(DumpError) in
                let file = try context.create(wanted[part].name(of: LogJob.fileName))
                files.append(file)
                return file
            },
            finished: { (_, file, tally) throws(DumpError) in
                try file.seal()
                contents.append(Self.contents(tally))
            })
        _ = try await pipeline.run([
            PipelineOutput(series: series, format: GzipFormat(), header: renderer.header(), footer: renderer.footer())
        ])
        let sums = try await check(reader, counts)
        for (part, (file, found)) in zip(wanted, zip(files, contents)) {
            let evidence = evidence(of: sums[part] ?? LogSum(), found)
            try context.check(evidence, of: name(of: part))
            try board.commit([(file, evidence)], of: job.name)
        }
    }

    private func produce(
        _ part: DumpPiece, _ sum: LogSum, by producer: any ExportProducer, on board: PieceBoard
    ) async throws(DumpError) {
        let file = ExportJob.File(
            name: part.name(of: LogJob.fileName), selection: .metaHistory, compression: .gzip)
        let made = try await ProducedExport(producer: producer, context: context, piece: part)
            .log(file, job: job.name, expected: sum.expected, problems: sum.problems)
        defer { made.discard() }
        try board.commit(zip(made.files, made.evidence).map { (file: $0.0, evidence: $0.1) }, of: job.name)
    }

    /// The parts have to add up to what the source says that the log holds.
    private func check(
        _ reader: LogReaderInParts, _ counts: ContentCounts
    ) async throws(DumpError) -> [DumpPiece: LogSum] {
        let sums = await reader.sums
        var (expected, found) = (FileContents(), FileContents())
        expected.logEntries = FileContents.Numbered(count: counts.logEntries, last: counts.lastLogID)
        found.logEntries = FileContents.Numbered(count: 0)
        var problems = ProblemTally()
        for sum in sums.values {
            var own = FileContents()
            own.logEntries = sum.entries
            found = found + own
            problems.add(sum.problems)
        }
        try context.check(
            context.evidence(expected: expected, found: found, problems: problems),
            of: "the parts of \(LogJob.fileName)")
        return sums
    }

    private func evidence(of sum: LogSum, _ found: FileContents) -> FileEvidence {
        var expected = FileContents()
        expected.logEntries = sum.expected
        return context.evidence(expected: expected, found: found, problems: sum.problems)
    }

    private static func contents(_ tally: OutputTally) -> FileContents {
        var found = FileContents()
        found.logEntries = FileContents.Numbered(tally.items, tally.itemIDs)
        found.bytes = tally.bytesIn
        return found
    }

    /// All parts: those written now, those that were there, and those that are still missing.
    private func report(
        on parts: [DumpPiece], _ written: [String: FileRecord], _ problems: ProblemTally
    ) throws(DumpError) -> JobReport {
        var report = JobReport(files: [], problems: problems)
        for part in parts {
            let name = name(of: part)
            if let record = written[name] {
                report.files.append(record)
            } else if let record = try FileRecord.stored(name, in: folder) {
                report.files.append(record)
            } else {
                report.missing.append(name)
            }
        }
        return report
    }

    /// The parts as they are for the whole run.
    private func settle(last: Int64) throws(DumpError) -> [DumpPiece] {
        guard job.parts.isEnabled else { return [.whole] }
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

/// Reads the log, adds up what is in each part, and hands on what belongs to the parts that are written.
actor LogReaderInParts {
    private let cursor: any LogCursor
    private let parts: [DumpPiece]
    private let wanted: Set<DumpPiece>
    private var held: ArraySlice<LogBatch> = []
    /// What was read so far of each part.
    private(set) var sums: [DumpPiece: LogSum] = [:]

    /// - Parameter parts: The parts, by rising id. What is in none of them is left out.
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

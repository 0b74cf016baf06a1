/// Writes the log, whole or in parts. Parts are written in one reading, or one after another if a producer writes them.
struct LogExport {
    /// The file, its parts, and which of them are written.
    let plan: FilePieces
    let context: JobContext
    /// What the log holds according to the source.
    let counts: ContentCounts

    func write() async throws(DumpError) -> WrittenPieces {
        var written = WrittenPieces()
        if plan.wanted.isEmpty { return written }
        let reader = LogPartReader(
            try await context.snapshot.logEntries(), parts: plan.tile, wanted: Set(plan.wanted))
        if let producer = context.producer {
            while try await reader.next() != nil {}
            let sums = try await check(reader)
            let progress = ExportProgress([plan], context.progress)
            for part in plan.wanted {
                let piece = ProducedPiece(
                    producer: producer, context: context, piece: part, files: [plan.only(part)], progress: progress)
                written.add(try await piece.log(expected(of: part, sums), problems: sums[part]?.problems))
            }
        } else {
            written.add(try await write(from: reader))
        }
        for sum in await reader.sums.values { written.problems.add(sum.problems) }
        return written
    }

    private func write(from reader: LogPartReader) async throws(DumpError) -> [FileRecord] {
        let renderer = LogRenderer(
            siteInfo: context.snapshot.siteInfo, hiddenDetails: context.wiki.settings.source.hiddenDetails)
        let writer = PieceWriter([plan], context)
        defer { writer.discard() }
        let progress = ExportProgress([plan], context.progress)
        var parts: [FilledPiece] = []
        try await writer.fill(from: LogFeed(reader: reader, renderer: renderer)) { [plan, counts] in
            progress.show(.whole, [plan], $0, of: counts.logEntries)
        } complete: {
            parts += $0
        }
        // No part gets its name before it is certain that the parts add up to the log.
        let sums = try await check(reader)
        var evidence: [[FileEvidence]] = []
        for part in parts {
            let own = context.evidence(
                expected: FileContents(logEntries: expected(of: part.piece, sums)),
                found: FileContents(log: part.tally),
                problems: sums[part.piece]?.problems ?? ProblemTally())
            try context.check(own, of: part.file.name)
            evidence.append([own])
        }
        return try writer.commit(parts, evidence)
    }

    /// What the source holds for a part.
    private func expected(of part: DumpPiece, _ sums: [DumpPiece: LogSum]) -> FileContents.Numbered {
        part == .whole ? counts.log : (sums[part] ?? LogSum()).expected
    }

    /// Checks that the parts add up to what the log holds according to the source.
    private func check(_ reader: LogPartReader) async throws(DumpError) -> [DumpPiece: LogSum] {
        let sums = await reader.sums
        // A whole file is checked against the counts on its own.
        if plan.tile == [.whole] { return sums }
        var found = FileContents(logEntries: FileContents.Numbered(count: 0))
        var problems = ProblemTally()
        for sum in sums.values {
            found = found + FileContents(logEntries: sum.entries)
            problems.add(sum.problems)
        }
        try context.check(
            context.evidence(expected: FileContents(logEntries: counts.log), found: found, problems: problems),
            of: "the parts of \(plan.file.name)")
        return sums
    }
}

/// Feeds log entries that this program reads itself.
private struct LogFeed: ExportFeed {
    let reader: LogPartReader
    let renderer: LogRenderer

    func next() async throws(DumpError) -> LogBatch? { try await reader.next() }

    func render(_ batch: LogBatch) -> [RenderedBatch] {
        var rendered = renderer.render(batch)
        rendered.position = batch.entries.first?.id
        return [rendered]
    }

    func header(of file: Int) -> [UInt8] { renderer.header() }
    var footer: [UInt8] { renderer.footer() }
}

extension ContentCounts {
    /// The log entries: their number and the last id.
    var log: FileContents.Numbered { FileContents.Numbered(count: logEntries, last: lastLogID) }
}

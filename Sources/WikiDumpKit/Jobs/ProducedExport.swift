import Logging
import MWBzUtils
import SystemPackage

/// Fills the files of export jobs with what a producer writes, checked before anything gets its name.
struct ProducedExport {
    let producer: any ExportProducer
    let context: JobContext
    /// The piece that is written.
    var piece = DumpPiece.whole
    /// What the snapshot holds of the piece; nil for the whole.
    var counts: ContentCounts?

    /// The files of one text.
    struct Stream {
        var selection: ExportSelection
        var files: [ExportJob.File]
    }

    /// What came of one try: complete files that have no names yet.
    struct Made {
        var files: [OutputFile]
        var tallies: [OutputTally]
        var problems: [ProblemTally]
        /// How many texts each stream has.
        var readableTexts: [Int64]
        /// What shows that each file holds what it should.
        var evidence: [FileEvidence] = []

        func discard() { for file in files { file.discard() } }

        /// The tally of the first file of a stream.
        func tally(of stream: Int, among streams: [Stream]) -> OutputTally {
            tallies[streams[..<stream].reduce(0) { $0 + $1.outputCount }]
        }
    }

    /// Makes the files of stub jobs, or of jobs with texts.
    func run(_ jobs: [ExportJob], style: ExportStyle) async throws(DumpError) -> [JobReport] {
        var streams: [Stream] = []
        for file in jobs.flatMap(\.files) {
            if let place = streams.firstIndex(where: { $0.selection == file.selection }) {
                streams[place].files.append(file)
            } else {
                streams.append(Stream(selection: file.selection, files: [file]))
            }
        }
        let progress = { @Sendable [context, streams] (tallies: [OutputTally], expected: Int64?) in
            for job in jobs {
                let own = zip(streams.flatMap(\.outputFiles), tallies).filter { job.files.contains($0.0) }.map(\.1)
                context.progress(job.name, JobProgress(own, expectedItems: expected))
            }
        }
        var records: [String: FileRecord] = [:]
        var problems = ProblemTally()
        if style == .stub {
            let made = try await stubs(streams, progress)
            for record in try commit(made.made) { records[record.name] = record }
            problems = made.problems
        } else {
            for stream in streams {
                let stub = context.path(context.prefix + stream.selection.stubName)
                let made = try await pages(stream, stub: stub, progress)
                for record in try commit(made) { records[record.name] = record }
                for tally in made.problems { problems.add(tally) }
            }
        }
        return jobs.map { job in
            JobReport(
                files: job.fileNames(prefix: context.prefix).compactMap { records[$0] }, problems: problems)
        }
    }

    /// Makes the file of the log.
    func log(_ file: ExportJob.File, job: String) async throws(DumpError) -> JobReport {
        let counts = try await context.snapshot.counts()
        let cursor = try await context.snapshot.logEntries()
        var problems = ProblemTally()
        while let batch = try await cursor.next() { problems.add(batch.problems) }
        let made = try await log(file, job: job, expected: counts.log, problems: problems)
        return JobReport(files: try commit(made), problems: problems)
    }

    /// Writes the piece of the log.
    /// - Parameters:
    ///   - expected: What the snapshot holds of it.
    ///   - problems: What is wrong with that.
    func log(
        _ file: ExportJob.File, job: String, expected wanted: FileContents.Numbered, problems: ProblemTally
    ) async throws(DumpError) -> Made {
        let omitted = problems.omittedLogEntries
        let stream = Stream(selection: file.selection, files: [file])
        let made = try await make(.log(ids: ids), [stream], footer: "</mediawiki>\n") { [context] tallies in
            context.progress(job, JobProgress(tallies, expectedItems: wanted.count))
        } check: { made async throws(DumpError) in
            let tally = made.tallies.first ?? OutputTally()
            var (expected, found) = (FileContents(), FileContents())
            expected.logEntries = wanted
            found.logEntries = FileContents.Numbered(tally.items, tally.itemIDs)
            found.bytes = tally.bytesIn
            let evidence = context.evidence(expected: expected, found: found, problems: problems)
            do throws(DumpError) { try evidence.check(file.name) } catch {
                let now = try await now { snapshot async throws(DumpError) in try await log(in: snapshot) }
                guard now != wanted else { throw error }
                try check(
                    tally.items, "log entries", in: file, between: wanted.count - omitted, and: now.count - omitted)
                return [context.evidence(found: found, problems: problems)]
            }
            return [evidence]
        }
        return try weighed(made, [stream])
    }

    /// What a snapshot holds of the piece of the log.
    private func log(in snapshot: any ContentSnapshot) async throws(DumpError) -> FileContents.Numbered {
        if piece == .whole { return try await snapshot.counts().log }
        let reader = LogReaderInParts(try await snapshot.logEntries(), parts: [piece], wanted: [])
        while try await reader.next() != nil {}
        return await reader.sums[piece]?.expected ?? FileContents.Numbered(count: 0)
    }

    // MARK: Stubs

    /// Writes the stubs of the piece.
    func stubs(
        _ streams: [Stream], _ progress: @escaping @Sendable ([OutputTally], Int64?) -> Void
    ) async throws(DumpError) -> (made: Made, problems: ProblemTally) {
        let counts = try await expectedCounts()
        let readsAll = streams.contains { $0.selection.extent == .all }
        // MediaWiki leaves out damaged rows without a word. The database tells which.
        let audit = try await audit(streams, readsAll ? .all : .current)
        let expected = readsAll ? counts.revisions : counts.pages
        let request = ExportRequest.stubs(streams.map(\.selection), pages: ids)
        let made = try await make(request, streams, footer: "</mediawiki>\n") {
            progress($0, expected)
        } check: { made async throws(DumpError) in
            var evidence: [FileEvidence] = []
            for (place, stream) in streams.enumerated() {
                for file in stream.files {
                    evidence.append(
                        try await self.evidence(of: file, made.tally(of: place, among: streams), audit, counts))
                }
            }
            return evidence
        }
        return (made, audit.problems)
    }

    /// Holds stubs against the database.
    private func evidence(
        of file: ExportJob.File, _ tally: OutputTally, _ audit: RevisionAudit, _ counts: ContentCounts
    ) async throws(DumpError) -> FileEvidence {
        do throws(DumpError) { return try audit.evidence(of: file, tally, counts: counts, context) } catch {
            // The wiki may have changed between the instant of the snapshot and the reading of the script.
            let now = try await now { snapshot async throws(DumpError) in try await self.counts(in: snapshot) }
            guard now != counts else { throw error }
            let isOfArticles = file.selection.articlesOnly
            let omitted = audit.problems.damage
            try check(
                tally.pages, "pages", in: file, between: (isOfArticles ? counts.articles : counts.pages) - omitted,
                and: isOfArticles ? now.articles : now.pages)
            if file.selection.extent == .all {
                try check(
                    tally.items, "revisions", in: file, between: counts.revisions - omitted, and: now.revisions)
            }
            context.logger.notice(
                "\(context.wiki.name) changed while \(file.name) was written: \(tally.pages) pages and \(tally.items) revisions"
            )
            return context.evidence(found: contents(tally), problems: audit.problems)
        }
    }

    private func audit(
        _ streams: [Stream], _ extent: RevisionSelection.Extent
    ) async throws(DumpError) -> RevisionAudit {
        let cursor = try await context.snapshot.revisions(
            RevisionSelection(extent: extent, includesText: false, pages: pageIDs))
        var audit = RevisionAudit(
            streams.map(\.selection), style: .stub,
            hiddenDetails: context.wiki.settings.source.hiddenDetails, extent: extent)
        while let batch = try await cursor.next() { audit.take(batch) }
        return audit
    }

    // MARK: Pages with texts

    /// Writes the pages of the piece with their texts.
    /// - Parameter stub: The stub of the piece.
    func pages(
        _ stream: Stream, stub: FilePath, _ progress: @escaping @Sendable ([OutputTally], Int64?) -> Void
    ) async throws(DumpError) -> Made {
        let expected = try await count(stub)
        let prefetch = try prefetch(stream.selection)
        let fetcher = TextFetcherWatch()
        func make(spawn: Bool) async throws(DumpError) -> Made {
            let request = PageTextRequest(
                stub: stub, extent: stream.selection.extent, prefetch: prefetch, spawn: spawn)
            return try await self.make(
                .pages(request), [stream], footer: "</mediawiki>", fetcher: spawn ? fetcher : nil
            ) {
                progress($0, expected.revisions?.count)
            } check: { made async throws(DumpError) in
                var problems = ProblemTally()
                for tally in made.problems { problems.add(tally) }
                var evidence: [FileEvidence] = []
                for name in stream.files.flatMap(\.names) {
                    let tally = made.tallies[evidence.count]
                    var (wanted, found) = (expected, contents(tally))
                    if DumpFileName(name).type == "txt" {
                        (wanted, found) = (FileContents(), FileContents())
                        (wanted.lines, found.lines, found.bytes) = (expected.pages?.count, tally.items, tally.bytesIn)
                    }
                    evidence.append(context.evidence(expected: wanted, found: found, problems: problems))
                    try evidence[evidence.count - 1].check(name)
                }
                return evidence
            }
        }
        guard context.options.spawn else { return try weighed(await make(spawn: false), [stream], withTexts: true) }
        do throws(DumpError) {
            let made = try await make(spawn: true)
            let lost = made.problems.reduce(0) { $0 + $1.count }
            if lost == 0 { return try weighed(made, [stream], withTexts: true) }
            // A process that fetches texts and dies over one of them takes the next ones with it.
            context.logger.warning(
                "\(lost) texts of \(context.wiki.name) could not be read; they are read again without another process")
            made.discard()
        } catch {
            guard let finding = fetcher.finding else { throw error }
            context.logger.warning(
                "the process that fetches texts of \(context.wiki.name) failed; they are read without it: \(finding)")
        }
        return try weighed(await make(spawn: false), [stream], withTexts: true)
    }

    /// Withholds files that lack too much. Another try in this run would not find more; one in a later run may, as scripts
    /// do not tell a text that is lost from a server that was away.
    private func weighed(_ made: Made, _ streams: [Stream], withTexts: Bool = false) throws(DumpError) -> Made {
        let texts = withTexts ? made.readableTexts.reduce(0, +) : nil
        do throws(DumpError) {
            for (name, evidence) in zip(streams.flatMap(\.files).flatMap(\.names), made.evidence) {
                try context.check(evidence, of: name, readableTexts: texts)
            }
            return made
        } catch {
            made.discard()
            guard error.code == .damaged else { throw error }
            throw DumpError(.outputBad, error.message, remedy: error.remedy, cause: error.cause)
        }
    }

    /// The files of an older dump that texts may be taken from.
    private func prefetch(_ selection: ExportSelection) throws(DumpError) -> PrefetchFiles? {
        guard context.options.prefetch else { return nil }
        let search = PrefetchSearch(
            directories: context.wiki.directories, wiki: context.wiki.name, date: context.date,
            onlyDate: context.options.prefetchDate,
            prefersSevenZip: context.wiki.settings.source.mediaWiki.prefersSevenZip)
        let found = try search.files(for: selection, pages: ids)
        if let found {
            context.logger.info(
                "texts of \(context.wiki.name) that older files have are taken from there: \(found.argument)")
        } else if let date = context.options.prefetchDate {
            context.logger.warning(
                "the run of \(date) has no files that texts of \(context.wiki.name) could be taken from; the database is asked for all of them"
            )
        }
        return found
    }

    /// What a stub holds, all of which the file with the texts has to hold too.
    private func count(_ stub: FilePath) async throws(DumpError) -> FileContents {
        var cutter = ExportTextCutter("the stub \(stub)")
        var tally = OutputTally()
        var failure: DumpError?
        func add(_ batch: RenderedBatch?) {
            guard let batch else { return }
            tally.add(batch)
        }
        do throws(BzError) {
            try await DumpText(stub).read(taskCount: context.width) { text throws(BzError) in
                do throws(DumpError) { add(try cutter.append(text)) } catch { failure = error }
                return failure == nil
            }
        } catch {
            if error.code == .cancelled { throw DumpError(.cancelled, "stopped on request") }
            failure = DumpError(.jobFailed, "the stub \(stub) cannot be read", cause: error)
        }
        do throws(DumpError) {
            if let failure { throw failure }
            add(try cutter.finish())
        } catch {
            throw DumpError(
                .jobFailed, error.message, remedy: "make the stubs anew: --job xmlstubsdump", cause: error.cause)
        }
        var contents = contents(tally)
        contents.bytes = nil
        return contents
    }

    private func contents(_ tally: OutputTally) -> FileContents {
        var found = FileContents()
        found.pages = FileContents.Numbered(tally.pages, tally.pageIDs)
        found.revisions = FileContents.Numbered(tally.items, tally.itemIDs)
        found.textBytes = tally.textBytes
        found.bytes = tally.bytesIn
        return found
    }

    // MARK: Both

    /// The ids of the piece; nil for the whole.
    private var ids: ClosedRange<Int64>? { piece == .whole ? nil : piece.ids }
    private var pageIDs: Range<Int64>? { piece == .whole ? nil : piece.readIDs.halfOpen }

    private func expectedCounts() async throws(DumpError) -> ContentCounts {
        if let counts { return counts }
        return try await counts(in: context.snapshot)
    }

    private func counts(in snapshot: any ContentSnapshot) async throws(DumpError) -> ContentCounts {
        guard let pageIDs else { return try await snapshot.counts() }
        return try await snapshot.counts(of: pageIDs)
    }

    /// Looks at what the source holds by now.
    private func now<Value>(
        _ body: (any ContentSnapshot) async throws(DumpError) -> Value
    ) async throws(DumpError) -> Value {
        let snapshot = try await producer.currentSnapshot()
        let value: Result<Value, DumpError>
        do throws(DumpError) { value = .success(try await body(snapshot)) } catch { value = .failure(error) }
        await snapshot.close()
        return try value.get()
    }

    /// Lets the producer write, again if need be, until complete files hold what they should.
    private func make(
        _ request: ExportRequest, _ streams: [Stream], footer: String, fetcher: TextFetcherWatch? = nil,
        progress: @escaping @Sendable ([OutputTally]) -> Void,
        check: (Made) async throws(DumpError) -> [FileEvidence]
    ) async throws(DumpError) -> Made {
        let name = streams.first?.files.first?.name ?? ""
        do throws(CommandFailure) {
            return try await producer.retries.run(context.reportCommand) { () async throws(CommandFailure) in
                let commands = CommandRunner { [report = context.reportCommand] event in
                    fetcher?.note(event)
                    report(event)
                }
                var made = try await producer.produce(request, commands: commands) {
                    pipes async throws(DumpError) in try await fill(streams, from: pipes, footer, fetcher, progress)
                }
                do throws(DumpError) { made.evidence = try await check(made) } catch {
                    made.discard()
                    throw CommandFailure(of: name, error)
                }
                return made
            }
        } catch {
            throw error.cause ?? DumpError(error)
        }
    }

    private func fill(
        _ streams: [Stream], from pipes: NamedPipes, _ footer: String, _ fetcher: TextFetcherWatch?,
        _ progress: @escaping @Sendable ([OutputTally]) -> Void
    ) async throws(DumpError) -> Made {
        let text = ProducedText(pipes, names: streams.map { $0.files.first?.name ?? "" })
        let headers = try await text.headers()
        var (outputs, files): ([PipelineOutput], [OutputFile]) = ([], [])
        do throws(DumpError) {
            for (stream, header) in zip(streams, headers) {
                for file in stream.files {
                    outputs += try context.outputs(
                        for: file, at: outputs.count, header: header, footer: Array(footer.utf8), &files)
                }
            }
            // One place for each output that gets XML; an index gets its lines from the file before it.
            let owners = streams.indices.flatMap { place in streams[place].files.map { _ in place } }
            let pipeline = OutputPipeline<ProducedText.Piece>(
                next: { () async throws(DumpError) in
                    let piece = try await text.next()
                    if let finding = fetcher?.finding { throw DumpError(.jobFailed, finding) }
                    return piece
                },
                render: { piece in owners.map { $0 == piece.text ? piece.batch : RenderedBatch() } },
                width: context.width, progress: progress)
            let tallies = try await pipeline.run(outputs)
            return Made(
                files: files, tallies: tallies, problems: text.problems(), readableTexts: text.readableTexts())
        } catch {
            for file in files { file.discard() }
            throw error
        }
    }

    private func commit(_ made: Made) throws(DumpError) -> [FileRecord] {
        defer { made.discard() }
        for file in made.files { try file.seal() }
        var records: [FileRecord] = []
        for (file, evidence) in zip(made.files, made.evidence) { records.append(try file.commit(evidence)) }
        return records
    }

    /// Holds a number against two others, of an instant before and one after.
    private func check(
        _ found: Int64, _ what: String, in file: ExportJob.File, between one: Int64, and other: Int64
    ) throws(DumpError) {
        let (least, most) = (min(one, other), max(one, other))
        if least...most ~= found { return }
        throw DumpError(
            .outputBad, "\(file.name) would hold \(found) \(what), but the source holds \(least) to \(most)",
            remedy: "the file was withheld; look at the log for what the script said")
    }
}

extension ProducedExport.Stream {
    /// How many outputs the files have, indexes among them.
    var outputCount: Int { files.reduce(0) { $0 + $1.names.count } }

    /// The file that each output belongs to.
    var outputFiles: [ExportJob.File] { files.flatMap { file in file.names.map { _ in file } } }
}

extension ContentCounts {
    /// The entries of the log.
    fileprivate var log: FileContents.Numbered { FileContents.Numbered(count: logEntries, last: lastLogID) }
}

extension ExportSelection {
    /// The name of the stub of the same pages and revisions, behind the prefix.
    var stubName: String {
        switch (extent, articlesOnly) {
        case (.all, _): "stub-meta-history.xml.gz"
        case (.current, false): "stub-meta-current.xml.gz"
        case (.current, true): "stub-articles.xml.gz"
        }
    }
}

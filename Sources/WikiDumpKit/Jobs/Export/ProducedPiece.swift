import Logging
import MWBzUtils
import SystemPackage

/// Fills the files of one piece with the output of a producer. The files are checked before any of them gets its name.
struct ProducedPiece {
    let producer: MediaWikiProducer
    let context: JobContext
    let piece: DumpPiece
    /// The files, restricted to this piece.
    let files: [FilePieces]
    let progress: ExportProgress

    /// The result of one attempt: complete files that have no names yet.
    private struct Made {
        let writer: PieceWriter
        var files: [FilledPiece]
        var problems: ProblemTally
        /// The number of revision texts in it.
        var readableTexts: Int64
        /// For each file, what shows that it holds what it should.
        var evidence: [[FileEvidence]] = []
    }

    // MARK: The log

    /// Writes the log.
    /// - Parameters:
    ///   - wanted: What the snapshot holds for this piece.
    ///   - problems: What is wrong with those entries.
    func log(_ wanted: FileContents.Numbered, problems: ProblemTally?) async throws(DumpError) -> WrittenPieces {
        let problems = problems ?? ProblemTally()
        let made = try await make(.log(ids: ids), footer: "</mediawiki>\n", of: wanted.count) {
            made async throws(DumpError) in
            var evidence: [[FileEvidence]] = []
            for file in made.files {
                evidence.append([try await self.evidence(ofLog: file, wanted, problems)])
            }
            return evidence
        }
        return try commit(made)
    }

    private func evidence(
        ofLog file: FilledPiece, _ wanted: FileContents.Numbered, _ problems: ProblemTally
    ) async throws(DumpError) -> FileEvidence {
        let found = FileContents(log: file.tally)
        let evidence = context.evidence(
            expected: FileContents(logEntries: wanted), found: found, problems: problems)
        do throws(DumpError) { try evidence.check(file.file.name) } catch {
            let now = try await now { snapshot async throws(DumpError) in try await log(in: snapshot) }
            guard now != wanted else { throw error }
            let omitted = problems.omittedLogEntries
            try check(
                file.tally.items, "log entries", in: file, between: wanted.count - omitted, and: now.count - omitted)
            return context.evidence(found: found, problems: problems)
        }
        return evidence
    }

    private func log(in snapshot: any ContentSnapshot) async throws(DumpError) -> FileContents.Numbered {
        if piece == .whole { return try await snapshot.counts().log }
        let reader = LogPartReader(try await snapshot.logEntries(), parts: [piece], wanted: [])
        while try await reader.next() != nil {}
        return await reader.sums[piece]?.expected ?? FileContents.Numbered(count: 0)
    }

    // MARK: Stubs

    /// Writes the stubs of all selections in one call.
    func stubs() async throws(DumpError) -> WrittenPieces {
        // MediaWiki silently leaves out damaged rows. The database tells which they are.
        let audit = try await audit()
        let made = try await make(.stubs(files.selections, pages: ids), footer: "</mediawiki>\n") {
            made async throws(DumpError) in
            var evidence: [[FileEvidence]] = []
            for file in made.files { evidence.append(try await self.evidence(of: file, audit)) }
            return evidence
        }
        var written = try commit(made)
        written.problems = audit.problems
        return written
    }

    private func audit() async throws(DumpError) -> RevisionAudit {
        let cursor = try await context.snapshot.revisions(
            RevisionSelection(extent: files.extent, includesText: false, pages: pageIDs))
        var audit = RevisionAudit(files, style: .stub, hiddenDetails: context.wiki.settings.source.hiddenDetails)
        while let batch = try await cursor.next() { audit.take(batch, at: piece.ids.lowerBound) }
        return audit
    }

    /// Checks stubs against the database.
    private func evidence(of file: FilledPiece, _ audit: RevisionAudit) async throws(DumpError) -> [FileEvidence] {
        do throws(DumpError) { return try audit.evidence(of: file, context) } catch {
            // The wiki may have changed between the snapshot and the reading by the script.
            let (counts, tally, selection) = (file.counts, file.tally, file.file.selection)
            let now = try await now { snapshot async throws(DumpError) in try await self.counts(in: snapshot) }
            guard now != counts else { throw error }
            let omitted = audit.problems.damage
            try check(
                tally.pages, "pages", in: file,
                between: (selection.articlesOnly ? counts.articles : counts.pages) - omitted,
                and: selection.articlesOnly ? now.articles : now.pages)
            if selection.extent == .all {
                try check(tally.items, "revisions", in: file, between: counts.revisions - omitted, and: now.revisions)
            }
            context.logger.notice(
                "\(context.wiki.name) changed while \(file.file.name) was written: \(tally.pages) pages and \(tally.items) revisions"
            )
            return [context.evidence(found: FileContents(pages: tally), problems: audit.problems)]
        }
    }

    private func counts(in snapshot: any ContentSnapshot) async throws(DumpError) -> ContentCounts {
        guard let pageIDs else { return try await snapshot.counts() }
        return try await snapshot.counts(of: pageIDs)
    }

    // MARK: Pages with texts

    /// Writes the pages with their texts.
    /// - Parameter stub: The stub of the piece.
    func pages(of selection: ExportSelection, stub: FilePath) async throws(DumpError) -> WrittenPieces {
        let expected = try await StubContents(stub, context).read()
        let prefetch = try prefetch(selection)
        let fetcher = TextFetcherWatch()
        func make(spawn: Bool) async throws(DumpError) -> Made {
            let request = PageTextRequest(stub: stub, extent: selection.extent, prefetch: prefetch, spawn: spawn)
            return try await self.make(
                .pages(request), footer: "</mediawiki>", of: expected.revisions?.count, fetcher: spawn ? fetcher : nil
            ) { made async throws(DumpError) in
                var all: [[FileEvidence]] = []
                for file in made.files { all.append(try evidence(of: file, expected, made.problems)) }
                return all
            }
        }
        guard context.options.spawn else { return try commit(await make(spawn: false), withTexts: true) }
        do throws(DumpError) {
            let made = try await make(spawn: true)
            if made.problems.count == 0 { return try commit(made, withTexts: true) }
            // If the process that fetches texts dies over one text, it also loses the following ones.
            context.logger.warning(
                "\(made.problems.count) texts of \(context.wiki.name) could not be read; they are read again without another process"
            )
            made.writer.discard()
        } catch {
            guard let finding = fetcher.finding else { throw error }
            context.logger.warning(
                "the process that fetches texts of \(context.wiki.name) failed; they are read without it: \(finding)")
        }
        return try commit(await make(spawn: false), withTexts: true)
    }

    /// Checks pages against their stub.
    private func evidence(
        of file: FilledPiece, _ expected: FileContents, _ problems: ProblemTally
    ) throws(DumpError) -> [FileEvidence] {
        let lines = FileContents(lines: expected.pages?.count)
        var all: [FileEvidence] = []
        for (name, output) in zip(file.file.names, file.outputs) {
            let isIndex = name != file.file.name
            let evidence = context.evidence(
                expected: isIndex ? lines : expected,
                found: isIndex ? FileContents(index: output.tally) : FileContents(pages: output.tally),
                problems: problems)
            try evidence.check(name)
            all.append(evidence)
        }
        return all
    }

    /// The files of an older dump from which texts may be taken.
    private func prefetch(_ selection: ExportSelection) throws(DumpError) -> PrefetchFiles? {
        guard context.options.prefetch else { return nil }
        let search = PrefetchSearch(
            directories: context.wiki.directories, fileSystem: context.wiki.fileSystem, wiki: context.wiki.name,
            date: context.date, onlyDate: context.options.prefetchDate,
            prefersSevenZip: context.wiki.settings.source.mediaWiki.prefersSevenZip)
        let found = try search.files(for: selection, pages: ids)
        if let found {
            context.logger.info(
                "texts of \(context.wiki.name) are taken from these older files where possible: \(found.argument)")
        } else if let date = context.options.prefetchDate {
            context.logger.warning(
                "the run of \(date) has no files with texts of \(context.wiki.name); all texts are read from the database"
            )
        }
        return found
    }

    // MARK: All of them

    private var ids: ClosedRange<Int64>? { piece == .whole ? nil : piece.ids }
    private var pageIDs: Range<Int64>? { piece == .whole ? nil : piece.readIDs.halfOpen }

    /// Runs the producer, with retries if necessary, until the complete files hold what they should.
    /// - Parameter items: The number of revisions or log entries to come, if only the caller knows it.
    private func make(
        _ request: ExportRequest, footer: String, of items: Int64? = nil, fetcher: TextFetcherWatch? = nil,
        check: (Made) async throws(DumpError) -> [[FileEvidence]]
    ) async throws(DumpError) -> Made {
        do throws(CommandFailure) {
            return try await producer.retries.run(context.reportCommand) { () async throws(CommandFailure) in
                let commands = CommandRunner { [report = context.reportCommand] event in
                    fetcher?.note(event)
                    report(event)
                }
                var made = try await producer.produce(request, commands: commands) {
                    pipes async throws(DumpError) in try await fill(from: pipes, footer, items, fetcher)
                }
                do throws(DumpError) { made.evidence = try await check(made) } catch {
                    made.writer.discard()
                    throw CommandFailure(of: files.first?.file.name ?? "", error)
                }
                return made
            }
        } catch {
            throw error.cause ?? DumpError(error)
        }
    }

    private func fill(
        from pipes: NamedPipes, _ footer: String, _ items: Int64?, _ fetcher: TextFetcherWatch?
    ) async throws(DumpError) -> Made {
        let feed = ProducedFeed(pipes, files, footer: footer, fetcher)
        try await feed.begin()
        let writer = PieceWriter(files, context)
        var complete: [FilledPiece] = []
        do throws(DumpError) {
            try await writer.fill(from: feed) { [progress, piece, files] in
                progress.show(piece, files, $0, of: items)
            } complete: {
                complete += $0
            }
        } catch {
            writer.discard()
            throw error
        }
        return Made(
            writer: writer, files: complete, problems: feed.problems, readableTexts: feed.readableTexts)
    }

    /// Gives the files their names, unless they lack too much. Retrying within this run would not help, but a later run may
    /// find more: scripts do not distinguish a lost text from a server that was away. So `damaged` becomes `outputBad`.
    private func commit(_ made: Made, withTexts: Bool = false) throws(DumpError) -> WrittenPieces {
        defer { made.writer.discard() }
        do throws(DumpError) {
            for (file, evidence) in zip(made.files, made.evidence) {
                for (name, evidence) in zip(file.file.names, evidence) {
                    try context.check(evidence, of: name, readableTexts: withTexts ? made.readableTexts : nil)
                }
            }
        } catch {
            guard error.code == .damaged else { throw error }
            throw DumpError(.outputBad, error.message, remedy: error.remedy, cause: error.cause)
        }
        var written = WrittenPieces()
        written.add(try made.writer.commit(made.files, made.evidence))
        written.problems = made.problems
        return written
    }

    /// Examines what the source holds now.
    private func now<Value>(
        _ body: (any ContentSnapshot) async throws(DumpError) -> Value
    ) async throws(DumpError) -> Value {
        let snapshot = try await context.wiki.contentSource().openSnapshot()
        let value: Result<Value, DumpError>
        do throws(DumpError) { value = .success(try await body(snapshot)) } catch { value = .failure(error) }
        await snapshot.close()
        return try value.get()
    }

    /// Checks that a number lies between the counts from before and after.
    private func check(
        _ found: Int64, _ what: String, in file: FilledPiece, between one: Int64, and other: Int64
    ) throws(DumpError) {
        let (least, most) = (min(one, other), max(one, other))
        if least...most ~= found { return }
        throw DumpError(
            .outputBad, "\(file.file.name) would hold \(found) \(what), but the source holds \(least) to \(most)",
            remedy: "the file was withheld; look at the log for what the script said")
    }
}

/// Reads what a stub holds. The file with the texts must hold the same.
struct StubContents {
    private let stub: FilePath
    private let context: JobContext

    init(_ stub: FilePath, _ context: JobContext) {
        self.stub = stub
        self.context = context
    }

    /// - Throws: ``DumpError`` with code `jobFailed` if the stub is damaged.
    func read() async throws(DumpError) -> FileContents {
        var cutter = ExportTextCutter("the stub \(stub)")
        var tally = OutputTally()
        var failure: DumpError?
        func add(_ batch: RenderedBatch?) {
            guard let batch else { return }
            tally.add(batch)
        }
        do throws(BzError) {
            let dump = try DumpText(stub, on: context.wiki.fileSystem.calls)
            try await dump.read(taskCount: context.width) { text throws(BzError) in
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
                .jobFailed, error.message,
                remedy: "make the stubs again: \(RequestedValue.jobs.set(to: "xmlstubsdump"))", cause: error.cause)
        }
        var contents = FileContents(pages: tally)
        contents.bytes = nil
        return contents
    }
}

import Synchronization

/// One reading of the revisions that fills the files of several export jobs.
struct ExportPass {
    let jobs: [ExportJob]
    let style: ExportStyle
    let context: JobContext

    func run() async throws(DumpError) -> [JobReport] {
        let files = jobs.flatMap(\.files)
        let selections = files.map(\.selection)
        let extent: RevisionSelection.Extent = selections.contains { $0.extent == .all } ? .all : .current
        let counts = try await context.snapshot.counts()
        let cursor = try await context.snapshot.revisions(
            RevisionSelection(extent: extent, includesText: style == .pages))
        let renderer = ExportRenderer(
            siteInfo: context.snapshot.siteInfo, style: style,
            hiddenDetails: context.wiki.settings.source.hiddenDetails)
        let audit = Mutex(RevisionAudit())

        let pipeline = OutputPipeline<RevisionBatch>(
            next: { () async throws(DumpError) in
                guard let batch = try await cursor.next() else { return nil }
                audit.withLock { $0.take(batch) }
                return batch
            },
            render: { renderer.render($0, for: selections) },
            width: context.width,
            progress: { [jobs, progress = context.progress] tallies in
                var rest = tallies[...]
                for job in jobs {
                    let count = job.files.reduce(0) { $0 + $1.names.count }
                    let expected = job.files.map { counts.items(in: $0.selection) }.max()
                    progress(job.name, JobProgress(Array(rest.prefix(count)), expectedItems: expected))
                    rest = rest.dropFirst(count)
                }
            })
        var targets: [OutputFile] = []
        defer { for target in targets { target.discard() } }
        let outputs = try makeOutputs(files, header: renderer.header(), footer: renderer.footer(), &targets)
        let tallies = try await pipeline.run(outputs)

        let result = audit.withLock { $0 }
        var place = 0
        for file in files {
            try result.check(tallies[place], of: file, counts: counts, readAll: extent == .all)
            place += file.names.count
        }
        return try commit(targets, problems: result.problems)
    }

    private func makeOutputs(
        _ files: [ExportJob.File], header: [UInt8], footer: [UInt8], _ targets: inout [OutputFile]
    ) throws(DumpError) -> [PipelineOutput] {
        var outputs: [PipelineOutput] = []
        for file in files {
            let target = try context.create(file.name)
            targets.append(target)
            switch file.compression {
            case .gzip:
                outputs.append(PipelineOutput(file: target, format: GzipFormat(), header: header, footer: footer))
            case .bzip:
                outputs.append(PipelineOutput(file: target, format: BzipFormat(), header: header, footer: footer))
            case .multistream(let index):
                outputs.append(
                    PipelineOutput(
                        file: target, format: MultistreamFormat(), header: header, footer: footer,
                        indexOutput: outputs.count + 1))
                targets.append(try context.create(index))
                outputs.append(PipelineOutput(file: targets[targets.count - 1], format: BzipFormat()))
            }
        }
        return outputs
    }

    /// Publishes the files, and shares them out among the jobs again.
    private func commit(_ targets: [OutputFile], problems: ProblemTally) throws(DumpError) -> [JobReport] {
        for target in targets { try target.seal() }
        var records: [FileRecord] = []
        for target in targets { records.append(try target.commit()) }
        var rest = records[...]
        return jobs.map { job in
            let count = job.files.reduce(0) { $0 + $1.names.count }
            defer { rest = rest.dropFirst(count) }
            return JobReport(files: Array(rest.prefix(count)), problems: problems)
        }
    }
}

/// What a reading of the revisions saw, to be held against what the source says it holds.
struct RevisionAudit: Sendable {
    private(set) var problems = ProblemTally()
    private var sawCurrent = false
    private var missingCurrent: Int64 = 0
    private var missingCurrentArticles: Int64 = 0

    mutating func take(_ batch: RevisionBatch) {
        problems.add(batch.problems)
        for run in batch.runs {
            if run.startsPage { sawCurrent = false }
            if run.revisions.contains(where: { $0.id == run.page.latestRevision }) { sawCurrent = true }
            guard run.endsPage, !sawCurrent else { continue }
            missingCurrent += 1
            if ExportSelection.articles.includes(namespace: run.page.title.namespace) { missingCurrentArticles += 1 }
            problems.add([
                ContentProblem(
                    page: run.page.id, revision: run.page.latestRevision,
                    message: "the current revision is missing; files of current revisions lack the page",
                    isOmission: false)
            ])
        }
    }

    /// Holds what was written against what the source says it holds.
    /// - Throws: ``DumpError`` with code `outputBad` when they disagree.
    func check(_ tally: OutputTally, of file: ExportJob.File, counts: ContentCounts, readAll: Bool) throws(DumpError) {
        let pages: ClosedRange<Int64>
        if file.selection.articlesOnly {
            // Of a page that was left out the namespace is not known.
            let most = counts.articles - missingCurrentArticles
            pages = max(0, most - problems.omittedPages)...max(0, most)
        } else {
            let most = counts.pages - problems.omittedPages - (file.selection.extent == .current ? missingCurrent : 0)
            pages = most...most
        }
        let revisions: ClosedRange<Int64> =
            file.selection.extent == .all
            ? (counts.revisions - problems.omittedRevisions)...(counts.revisions - problems.omittedRevisions) : pages
        guard pages.contains(tally.pages), revisions.contains(tally.items) else {
            throw DumpError(
                .outputBad,
                "\(file.name) would hold \(tally.pages) pages and \(tally.items) revisions, but the source holds "
                    + "\(pages.text) and \(revisions.text)",
                remedy: "the file was withheld; check the database, and report this if it is sound")
        }
    }
}

extension ContentCounts {
    /// How many revisions a file of a selection holds if none is left out.
    fileprivate func items(in selection: ExportSelection) -> Int64 {
        selection.extent == .all ? revisions : selection.articlesOnly ? articles : pages
    }
}

extension ClosedRange<Int64> {
    fileprivate var text: String { lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound) to \(upperBound)" }
}

extension JobProgress {
    /// The progress of a job with several files is that of the file with the most in it.
    init(_ tallies: [OutputTally], expectedItems: Int64?) {
        self.init(
            pages: tallies.map(\.pages).max() ?? 0, items: tallies.map(\.items).max() ?? 0,
            expectedItems: expectedItems, bytesIn: tallies.reduce(0) { $0 + $1.bytesIn },
            bytesOut: tallies.reduce(0) { $0 + $1.bytesOut })
    }
}

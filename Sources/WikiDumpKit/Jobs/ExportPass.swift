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
            hiddenDetails: context.wiki.settings.source.hiddenDetails,
            contentFormats: context.wiki.settings.source.texts.contentFormats)
        let audit = Mutex(
            RevisionAudit(
                selections, style: style, hiddenDetails: context.wiki.settings.source.hiddenDetails, extent: extent))

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
        var evidence: [FileEvidence] = []
        for file in files {
            let tally = tallies[evidence.count]
            evidence.append(try result.evidence(of: file, tally, counts: counts, context))
            guard case .multistream(let index) = file.compression else { continue }
            evidence.append(
                try result.evidence(ofIndex: index, of: file, tallies[evidence.count], counts: counts, context))
        }
        return try commit(targets, evidence, problems: result.problems)
    }

    private func makeOutputs(
        _ files: [ExportJob.File], header: [UInt8], footer: [UInt8], _ targets: inout [OutputFile]
    ) throws(DumpError) -> [PipelineOutput] {
        var outputs: [PipelineOutput] = []
        for file in files {
            outputs += try context.outputs(
                for: file, at: outputs.count, header: header, footer: footer, &targets)
        }
        return outputs
    }

    /// Publishes the files, and shares them out among the jobs again.
    private func commit(
        _ targets: [OutputFile], _ evidence: [FileEvidence], problems: ProblemTally
    ) throws(DumpError) -> [JobReport] {
        for target in targets { try target.seal() }
        var records: [FileRecord] = []
        for (target, evidence) in zip(targets, evidence) { records.append(try target.commit(evidence)) }
        var rest = records[...]
        return jobs.map { job in
            let count = job.files.reduce(0) { $0 + $1.names.count }
            defer { rest = rest.dropFirst(count) }
            return JobReport(files: Array(rest.prefix(count)), problems: problems)
        }
    }
}

extension ContentCounts {
    /// How many revisions a file of a selection holds if none is left out.
    func items(in selection: ExportSelection) -> Int64 {
        selection.extent == .all ? revisions : selection.articlesOnly ? articles : pages
    }
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

extension ExportJob: PassJob {
    /// Writes the files of several jobs in one pass.
    static func run(_ jobs: [ExportJob], _ context: JobContext) async throws(DumpError) -> [JobReport] {
        guard let first = jobs.first else { return [] }
        if first.batches != nil {
            let shared = SharedExport(job: first, context: context)
            if FileFilter(options: context.options, prefix: context.prefix).isEverything {
                return [try await shared.run()]
            }
            try shared.refuseIfAtWork()
        }
        let plan = try await PiecePlanner(jobs: jobs, context: context).plan()
        let active = plan.filter { !$0.wanted.isEmpty }
        let written: WrittenPieces
        if active.isEmpty {
            written = WrittenPieces()
        } else if let producer = context.snapshot.exportProducer {
            written = try await ProducedExport(producer: producer, context: context).write(active, style: first.style)
        } else {
            written = try await RevisionExport(style: first.style, context: context).write(active)
        }
        return try jobs.map { (job) throws(DumpError) in try plan.report(of: job.name, written, context) }
    }

    /// Each file with its index.
    var dividedFiles: [[String]] { files.map(\.names) }

    /// Its ranges are shared between processes if the settings say so.
    var sharing: JobSharing? { batches == nil ? nil : JobSharing(export: self) }

    /// The names of the files that are asked for. Pieces are included only if they are known.
    func fileNames(
        prefix: String, known: KnownRanges, askedForBy options: RunOptions
    ) throws(DumpError) -> [String] {
        let filter = FileFilter(options: options, prefix: prefix)
        var names: [String] = []
        for file in files {
            guard let pieces = pieces(of: file, known) else { continue }
            let wanted = try filter.wanted(
                of: file.names, pieces: pieces, parts: isSplit ? parts.pageParts(last: 0) : [.whole])
            for name in file.names { names += wanted.map { prefix + $0.name(of: name) } }
        }
        return names
    }
}

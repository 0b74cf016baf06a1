/// Plans the pieces of the files of several export jobs, and which of them are to be written.
struct PiecePlanner {
    let jobs: [ExportJob]
    let context: JobContext
    private let filter: FileFilter
    private let memory: RunMemory

    init(jobs: [ExportJob], context: JobContext) {
        self.jobs = jobs
        self.context = context
        filter = FileFilter(options: context.options, prefix: context.prefix)
        memory = RunMemory(context.wiki, context.date)
    }

    /// - Throws: ``DumpError`` with code `usage` if the invocation asks for something impossible.
    func plan() async throws(DumpError) -> [FilePieces] {
        guard let first = jobs.first else { return [] }
        // The files that a producer makes from stubs are checked against the stubs, not against these counts.
        let needsCounts = context.producer == nil || first.style == .stub
        if filter.isEverything, !jobs.contains(where: \.isSplit) {
            return whole(needsCounts ? [try await context.snapshot.counts()] : [])
        }
        let counts = try await context.snapshot.counts()
        let parts = try settle(first.parts, last: counts.lastPageID).pageParts(last: counts.lastPageID)
        let names = try context.wiki.fileSystem.list(context.wiki.directories.run(context.date))
        let tiles = try await tiles(parts, last: counts.lastPageID, found: names)
        try filter.check(jobs.flatMap { $0.files.flatMap(\.names) })
        var plan: [FilePieces] = []
        for job in jobs {
            for file in job.files {
                let tile = job.usesRanges ? tiles[file.selection.subset] ?? [] : job.isSplit ? parts : [.whole]
                var wanted = try filter.wanted(of: file.names, pieces: tile, parts: job.isSplit ? parts : [.whole])
                if filter.isEverything, !context.beginsAnew(job.name) {
                    wanted.removeAll { piece in
                        file.names.allSatisfy { names.contains(context.prefix + piece.name(of: $0)) }
                    }
                }
                plan.append(
                    FilePieces(
                        job: job.name, file: file, tile: tile,
                        wanted: wanted.sorted { $0.ids.lowerBound < $1.ids.lowerBound }))
            }
        }
        if plan.wanted.allSatisfy({ $0 == .whole }) {
            return plan.map { file in
                var file = file
                file.counts = file.wanted.map { _ in counts }
                return file
            }
        }
        return try await plan.counted(in: context.snapshot)
    }

    /// The plan in which every file is written whole.
    private func whole(_ counts: [ContentCounts]) -> [FilePieces] {
        jobs.flatMap { job in
            job.files.map { FilePieces(job: job.name, file: $0, tile: [.whole], wanted: [.whole], counts: counts) }
        }
    }

    /// All pieces of each kind of file that is written in ranges, and the number of parts.
    func ranges() async throws(DumpError) -> (tiles: [String: [DumpPiece]], partCount: Int) {
        guard let first = jobs.first else { return ([:], 1) }
        let counts = try await context.snapshot.counts()
        let parts = try settle(first.parts, last: counts.lastPageID).pageParts(last: counts.lastPageID)
        let names = try context.wiki.fileSystem.list(context.wiki.directories.run(context.date))
        return (try await tiles(parts, last: counts.lastPageID, found: names), parts.count)
    }

    /// The part sizes, which stay the same for the whole run.
    private func settle(_ settings: PartSettings, last: Int64) throws(DumpError) -> PartSettings {
        if try memory.hasSettings() { return try memory.recall(settings) }
        var settings = settings
        settings.pages = settings.pages.resolved(last: last)
        try memory.keep(settings)
        return settings
    }

    /// The ranges of each kind of file that is written in ranges.
    private func tiles(
        _ parts: [DumpPiece], last: Int64, found names: [String]
    ) async throws(DumpError) -> [String: [DumpPiece]] {
        var plans: [(subset: String, kept: [DumpPiece], planner: RangePlanner)] = []
        let known = try memory.ranges()
        for job in jobs where job.usesRanges {
            for file in job.files where !plans.contains(where: { $0.subset == file.selection.subset }) {
                let subset = file.selection.subset
                let planned = known[subset] ?? []
                let done = context.beginsAnew(job.name) ? [] : rangesDone(of: file, names)
                let gaps = RangeGaps(
                    parts: parts, last: last,
                    done: planned.filter(done.contains) + done.filter { !planned.contains($0) }, known: planned)
                let size = job.parts.revisionsPerRange
                let rule: RangePlanner.Rule =
                    file.selection.extent == .all
                    ? .revisions(size, bytes: job.parts.bytesPerRange) : .ids(size)
                plans.append((subset, gaps.kept, RangePlanner(gaps.gaps, by: rule)))
            }
        }
        if plans.contains(where: \.planner.needsPages) {
            let weights = try await context.snapshot.pageWeights(nil)
            while let pages = try await weights.next() {
                for page in pages { for index in plans.indices { plans[index].planner.take(page) } }
            }
        }
        var tiles: [String: [DumpPiece]] = [:]
        for index in plans.indices {
            let (subset, kept, _) = plans[index]
            let tile = (kept + plans[index].planner.finish()).sorted { $0.ids.lowerBound < $1.ids.lowerBound }
            tiles[subset] = tile
            if tile != known[subset] { try memory.keep(tile, of: subset) }
        }
        return tiles
    }

    /// The ranges of a file whose files are complete.
    private func rangesDone(of file: ExportFile, _ names: [String]) -> [DumpPiece] {
        names.compactMap { name in
            guard let parsed = DumpFileName(file: name, prefix: context.prefix), let pages = parsed.pages,
                parsed.whole.description == file.name
            else { return nil }
            return DumpPiece(part: parsed.part, ids: pages, isRange: true)
        }
    }
}

extension DumpPiece {
    /// The ids that are read for the piece. The first piece also covers ids below 1, which no wiki should assign.
    var readIDs: ClosedRange<Int64> { ids.lowerBound <= 1 ? Int64.min...ids.upperBound : ids }
}

extension [DumpPiece] {
    /// The index of the piece that an id belongs to. The pieces must be in ascending order.
    func index(of id: Int64) -> Int? {
        let index = partitioningIndex { $0.readIDs.upperBound >= id }
        return index < count && self[index].readIDs.contains(id) ? index : nil
    }
}

extension ClosedRange<Int64> {
    /// The same ids as a half-open range, except that `Int64.max` is left out.
    var halfOpen: Range<Int64> { lowerBound..<(upperBound == .max ? .max : upperBound + 1) }
}

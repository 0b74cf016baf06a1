import SystemPackage

/// The pieces of a file, and which of them are written now. A file that is written whole is one piece.
struct FilePieces: Sendable {
    let job: String
    let file: ExportFile
    /// All pieces, which together cover the whole file.
    var tile: [DumpPiece]
    /// The pieces that are written now, ascending.
    var wanted: [DumpPiece]
    /// What the source holds for each wanted piece; empty if nobody needs the counts.
    var counts: [ContentCounts] = []

    /// The same file with `piece` as the only piece to write.
    func only(_ piece: DumpPiece) -> FilePieces {
        var one = self
        one.wanted = [piece]
        one.counts = zip(wanted, counts).filter { $0.0 == piece }.map(\.1)
        return one
    }
}

extension [FilePieces] {
    /// All pieces that are written for any of the files, without duplicates.
    var wanted: [DumpPiece] { flatMap(\.wanted).distinct }

    /// The selections of the files, each once.
    var selections: [ExportSelection] {
        reduce(into: []) { found, plan in
            if !found.contains(plan.file.selection) { found.append(plan.file.selection) }
        }
    }

    /// Which revisions must be read to serve all files.
    var extent: RevisionSelection.Extent { contains { $0.file.selection.extent == .all } ? .all : .current }

    /// Adds the counts of the pieces that are written. For a whole file they are already known, if they are needed.
    func counted(in snapshot: any ContentSnapshot) async throws(DumpError) -> [FilePieces] {
        var plan = self
        for index in plan.indices { plan[index].counts = plan[index].wanted.map { _ in .nothing } }
        for stretch in IDStretches(flatMap { $0.wanted.map(\.readIDs) }).ranges {
            let weights = try await snapshot.pageWeights(stretch.halfOpen)
            while let pages = try await weights.next() {
                for page in pages {
                    for index in plan.indices {
                        guard let piece = plan[index].wanted.index(of: page.id) else { continue }
                        plan[index].counts[piece].add(page)
                    }
                }
            }
        }
        return plan
    }

    /// The report of a job about all pieces of its files: those written now, those that already existed, and those still
    /// missing.
    func report(
        of job: String, _ written: WrittenPieces, _ context: JobContext
    ) throws(DumpError) -> JobReport {
        var report = JobReport(files: [], problems: written.problems)
        for plan in self where plan.job == job {
            for whole in plan.file.names {
                for piece in plan.tile {
                    let name = context.prefix + piece.name(of: whole)
                    if let record = written.records[name] {
                        report.files.append(record)
                    } else if let record = try FileRecord.stored(
                        name, in: context.path(name).removingLastComponent(), context.smallFiles)
                    {
                        report.files.append(record)
                    } else {
                        report.missing.append(name)
                    }
                }
            }
        }
        return report
    }
}

struct WrittenPieces: Sendable {
    /// The files that have their final names now.
    private(set) var records: [String: FileRecord] = [:]
    /// What could not be read properly.
    var problems = ProblemTally()

    mutating func add(_ files: [FileRecord]) { for file in files { records[file.name] = file } }

    mutating func add(_ other: WrittenPieces) {
        records.merge(other.records) { _, new in new }
        problems.add(other.problems)
    }
}

extension ContentCounts {
    /// The number of revisions in a file of a selection if none is left out.
    func items(in selection: ExportSelection) -> Int64 {
        selection.extent == .all ? revisions : selection.articlesOnly ? articles : pages
    }
}

import SystemPackage

/// What of a file is there, and what of it is written now. A file that is written whole is one piece.
struct FilePieces: Sendable {
    /// The name of the job that makes the file.
    let job: String
    let file: ExportFile
    /// All pieces, which leave nothing out.
    var tile: [DumpPiece]
    /// Those that are written now, by rising id.
    var wanted: [DumpPiece]
    /// What the source holds of each of those; empty where nobody needs to know.
    var counts: [ContentCounts] = []

    /// The same with one of the pieces that are written now, and no other.
    func only(_ piece: DumpPiece) -> FilePieces {
        var one = self
        one.wanted = [piece]
        one.counts = zip(wanted, counts).filter { $0.0 == piece }.map(\.1)
        return one
    }
}

extension [FilePieces] {
    /// All pieces that are written of any of the files, by rising id.
    var wanted: [DumpPiece] { flatMap(\.wanted).distinct }

    /// What the files hold, each selection once.
    var selections: [ExportSelection] {
        reduce(into: []) { found, plan in
            if !found.contains(plan.file.selection) { found.append(plan.file.selection) }
        }
    }

    /// Which revisions have to be read for all of them.
    var extent: RevisionSelection.Extent { contains { $0.file.selection.extent == .all } ? .all : .current }

    /// Adds what a snapshot holds of the pieces that are written. Of the whole it is known already, if it is needed.
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

    /// What a job says of all pieces of its files: those written now, those that were there, and those still missing.
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

/// What was written of some files.
struct WrittenPieces: Sendable {
    /// The files that have their names now.
    private(set) var records: [String: FileRecord] = [:]
    /// What could not be read as it should be.
    var problems = ProblemTally()

    mutating func add(_ files: [FileRecord]) { for file in files { records[file.name] = file } }

    mutating func add(_ other: WrittenPieces) {
        records.merge(other.records) { _, new in new }
        problems.add(other.problems)
    }
}

extension ContentCounts {
    /// How many revisions a file of a selection holds if none is left out.
    func items(in selection: ExportSelection) -> Int64 {
        selection.extent == .all ? revisions : selection.articlesOnly ? articles : pages
    }
}

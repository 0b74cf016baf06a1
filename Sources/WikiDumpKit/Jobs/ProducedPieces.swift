import Synchronization

/// Fills the pieces of export jobs with what a producer writes: one call of it for each piece.
///
/// Each piece is held against the source and gets its name as soon as it is written, so that a run which is cut off keeps
/// it.
struct ProducedPieces {
    let producer: any ExportProducer
    let style: ExportStyle
    let context: JobContext

    /// Stubs of so many ranges are made at once, each of which is an open file.
    private static let stubsAtOnce = 100

    /// Writes the pieces that are wanted.
    /// - Parameter board: Gives the files their names.
    /// - Returns: what could not be read as it should be.
    func write(_ files: [FilePieces], on board: PieceBoard) async throws(DumpError) -> ProblemTally {
        let progress = PieceProgress(files, context.progress)
        var problems = ProblemTally()
        if style == .stub {
            for piece in files.pieces {
                let members = files.filter { $0.wanted.contains(piece) }
                let export = export(piece, members)
                let streams = members.map { member in
                    ProducedExport.Stream(selection: member.file.selection, files: [member.file.piece(piece)])
                }
                let (made, found) = try await export.stubs(streams) { tallies, _ in
                    progress.show(piece, members, tallies)
                }
                problems.add(found)
                board.add(try publish(made, of: members))
            }
            return problems
        }
        for selection in files.selections {
            let same = files.filter { $0.file.selection == selection }
            let stubs = RangeStubs(selection: selection, context: context)
            var rest = same.pieces[...]
            while !rest.isEmpty {
                let pieces = Array(rest.prefix(Self.stubsAtOnce))
                rest = rest.dropFirst(pieces.count)
                try await stubs.make(pieces)
                defer { stubs.remove(pieces) }
                try await inParallel(pieces) { piece async throws(DumpError) in
                    try await pages(of: piece, same, stubs, progress)
                } each: { written in
                    board.add(written.records)
                    problems.add(written.problems)
                }
            }
        }
        return problems
    }

    /// What came of a piece.
    private struct Written: Sendable {
        var records: [FileRecord]
        var problems: ProblemTally
    }

    /// Writes pieces, as many at once as there are cores: a script uses one.
    /// - Throws: the first failure, when all that were at work have ended.
    private func inParallel(
        _ pieces: [DumpPiece], _ body: @escaping @Sendable (DumpPiece) async throws(DumpError) -> Written,
        each: (Written) -> Void
    ) async throws(DumpError) {
        let failure = await withTaskGroup(of: Result<Written, DumpError>.self) { group -> DumpError? in
            var (rest, failure) = (pieces[...], DumpError?.none)
            func begin() {
                guard let piece = rest.popFirst() else { return }
                group.addTask {
                    do throws(DumpError) { return .success(try await body(piece)) } catch { return .failure(error) }
                }
            }
            for _ in 0..<max(1, context.width) { begin() }
            while let result = await group.next() {
                switch result {
                case .success(let written):
                    each(written)
                    begin()
                case .failure(let error):
                    // What is at work may end, and is kept.
                    failure = failure ?? error
                    rest = []
                }
            }
            return failure
        }
        if let failure { throw failure }
    }

    /// Writes the files of a piece, and gives them their names.
    private func pages(
        of piece: DumpPiece, _ files: [FilePieces], _ stubs: RangeStubs, _ progress: PieceProgress
    ) async throws(DumpError) -> Written {
        let members = files.filter { $0.wanted.contains(piece) }
        let stream = ProducedExport.Stream(
            selection: stubs.selection, files: members.map { $0.file.piece(piece) })
        let made = try await export(piece, members).pages(stream, stub: stubs.path(of: piece)) { tallies, _ in
            progress.show(piece, members, tallies)
        }
        var problems = ProblemTally()
        for tally in made.problems { problems.add(tally) }
        return Written(records: try publish(made, of: members), problems: problems)
    }

    private func export(_ piece: DumpPiece, _ members: [FilePieces]) -> ProducedExport {
        let counts = members.first.flatMap { member in
            member.wanted.firstIndex(of: piece).map { member.counts[$0] }
        }
        return ProducedExport(producer: producer, context: context, piece: piece, counts: counts)
    }

    private func publish(
        _ made: ProducedExport.Made, of members: [FilePieces]
    ) throws(DumpError) -> [FileRecord] {
        defer { made.discard() }
        // A file and its index get their names together.
        for file in made.files { try file.seal() }
        var rest = Array(zip(made.files, made.evidence))[...]
        var records: [FileRecord] = []
        for member in members {
            let own = rest.prefix(member.file.names.count).map { (file: $0.0, evidence: $0.1) }
            rest = rest.dropFirst(own.count)
            records += try context.publish(own, of: member.job.name)
        }
        return records
    }
}

/// How far jobs are that write pieces one by one, or some at once.
private final class PieceProgress: Sendable {
    /// What was written of each piece, by job.
    private let written = Mutex<[String: [DumpPiece: JobProgress]]>([:])
    private let expected: [String: Int64]
    private let report: @Sendable (String, JobProgress) -> Void

    init(_ files: [FilePieces], _ report: @escaping @Sendable (String, JobProgress) -> Void) {
        var expected: [String: Int64] = [:]
        for file in files {
            let items = file.counts.reduce(Int64(0)) { $0 + $1.items(in: file.file.selection) }
            expected[file.job.name] = max(expected[file.job.name] ?? 0, items)
        }
        self.expected = expected
        self.report = report
    }

    /// Tells how far a piece is.
    /// - Parameter tallies: One for each file of each member, in order.
    func show(_ piece: DumpPiece, _ members: [FilePieces], _ tallies: [OutputTally]) {
        var own: [String: [OutputTally]] = [:]
        var rest = tallies[...]
        for member in members {
            own[member.job.name, default: []] += rest.prefix(member.file.names.count)
            rest = rest.dropFirst(member.file.names.count)
        }
        for (job, tallies) in own {
            let all = written.withLock { written in
                written[job, default: [:]][piece] = JobProgress(tallies, expectedItems: nil)
                return written[job, default: [:]].values.reduce(JobProgress(), +)
            }
            var sum = all
            sum.expectedItems = expected[job]
            report(job, sum)
        }
    }
}

extension [FilePieces] {
    /// All pieces that are written of any of the files, by rising id.
    fileprivate var pieces: [DumpPiece] { flatMap(\.wanted).distinct }

    /// What the files hold, each selection once.
    fileprivate var selections: [ExportSelection] {
        reduce(into: []) { found, file in
            if !found.contains(file.file.selection) { found.append(file.file.selection) }
        }
    }
}

extension ExportJob.File {
    /// The file of a piece of this one.
    fileprivate func piece(_ piece: DumpPiece) -> ExportJob.File {
        var part = compression
        if case .multistream(let index) = compression { part = .multistream(index: piece.name(of: index)) }
        return ExportJob.File(name: piece.name(of: name), selection: selection, compression: part)
    }
}

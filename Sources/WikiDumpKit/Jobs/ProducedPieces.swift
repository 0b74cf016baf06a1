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
                let (made, found) = try await export.stubs(streams) { tallies, _ in progress.show(members, tallies) }
                problems.add(found)
                try commit(made, of: members, piece, on: board)
                progress.endPiece()
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
                for piece in pieces {
                    let members = same.filter { $0.wanted.contains(piece) }
                    let stream = ProducedExport.Stream(
                        selection: selection, files: members.map { $0.file.piece(piece) })
                    let made = try await export(piece, members).pages(stream, stub: stubs.path(of: piece)) {
                        tallies, _ in progress.show(members, tallies)
                    }
                    for tally in made.problems { problems.add(tally) }
                    try commit(made, of: members, piece, on: board)
                    progress.endPiece()
                }
            }
        }
        return problems
    }

    private func export(_ piece: DumpPiece, _ members: [FilePieces]) -> ProducedExport {
        let counts = members.first.flatMap { member in
            member.wanted.firstIndex(of: piece).map { member.counts[$0] }
        }
        return ProducedExport(producer: producer, context: context, piece: piece, counts: counts)
    }

    private func commit(
        _ made: ProducedExport.Made, of members: [FilePieces], _ piece: DumpPiece, on board: PieceBoard
    ) throws(DumpError) {
        defer { made.discard() }
        var rest = Array(zip(made.files, made.evidence))[...]
        for member in members {
            let own = rest.prefix(member.file.names.count).map { (file: $0.0, evidence: $0.1) }
            rest = rest.dropFirst(own.count)
            try board.commit(own, of: member.job.name)
        }
    }
}

/// How far jobs are that write one piece after the other.
private final class PieceProgress: Sendable {
    private struct State {
        /// What was written of complete pieces, and with that of the piece at work, by job.
        var done: [String: JobProgress] = [:]
        var all: [String: JobProgress] = [:]
    }

    private let state = Mutex(State())
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

    /// Tells how far the piece at work is.
    /// - Parameter tallies: One for each file of each member, in order.
    func show(_ members: [FilePieces], _ tallies: [OutputTally]) {
        var own: [String: [OutputTally]] = [:]
        var rest = tallies[...]
        for member in members {
            own[member.job.name, default: []] += rest.prefix(member.file.names.count)
            rest = rest.dropFirst(member.file.names.count)
        }
        for (job, tallies) in own {
            var sum = JobProgress(tallies, expectedItems: expected[job])
            state.withLock { state in
                if let done = state.done[job] {
                    sum.pages += done.pages
                    sum.items += done.items
                    sum.bytesIn += done.bytesIn
                    sum.bytesOut += done.bytesOut
                }
                state.all[job] = sum
            }
            report(job, sum)
        }
    }

    func endPiece() { state.withLock { $0.done = $0.all } }
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

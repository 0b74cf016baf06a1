import MWBzUtils
import WikiDumpKit

/// A job of the simulated wikis that several processes do batch by batch. It writes its files as the history is written.
struct SharedSimulatedJob: Job {
    let name = "history"
    let title = "job history"

    private static let pieces: [DumpPiece] = [1, 11].map { (first: Int64) -> DumpPiece in
        var piece = DumpPiece.whole
        (piece.ids, piece.isRange) = (first...first + 9, true)
        return piece
    }
    private static let file = "history.txt"
    /// How long it takes to write a piece, in seconds.
    private static let seconds: Int64 = 3

    func fileNames(prefix: String) -> [String] { Self.pieces.map { prefix + $0.name(of: Self.file) } }

    var sharing: JobSharing? {
        JobSharing(job: name, file: Self.file, subset: name) { [name] pieces, context, claim async throws(DumpError) in
            for piece in pieces { try await Self.write(piece, context, claim, job: name) }
            return ProblemTally()
        }
    }

    func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        try RunMemory(context.wiki, context.date).keep(Self.pieces, of: name)
        guard let sharing else { return JobReport(files: []) }
        return try await SharedExport(sharing: sharing, context: context).run(Self.pieces, partCount: 1)
    }

    private static func write(
        _ piece: DumpPiece, _ context: JobContext, _ claim: BatchClaim, job: String
    ) async throws(DumpError) {
        let name = piece.name(of: file)
        let output = try context.create(name, mark: claim.mark)
        defer { output.discard() }
        try await output.fill(SimulatedJob.content(of: context.prefix + name), in: seconds, context)
        try output.seal()
        var contents = FileContents()
        contents.lines = 2
        let evidence = FileEvidence(expected: contents, found: contents)
        try claim.whileHeld { () throws(DumpError) in
            try context.certify(try output.commit(evidence), evidence, of: job, mark: claim.mark)
        }
    }
}

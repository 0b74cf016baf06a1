import MWBzUtils
import SystemPackage

/// The stubs from which scripts write pieces with the texts: those of the run, and for ranges of pages what is cut out of
/// them into the scratch folder of the wiki.
struct RangeStubs {
    let selection: ExportSelection
    let context: JobContext

    /// Where the stub of a piece is.
    func path(of piece: DumpPiece) -> FilePath {
        let name = context.prefix + piece.name(of: selection.stubName)
        return piece.isRange ? context.wiki.directories.temporary.appending(name) : context.path(name)
    }

    /// Cuts the stubs of ranges, all of one part in one reading.
    /// - Throws: ``DumpError`` with code `jobFailed` if a stub of the run cannot be read.
    func make(_ pieces: [DumpPiece]) async throws(DumpError) {
        let ranges = pieces.filter(\.isRange)
        if ranges.isEmpty { return }
        try context.wiki.directories.make(context.wiki.directories.temporary)
        for part in Set(ranges.map(\.part)) {
            let own = ranges.filter { $0.part == part }
            let stub = path(of: DumpPiece(part: part, ids: DumpPiece.whole.ids, isRange: false))
            do throws(BzError) {
                var outputs: [(range: ClosedRange<Int64>?, output: any DumpOutput)] = []
                for piece in own { outputs.append((piece.readIDs, try DumpFile(path(of: piece)))) }
                _ = try await PageRangeCopy(DumpText(stub), taskCount: context.width)(to: outputs)
            } catch {
                throw DumpError(
                    error.code == .cancelled ? .cancelled : .jobFailed,
                    "cannot cut ranges of pages out of the stub \(stub)",
                    remedy: "make the stubs anew: \(RequestedValue.jobs.set(to: "xmlstubsdump"))", cause: error)
            }
        }
    }

    /// Removes what was made.
    func remove(_ pieces: [DumpPiece]) {
        // One that stays is written anew when it is needed, and goes with the scratch files of a later run.
        for piece in pieces where piece.isRange { try? FileSystem.remove(path(of: piece)) }
    }
}

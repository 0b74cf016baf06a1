import MWBzUtils
import SystemPackage

/// The stubs from which scripts write pieces with texts. These are the stubs of the run; for page ranges, they are cut out of
/// those into the scratch folder of the wiki.
struct RangeStubs {
    let selection: ExportSelection
    let context: JobContext

    /// The path of the stub for a piece.
    func path(of piece: DumpPiece) -> FilePath {
        let name = context.prefix + piece.name(of: selection.stubName)
        return piece.isRange ? context.wiki.directories.temporary.appending(name) : context.path(name)
    }

    /// Cuts out the stubs of ranges. All ranges of one part are cut in one reading.
    /// - Throws: ``DumpError`` with code `jobFailed` if a stub of the run cannot be read.
    func make(_ pieces: [DumpPiece]) async throws(DumpError) {
        let ranges = pieces.filter(\.isRange)
        if ranges.isEmpty { return }
        try context.wiki.directories.make(context.wiki.directories.temporary, on: context.wiki.fileSystem)
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
                    remedy: "make the stubs again: \(RequestedValue.jobs.set(to: "xmlstubsdump"))", cause: error)
            }
        }
    }

    /// Removes the stubs that were cut out.
    func remove(_ pieces: [DumpPiece]) {
        // A stub that cannot be removed is overwritten when it is needed again, and deleted with the scratch files of a later
        // run.
        for piece in pieces where piece.isRange { try? context.wiki.fileSystem.remove(path(of: piece)) }
    }
}

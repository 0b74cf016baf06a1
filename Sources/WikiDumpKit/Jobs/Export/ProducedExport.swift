import MWBzUtils
import SystemPackage

/// Fills the files of export jobs with the output of a producer. The producer is called once for each piece; a whole file
/// counts as one piece.
///
/// Each piece is checked against the source and gets its name as soon as it is written, so that an interrupted run keeps it.
struct ProducedExport {
    let producer: MediaWikiProducer
    let context: JobContext

    /// The number of range stubs that are made at once. Each is an open file.
    private static let stubsAtOnce = 100

    func write(_ files: [FilePieces], style: ExportStyle) async throws(DumpError) -> WrittenPieces {
        let progress = ExportProgress(files, context.progress)
        var written = WrittenPieces()
        if style == .stub {
            for piece in files.wanted { written.add(try await self.piece(piece, files, progress).stubs()) }
            return written
        }
        for selection in files.selections {
            let same = files.filter { $0.file.selection == selection }
            let stubs = RangeStubs(selection: selection, context: context)
            var rest = same.wanted[...]
            while !rest.isEmpty {
                let pieces = Array(rest.prefix(Self.stubsAtOnce))
                rest = rest.dropFirst(pieces.count)
                try await stubs.make(pieces)
                defer { stubs.remove(pieces) }
                try await inParallel(pieces) { piece async throws(DumpError) in
                    try await self.piece(piece, same, progress).pages(of: selection, stub: stubs.path(of: piece))
                } each: {
                    written.add($0)
                }
            }
        }
        return written
    }

    private func piece(_ piece: DumpPiece, _ files: [FilePieces], _ progress: ExportProgress) -> ProducedPiece {
        ProducedPiece(
            producer: producer, context: context, piece: piece,
            files: files.filter { $0.wanted.contains(piece) }.map { $0.only(piece) }, progress: progress)
    }

    /// Writes pieces in parallel, one for each core, because a script uses only one.
    /// - Throws: The first failure, after all running pieces have ended.
    private func inParallel(
        _ pieces: [DumpPiece], _ body: @escaping @Sendable (DumpPiece) async throws(DumpError) -> WrittenPieces,
        each: (WrittenPieces) -> Void
    ) async throws(DumpError) {
        let failure = await withTaskGroup(of: Result<WrittenPieces, DumpError>.self) { group -> DumpError? in
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
                    // Running pieces may finish, and their files are kept.
                    failure = failure ?? error
                    rest = []
                }
            }
            return failure
        }
        if let failure { throw failure }
    }
}

/// The stubs from which scripts write pieces with texts. These are the stubs of the run; for page ranges, they are cut out of
/// those into the scratch folder of the wiki.
struct RangeStubs {
    let selection: ExportSelection
    let context: JobContext

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
            let calls = context.wiki.fileSystem.calls
            do throws(BzError) {
                var outputs: [(range: ClosedRange<Int64>?, output: any DumpOutput)] = []
                for piece in own { outputs.append((piece.readIDs, try DumpFile(path(of: piece), on: calls))) }
                _ = try await PageRangeCopy(DumpText(stub, on: calls), taskCount: context.width)(to: outputs)
            } catch {
                throw DumpError(
                    error.code == .cancelled ? .cancelled : .jobFailed,
                    "cannot cut ranges of pages out of the stub \(stub)",
                    remedy: "make the stubs again: \(RequestedValue.jobs.set(to: "xmlstubsdump"))", cause: error)
            }
        }
    }

    func remove(_ pieces: [DumpPiece]) {
        // A stub that cannot be removed is overwritten when it is needed again, and deleted with the scratch files of a later
        // run.
        for piece in pieces where piece.isRange { try? context.wiki.fileSystem.remove(path(of: piece)) }
    }
}

/// Copies pages of a dump into new dumps by their ids. One pass serves any number of ranges.
///
/// The text of the pages does not change. Reading stops after the last page that can be wanted, provided that the ids
/// have risen up to there, as they do in all dumps that MediaWiki writes.
public struct PageRangeCopy: Sendable {
    private let dump: DumpText
    private let writesHeader: Bool
    private let writesFooter: Bool
    private let taskCount: Int

    /// Prepares a copy.
    /// - Parameters:
    ///   - dump: Where the pages come from.
    ///   - writesHeader: Whether each output begins with what comes before the first page of the dump.
    ///   - writesFooter: Whether each output ends with `</mediawiki>`.
    ///   - taskCount: How many blocks of a bzip2 file are decoded at once.
    public init(_ dump: DumpText, writesHeader: Bool = true, writesFooter: Bool = true, taskCount: Int) {
        self.dump = dump
        self.writesHeader = writesHeader
        self.writesFooter = writesFooter
        self.taskCount = taskCount
    }

    /// Copies the pages and finishes the outputs.
    /// - Parameter outputs: Ranges of ids and where their pages go; nil is an empty range. A page in several ranges goes to
    ///   the first.
    /// - Returns: how many pages were copied.
    /// - Throws: ``BzError`` of the dump or of an output. No output is finished then: files do not get their names, and other
    ///   outputs lack `</mediawiki>`.
    public func callAsFunction(
        to outputs: [(range: ClosedRange<Int64>?, output: any DumpOutput)]
    ) async throws(BzError) -> Int64 {
        var cutter = PageRangeCutter(outputs.map(\.range), writesHeader: writesHeader)
        try await dump.read(taskCount: taskCount) { text throws(BzError) in
            let pieces: [PageRangeCutter.Piece]
            do throws(BzError) { pieces = try cutter.append(text) } catch { throw error.naming(dump.name) }
            for piece in pieces {
                let bytes = piece.bytes.count == text.count ? text : Array(piece.bytes)
                for (number, target) in outputs.enumerated() where piece.range == nil || piece.range == number {
                    try await target.output.append(bytes)
                }
            }
            return !cutter.isDone
        }
        do { try cutter.finish() } catch { throw error.naming(dump.name) }
        for target in outputs {
            if writesFooter { try await target.output.append(PageRangeCutter.footer) }
            try await target.output.finish()
        }
        return cutter.pageCount
    }
}

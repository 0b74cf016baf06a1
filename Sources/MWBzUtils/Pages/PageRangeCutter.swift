/// Cuts the pages of some ranges of ids out of the text of a dump, with what has to be around them.
///
/// What it gives for one range is a complete export: the header of the dump, its pages to the byte, `</mediawiki>`.
/// Pages are never held in memory, only what comes before the id of one.
public struct PageRangeCutter: Sendable {
    /// Text for the output of a range.
    public struct Piece: Sendable, Hashable {
        /// The number of the range; nil for all of them.
        public let range: Int?
        /// The text.
        public let bytes: ArraySlice<UInt8>
    }

    private var cutter = ExportCutter()
    private var selection: Selection

    /// Makes a cutter.
    /// - Parameters:
    ///   - ranges: Ids of pages; nil is a range without any. A page that is in several of them goes to the first.
    ///   - writesHeader: Whether to give what comes before the first page.
    public init(_ ranges: [ClosedRange<Int64>?], writesHeader: Bool = true) {
        selection = Selection(ranges: ranges, writesHeader: writesHeader)
    }

    /// What ends every export.
    public static let footer = Array("</mediawiki>\n".utf8)

    /// Pages given out.
    public var pageCount: Int64 { selection.pageCount }

    /// Whether no page can follow that is in a range: the export has ended, or the ids, which rise in all dumps of
    /// MediaWiki, have passed all ranges.
    public var isDone: Bool { cutter.isStopped || cutter.hasExportEnded }

    /// Whether the export has ended.
    public var hasExportEnded: Bool { cutter.hasExportEnded }

    /// Takes the next bytes of the text.
    /// - Returns: what goes out now, in order.
    /// - Throws: ``BzError`` with code `damaged` if a page does not end, or has no id that is a number of 64 bits.
    public mutating func append(_ bytes: [UInt8]) throws(BzError) -> [Piece] {
        guard !isDone else { return [] }
        selection.pieces = []
        try cutter.append(bytes, to: &selection)
        return selection.pieces
    }

    /// Says that the text has ended.
    /// - Throws: ``BzError`` with code `truncated` if that is too early.
    public func finish() throws(BzError) { if !isDone { try cutter.finish() } }

    /// Goes on at another place of the text, which may be inside a page; that page counts for nothing.
    public mutating func jump(to offset: Int64) { cutter.jump(to: offset) }

    /// Chooses the pages.
    private struct Selection: ExportReceiver, Sendable {
        let ranges: [ClosedRange<Int64>?]
        let writesHeader: Bool
        var pieces: [Piece] = []
        var pageCount: Int64 = 0
        private var range: Int?
        private var lastID = Int64.min
        private var idsRise = true

        init(ranges: [ClosedRange<Int64>?], writesHeader: Bool) {
            self.ranges = ranges
            self.writesHeader = writesHeader
        }

        mutating func begin(_ page: DumpPage) -> ExportCutter.Choice {
            idsRise = idsRise && page.id > lastID
            lastID = page.id
            range = ranges.firstIndex { $0?.contains(page.id) == true }
            if range == nil {
                let isPast = ranges.allSatisfy { $0.map { $0.upperBound < page.id } ?? true }
                return idsRise && isPast ? .stop : .skip
            }
            pageCount += 1
            return .take
        }

        mutating func take(_ text: ArraySlice<UInt8>, of part: ExportCutter.Part) {
            switch part {
            case .header: if writesHeader { pieces.append(Piece(range: nil, bytes: text)) }
            case .page: pieces.append(Piece(range: range, bytes: text))
            case .footer: break
            }
        }

        func end(_ part: ExportCutter.Part) {}

        func beginFooter() {}
    }
}

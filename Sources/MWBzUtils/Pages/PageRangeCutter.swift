/// Cuts the pages of some ranges of ids out of the text of a dump.
///
/// The result for each range is a complete export: the header of the dump, the unchanged pages, and `</mediawiki>`. Pages
/// are never held in memory; only the text before the id of a page is.
public struct PageRangeCutter: Sendable {
    /// Text that goes to the output of a range.
    public struct Piece: Sendable, Hashable {
        /// The index of the range; nil if the text goes to all of them.
        public let range: Int?
        /// The text.
        public let bytes: ArraySlice<UInt8>
    }

    private var cutter = ExportCutter()
    private var selection: Selection

    /// Makes a cutter.
    /// - Parameters:
    ///   - ranges: Ids of pages; nil is an empty range. A page that is in several ranges goes to the first.
    ///   - writesHeader: Whether the result includes what comes before the first page.
    ///   - idsRise: Whether the ids of pages are known to rise. If not, every page is looked at.
    public init(_ ranges: [ClosedRange<Int64>?], writesHeader: Bool = true, idsRise: Bool = true) {
        selection = Selection(ranges: ranges, writesHeader: writesHeader, idsRise: idsRise)
    }

    /// The end of every export.
    public static let footer = Array("</mediawiki>\n".utf8)

    /// The number of pages returned so far.
    public var pageCount: Int64 { selection.pageCount }

    /// Whether no page of any range can follow because the ids have passed all ranges. Ids rise in all dumps of MediaWiki.
    /// Another export may follow the end of one, so that alone does not count.
    public var isDone: Bool { cutter.isStopped }

    /// Takes the next bytes of the text.
    /// - Returns: the output that is ready now, in order.
    /// - Throws: ``BzError`` with code `damaged` if a page does not end or its id is not a 64-bit integer.
    public mutating func append(_ bytes: [UInt8]) throws(BzError) -> [Piece] {
        guard !isDone else { return [] }
        selection.pieces = []
        try cutter.append(bytes, to: &selection)
        return selection.pieces
    }

    /// Ends the text.
    /// - Throws: ``BzError`` with code `truncated` if the export is not complete.
    public mutating func finish() throws(BzError) { if !isDone { try cutter.finish(to: &selection) } }

    /// Continues at another place of the text. If that is inside a page, the page is ignored.
    public mutating func jump(to offset: Int64) { cutter.jump(to: offset) }

    /// Chooses the pages.
    private struct Selection: ExportReceiver, Sendable {
        let ranges: [ClosedRange<Int64>?]
        let writesHeader: Bool
        var pieces: [Piece] = []
        var pageCount: Int64 = 0
        private var range: Int?
        private var lastID = Int64.min
        private var idsRise: Bool

        init(ranges: [ClosedRange<Int64>?], writesHeader: Bool, idsRise: Bool) {
            self.ranges = ranges
            self.writesHeader = writesHeader
            self.idsRise = idsRise
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

/// Cuts the text of an export into the streams of a multistream dump: the header, groups of pages, and the end.
///
/// Pages of any size pass through in pieces that each fill a bzip2 block. The bytes are those of the export, in order.
public struct MultistreamCutter: Sendable {
    /// What a stream holds.
    public enum Part: Sendable, Hashable {
        /// What comes before the first page.
        case header
        /// Whole pages.
        case pages
        /// `</mediawiki>` and what follows.
        case footer
    }

    /// A part of a stream.
    public struct Piece: Sendable {
        /// The content of a block, or what is left at the end of a stream, which may be nothing.
        public var bytes: [UInt8]
        /// What the stream holds.
        public let part: Part
        /// Whether the stream ends here.
        public let endsStream: Bool
        /// The pages of the stream, with its last piece.
        public let pages: [DumpPage]
    }

    private var cutter = ExportCutter()
    private var streams: Streams

    /// Makes a cutter.
    /// - Parameters:
    ///   - pagesPerStream: The number of pages in each stream except the last.
    ///   - level: 1 to 9: the size of blocks in units of 100,000 bytes.
    public init(pagesPerStream: Int = 100, level: Int = 9) {
        streams = Streams(pagesPerStream: max(1, pagesPerStream), blocks: BzBlockCutter(level: level))
    }

    /// Takes the next bytes of the text.
    /// - Returns: the pieces that are complete now, in order.
    /// - Throws: ``BzError`` with code `damaged` if the id of a page is not a 64-bit integer or a page does not end.
    public mutating func append(_ bytes: [UInt8]) throws(BzError) -> [Piece] {
        streams.pieces = []
        try cutter.append(bytes, to: &streams)
        return streams.pieces
    }

    /// Ends the last stream.
    /// - Throws: ``BzError`` with code `truncated` if the export has not ended.
    public mutating func finish() throws(BzError) -> [Piece] {
        streams.pieces = []
        try cutter.finish(to: &streams)
        streams.endStream(.footer)
        return streams.pieces
    }

    /// Puts a fixed number of pages into each stream.
    private struct Streams: ExportReceiver, Sendable {
        let pagesPerStream: Int
        var blocks: BzBlockCutter
        var pieces: [Piece] = []
        private var pages: [DumpPage] = []
        /// Pages that have ended in the stream.
        private var pageCount = 0
        private var isOpen = false

        init(pagesPerStream: Int, blocks: BzBlockCutter) {
            self.pagesPerStream = pagesPerStream
            self.blocks = blocks
        }

        mutating func begin(_ page: DumpPage) -> ExportCutter.Choice {
            pages.append(page)
            return .take
        }

        mutating func take(_ text: ArraySlice<UInt8>, of part: ExportCutter.Part) {
            isOpen = true
            pieces += blocks.append(Array(text)).map {
                Piece(bytes: $0, part: Part(part), endsStream: false, pages: [])
            }
        }

        mutating func end(_ part: ExportCutter.Part) {
            if part == .page { pageCount += 1 }
            if part == .header || pageCount == pagesPerStream { endStream(Part(part)) }
        }

        mutating func beginFooter() { if isOpen { endStream(.pages) } }

        mutating func endStream(_ part: Part) {
            pieces.append(Piece(bytes: blocks.flush() ?? [], part: part, endsStream: true, pages: pages))
            (pages, pageCount, isOpen) = ([], 0, false)
        }
    }
}

extension MultistreamCutter.Part {
    fileprivate init(_ part: ExportCutter.Part) {
        self =
            switch part {
            case .header: .header
            case .page: .pages
            case .footer: .footer
            }
    }
}

/// The index of a multistream dump: a line `offset:pageid:title` for each page, in the order of the dump.
///
/// The offset is that of the stream that contains the page. The title is as in the XML, with entities.
public enum MultistreamIndex {
    /// The line of a page.
    /// - Parameters:
    ///   - offset: Where its stream begins, in bytes from the start of the dump.
    ///   - pageID: The id of the page.
    ///   - title: The title as in the XML.
    public static func line(offset: Int64, pageID: Int64, title: [UInt8]) -> [UInt8] {
        var line = Array("\(offset):\(pageID):".utf8)
        if title.contains(where: isLineEnd) {
            // Only a damaged title contains a line end. As an entity, it does not break the line.
            for byte in title { line += isLineEnd(byte) ? Array("&#\(byte);".utf8) : [byte] }
        } else {
            line += title
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
}

/// Cuts the text of an export where the streams of a multistream dump begin: the header, so many pages each, the end.
///
/// Pages of any size go through in pieces that fill a block of bzip2 each. The bytes are those of the export, in order.
public struct MultistreamCutter: Sendable {
    /// What a stream holds.
    public enum Part: Sendable, Hashable {
        /// What stands before the first page.
        case header
        /// Whole pages.
        case pages
        /// `</mediawiki>` and what follows.
        case footer
    }

    /// A part of a stream.
    public struct Piece: Sendable {
        /// What fills a block, or what is left at the end of a stream, which may be nothing.
        public var bytes: [UInt8]
        /// What the stream holds.
        public let part: Part
        /// Whether the stream ends here.
        public let endsStream: Bool
        /// The pages of the stream, with its last piece.
        public let pages: [DumpPage]
    }

    private enum State: Sendable, Hashable {
        /// Before the first page; nothing has been given out.
        case header
        /// On the rest of the line on which a page or the header ended.
        case tail(Part)
        case between
        case page
        case footer
    }

    /// Bytes that may stand where it is not known to which stream they go.
    private static let longestGap = 16 << 20
    private let pagesPerStream: Int
    private var blocks: BzBlockCutter
    private var scanner = PageScanner()
    private var state = State.header
    private var pages: [DumpPage] = []
    /// Pages that have ended in the stream.
    private var pageCount = 0
    private var isOpen = false
    /// Bytes of which it is not known where they go, and where they begin in the text.
    private var held: [UInt8] = []
    private var offset: Int64 = 0

    /// Makes a cutter.
    /// - Parameters:
    ///   - pagesPerStream: Pages in each stream but the last.
    ///   - level: 1 to 9: the size of blocks in units of 100,000 bytes.
    public init(pagesPerStream: Int = 100, level: Int = 9) {
        self.pagesPerStream = max(1, pagesPerStream)
        blocks = BzBlockCutter(level: level)
    }

    /// Takes the next bytes of the text.
    /// - Returns: the pieces that are complete now, in order.
    /// - Throws: ``BzError`` with code `damaged` if a page has no id that is a number of 64 bits, or does not end.
    public mutating func append(_ bytes: [UInt8]) throws(BzError) -> [Piece] {
        var work = Work(buffer: held.isEmpty ? bytes : held + bytes, offset: offset)
        held = []
        for event in scanner.scan(bytes) {
            passTail(&work)
            try take(event, &work)
        }
        passTail(&work)
        if state == .page || state == .footer { pass(to: work.buffer.count, &work) }
        held = Array(work.buffer[work.place...])
        offset = work.offset + Int64(work.place)
        guard held.count <= Self.longestGap else {
            throw damaged("no page in the \(Self.longestGap >> 20) MB of text behind byte \(offset)")
        }
        return work.pieces
    }

    /// Ends the last stream.
    /// - Throws: ``BzError`` with code `truncated` if the export has not ended.
    public mutating func finish() throws(BzError) -> [Piece] {
        guard state == .footer else {
            let place = state == .page ? "inside page \(pages.last?.id ?? 0)" : "without </mediawiki>"
            throw BzError(.truncated, "the export ends \(place)", remedy: "use another copy of the dump")
        }
        return [endStream(.footer)]
    }

    /// The bytes at hand and what becomes of them.
    private struct Work {
        let buffer: [UInt8]
        /// Where the buffer begins in the text.
        let offset: Int64
        /// Up to where the bytes are done with.
        var place = 0
        var pieces: [Piece] = []

        func index(of offset: Int64) -> Int { max(place, Int(offset - self.offset)) }

        /// Where the blanks before an index begin.
        func indent(before index: Int) -> Int {
            var start = index
            while start > place, buffer[start - 1] == 0x20 || buffer[start - 1] == 0x09 { start -= 1 }
            return start
        }
    }

    private mutating func take(_ event: ExportEvent, _ work: inout Work) throws(BzError) {
        switch (event, state) {
        case (.headerEnd(let end), .header):
            pass(to: work.index(of: end), &work)
            state = .tail(.header)
        case (.page(let page), .header):
            pass(to: work.indent(before: work.index(of: page.offset)), &work)
            work.pieces.append(endStream(.header))
            begin(page)
        case (.page(let page), .between): begin(page)
        case (.page, .page): throw damaged("page \(pages.last?.id ?? 0) does not end before the next one")
        case (.unreadableID(let start), .header), (.unreadableID(let start), .between):
            throw damaged("the page at byte \(start) of the text has an id that is no whole number of 64 bits")
        case (.pageEnd(let end), .header), (.pageEnd(let end), .between):
            throw damaged("the page that ends at byte \(end) of the text has no id")
        case (.pageEnd(let end), .page):
            pass(to: work.index(of: end), &work)
            state = .tail(.pages)
        case (.exportEnd(let end), .header), (.exportEnd(let end), .between):
            if state == .header {
                let tag = work.buffer[..<work.index(of: end)].lastIndex(of: UInt8(ascii: "<")) ?? 0
                pass(to: work.indent(before: tag), &work)
                work.pieces.append(endStream(.header))
            } else if isOpen {
                work.pieces.append(endStream(.pages))
            }
            state = .footer
        default: break
        }
    }

    private mutating func begin(_ page: DumpPage) {
        pages.append(page)
        state = .page
    }

    /// Passes the rest of the line on which a page or the header ended, and ends the stream if that was its end.
    private mutating func passTail(_ work: inout Work) {
        guard case .tail(let part) = state else { return }
        var end = work.place
        while end < work.buffer.count, [0x20, 0x09, 0x0D].contains(work.buffer[end]) { end += 1 }
        guard end < work.buffer.count else { return }
        if work.buffer[end] == 0x0A { end += 1 }
        pass(to: end, &work)
        state = .between
        if part == .pages { pageCount += 1 }
        if part == .header || pageCount == pagesPerStream { work.pieces.append(endStream(part)) }
    }

    private mutating func pass(to end: Int, _ work: inout Work) {
        guard end > work.place else { return }
        isOpen = true
        let part: Part = state == .header || state == .tail(.header) ? .header : state == .footer ? .footer : .pages
        work.pieces += blocks.append(Array(work.buffer[work.place..<end])).map {
            Piece(bytes: $0, part: part, endsStream: false, pages: [])
        }
        work.place = end
    }

    private mutating func endStream(_ part: Part) -> Piece {
        defer { (pages, pageCount, isOpen) = ([], 0, false) }
        return Piece(bytes: blocks.flush() ?? [], part: part, endsStream: true, pages: pages)
    }

    private func damaged(_ what: String) -> BzError {
        BzError(.damaged, what, remedy: "use another copy of the dump")
    }
}

/// Cuts the pages of some ranges of ids out of the text of a dump, with what has to stand around them.
///
/// What it gives for one range is an export of its own: the header of the dump, its pages to the byte, `</mediawiki>`.
/// Pages are never held in memory, only what stands before the id of one.
public struct PageRangeCutter: Sendable {
    /// Text for the output of a range.
    public struct Piece: Sendable, Hashable {
        /// The number of the range; nil for all of them.
        public let range: Int?
        /// The text.
        public let bytes: ArraySlice<UInt8>
    }

    private enum State: Sendable {
        case header
        /// Behind a page or the header, before the id of the next page.
        case between
        case skipped
        case copied(Int)
        /// Behind `</page>` or the header, on the rest of the line, which belongs there too.
        case tail(Destination)
    }

    private enum Destination: Sendable { case all, nowhere, range(Int) }

    /// Bytes from the end of a page to the id of the next one.
    private static let longestHead = 1 << 20
    /// Blanks before `<page>` that belong to it.
    private static let longestIndent = 64
    /// Bytes before the first page.
    private static let longestHeader = 16 << 20
    private let ranges: [ClosedRange<Int64>?]
    private let writesHeader: Bool
    private var scanner = PageScanner()
    private var state = State.header
    /// Bytes of which it is not known where they go.
    private var held: [UInt8] = []
    /// Where `held`, or the next chunk, begins in the text.
    private var offset: Int64 = 0
    private var lastID = Int64.min
    private var idsRise = true
    /// Pages given out.
    public private(set) var pageCount: Int64 = 0
    /// Whether no page can follow that is in a range: the export has ended, or the ids, which rise in all dumps of
    /// MediaWiki, have passed all ranges.
    public private(set) var isDone = false
    /// Whether the export has ended.
    public private(set) var hasExportEnded = false

    /// Makes a cutter.
    /// - Parameters:
    ///   - ranges: Ids of pages; nil is a range without any. A page that is in several of them goes to the first.
    ///   - writesHeader: Whether to give what stands before the first page.
    public init(_ ranges: [ClosedRange<Int64>?], writesHeader: Bool = true) {
        self.ranges = ranges
        self.writesHeader = writesHeader
    }

    /// What ends every export.
    public static let footer = Array("</mediawiki>\n".utf8)

    /// Takes the next bytes of the text.
    /// - Returns: what goes out now, in order.
    /// - Throws: ``BzError`` with code `damaged` if a page does not end, or has no id that is a number of 64 bits.
    public mutating func append(_ bytes: [UInt8]) throws(BzError) -> [Piece] {
        guard !isDone else { return [] }
        var work = Work(buffer: held.isEmpty ? bytes : held + bytes, offset: offset)
        held = []
        for event in scanner.scan(bytes) {
            endTail(&work)
            try take(event, &work)
            if isDone { return work.pieces }
        }
        endTail(&work)
        try passRest(&work)
        offset = work.offset + Int64(work.place)
        return work.pieces
    }

    /// Says that the text has ended.
    /// - Throws: ``BzError`` with code `truncated` if that is too early.
    public func finish() throws(BzError) {
        guard !isDone else { return }
        let place =
            switch state {
            case .header: "before its first page"
            case .copied, .skipped: "inside page \(lastID)"
            case .between, .tail: "without </mediawiki>"
            }
        throw BzError(.truncated, "the export ends \(place)", remedy: "use another copy of the dump")
    }

    /// Goes on at another place of the text, which may be inside a page; that page counts for nothing.
    public mutating func jump(to offset: Int64) {
        scanner = PageScanner(startingAt: offset)
        held = []
        self.offset = offset
        state = .skipped
    }

    /// The bytes at hand and what becomes of them.
    private struct Work {
        let buffer: [UInt8]
        /// Where the buffer begins in the text.
        let offset: Int64
        /// Up to where the bytes are done with.
        var place = 0
        var pieces: [Piece] = []

        mutating func pass(to end: Int, giving destination: Destination) {
            defer { place = max(place, end) }
            guard end > place else { return }
            switch destination {
            case .nowhere: break
            case .all: pieces.append(Piece(range: nil, bytes: buffer[place..<end]))
            case .range(let range): pieces.append(Piece(range: range, bytes: buffer[place..<end]))
            }
        }

        func index(of offset: Int64) -> Int { Int(offset - self.offset) }

        /// Where the blanks before an index begin.
        func indent(before index: Int) -> Int {
            var start = index
            while start > place, index - start < longestIndent, buffer[start - 1] == 0x20 || buffer[start - 1] == 9 {
                start -= 1
            }
            return start
        }
    }

    private mutating func take(_ event: ExportEvent, _ work: inout Work) throws(BzError) {
        switch (event, state) {
        case (.headerEnd(let end), .header):
            work.pass(to: work.index(of: end), giving: header)
            state = .tail(header)
        case (.page(let page), _):
            let start = work.indent(before: work.index(of: page.offset))
            switch state {
            case .header: work.pass(to: start, giving: header)
            case .skipped: work.pass(to: start, giving: .nowhere)
            case .copied:
                throw BzError(
                    .damaged, "page \(lastID) does not end before page \(page.id)",
                    remedy: "use another copy of the dump")
            case .between, .tail: break
            }
            begin(page)
        case (.unreadableID(let start), .header), (.unreadableID(let start), .between):
            throw BzError(
                .damaged, "the page at byte \(start) of the text has an id that is no whole number of 64 bits",
                remedy: "use another copy of the dump")
        case (.pageEnd(let end), .header), (.pageEnd(let end), .between):
            throw BzError(
                .damaged, "the page that ends at byte \(end) of the text has no id",
                remedy: "use another copy of the dump")
        case (.pageEnd(let end), .copied(let range)):
            work.pass(to: work.index(of: end), giving: .range(range))
            state = .tail(.range(range))
        case (.pageEnd(let end), .skipped):
            work.pass(to: work.index(of: end), giving: .nowhere)
            state = .tail(.nowhere)
        case (.exportEnd(let end), .header):
            let tag = work.buffer[..<work.index(of: end)].lastIndex(of: UInt8(ascii: "<")) ?? 0
            work.pass(to: tag, giving: header)
            (isDone, hasExportEnded) = (true, true)
        case (.exportEnd, .between), (.exportEnd, .tail): (isDone, hasExportEnded) = (true, true)
        default: break
        }
    }

    private mutating func begin(_ page: DumpPage) {
        idsRise = idsRise && page.id > lastID
        lastID = page.id
        if let range = ranges.firstIndex(where: { $0?.contains(page.id) == true }) {
            pageCount += 1
            state = .copied(range)
        } else {
            state = .skipped
            isDone = idsRise && ranges.allSatisfy { $0.map { $0.upperBound < page.id } ?? true }
        }
    }

    private var header: Destination { writesHeader ? .all : .nowhere }

    /// Passes the rest of the line that a page or the header ended on.
    private mutating func endTail(_ work: inout Work) {
        guard case .tail(let destination) = state else { return }
        var end = work.place
        while end < work.buffer.count, [0x20, 0x09, 0x0D].contains(work.buffer[end]) { end += 1 }
        if end < work.buffer.count {
            if work.buffer[end] == 0x0A { end += 1 }
            state = .between
        }
        work.pass(to: end, giving: destination)
    }

    /// Passes what is left of the bytes, as far as it is known where it goes, and holds the rest.
    private mutating func passRest(_ work: inout Work) throws(BzError) {
        let all = work.buffer.count
        switch state {
        case .copied(let range): work.pass(to: all, giving: .range(range))
        case .skipped:
            let opening = scanner.openingOffset.map { max(work.place, work.index(of: $0)) } ?? all
            work.pass(to: work.indent(before: opening), giving: .nowhere)
        case .header, .between, .tail: break
        }
        held = Array(work.buffer[work.place...])
        let limit = if case .header = state { Self.longestHeader } else { Self.longestHead }
        guard held.count <= limit else {
            throw BzError(
                .damaged,
                "no page with an id in the \(limit >> 20) MB of text behind byte \(work.offset + Int64(work.place))",
                remedy: "check that this is an export of pages")
        }
    }
}

/// Receives the text of an export, cut into its parts.
protocol ExportReceiver {
    mutating func begin(_ page: DumpPage) -> ExportCutter.Choice
    /// Receives bytes of a part. The bytes of a page belong to the page that began last.
    mutating func take(_ text: ArraySlice<UInt8>, of part: ExportCutter.Part)
    /// The header or a page is complete.
    mutating func end(_ part: ExportCutter.Part)
    /// The export ends. What follows is its footer.
    mutating func beginFooter()
}

/// Cuts the text of an export, which arrives in chunks of any size, into header, pages and footer.
///
/// Every byte belongs to one of them. The text between two pages belongs to the second page, but the rest of the line on
/// which a page or the header ends belongs to that page or the header. Pages are never held in memory; only the text
/// before the id of a page is.
///
/// Several exports of one wiki may follow each other, as when part files are put one behind the other. They are cut as one: the
/// headers of the later ones and the footers of the earlier ones are left out.
struct ExportCutter: Sendable {
    /// A part of an export.
    enum Part: Sendable, Hashable {
        /// What comes before the first page.
        case header
        /// A page.
        case page
        /// `</mediawiki>` and what follows.
        case footer
    }

    /// What to do with a page.
    enum Choice: Sendable { case take, skip, stop }

    private enum State: Sendable {
        case header
        /// After a page or the header, before the id of the next page.
        case between
        case page
        case skipped
        /// After `</page>` or the header, on the rest of the line; nil after a page that is skipped.
        case tail(Part?)
        /// After `</mediawiki>`. Another export may follow.
        case ended
        /// Far behind `</mediawiki>`, in something that is no export.
        case footer
    }

    /// Bytes from the end of a page to the id of the next one.
    private static let longestHead = 1 << 20
    /// Bytes before the first page.
    private static let longestHeader = 16 << 20
    private static let remedy = "use another copy of the dump"
    private var scanner = PageScanner()
    private var state = State.header
    /// Bytes that cannot be assigned to a part yet.
    private var held: [UInt8] = []
    /// Where `held`, or the next chunk, begins in the text.
    private var offset: Int64 = 0
    private var lastID: Int64?
    /// The end of the first export, from the text behind its last page to `</mediawiki>`.
    private var footer: [UInt8] = []
    /// The database name of the wiki, if the first header gives it.
    private var wiki: [UInt8]?
    /// Whether the receiver wants no more.
    private(set) var isStopped = false

    /// Takes the next bytes of the text.
    /// - Throws: ``BzError`` with code `damaged` if a page does not end or its id is not a 64-bit integer.
    mutating func append(_ bytes: [UInt8], to receiver: inout some ExportReceiver) throws(BzError) {
        var work = Work(buffer: held.isEmpty ? bytes : held + bytes, offset: offset)
        held = []
        for event in scanner.scan(bytes) {
            passTail(&work, &receiver)
            try take(event, &work, &receiver)
            if isStopped { return }
        }
        passTail(&work, &receiver)
        try passRest(&work, &receiver)
        offset = work.offset + Int64(work.place)
    }

    /// Ends the text.
    /// - Throws: ``BzError`` with code `truncated` if the export is not complete.
    mutating func finish(to receiver: inout some ExportReceiver) throws(BzError) {
        let place: String
        switch state {
        case .footer: return
        case .ended:
            passFooter(&receiver)
            receiver.take(held[...], of: .footer)
            held = []
            return
        case .header: place = "before its first page"
        case .page, .skipped: place = lastID.map { "inside page \($0)" } ?? "inside a page"
        case .between, .tail: place = "without </mediawiki>"
        }
        throw BzError(.truncated, "the export ends \(place)", remedy: Self.remedy)
    }

    /// Continues at another place of the text. If that is inside a page, the page is skipped.
    mutating func jump(to offset: Int64) {
        scanner = PageScanner(startingAt: offset)
        held = []
        self.offset = offset
        state = .skipped
    }

    /// The bytes at hand.
    private struct Work {
        /// Blanks before a tag that belong to it.
        private static let longestIndent = 64
        let buffer: [UInt8]
        /// Where the buffer begins in the text.
        let offset: Int64
        /// How many bytes are done.
        var place = 0

        mutating func pass(to end: Int, as part: Part?, _ receiver: inout some ExportReceiver) {
            guard end > place else { return }
            if let part { receiver.take(buffer[place..<end], of: part) }
            place = end
        }

        func index(of offset: Int64) -> Int { Int(offset - self.offset) }

        /// Where the blanks before an index begin in the buffer.
        func indent(before index: Int) -> Int {
            var start = index
            while start > place, index - start < Self.longestIndent, [0x20, 0x09].contains(buffer[start - 1]) {
                start -= 1
            }
            return start
        }
    }

    private mutating func take(
        _ event: ExportEvent, _ work: inout Work, _ receiver: inout some ExportReceiver
    ) throws(BzError) {
        switch (event, state) {
        case (.headerEnd(let end), .header):
            noteWiki(in: work.buffer[work.place..<work.index(of: end)])
            work.pass(to: work.index(of: end), as: .header, &receiver)
            state = .tail(.header)
        case (.page(let page), _): try begin(page, &work, &receiver)
        case (.unreadableID(let start), .header), (.unreadableID(let start), .between),
            (.unreadableID(let start), .ended):
            throw damaged("the page at byte \(start) of the text has an id that is not a 64-bit integer")
        case (.pageEnd(let end), .header), (.pageEnd(let end), .between), (.pageEnd(let end), .ended):
            throw damaged("the page that ends at byte \(end) of the text has no id")
        case (.pageEnd(let end), .page):
            work.pass(to: work.index(of: end), as: .page, &receiver)
            state = .tail(.page)
        case (.pageEnd(let end), .skipped):
            work.pass(to: work.index(of: end), as: nil, &receiver)
            state = .tail(nil)
        case (.exportEnd(let end), .header):
            let tag = work.buffer[..<work.index(of: end)].lastIndex(of: UInt8(ascii: "<")) ?? 0
            endHeader(at: tag, &work, &receiver)
            endExport(at: work.index(of: end), &work, &receiver)
        case (.exportEnd(let end), .between), (.exportEnd(let end), .tail), (.exportEnd(let end), .ended):
            endExport(at: work.index(of: end), &work, &receiver)
        default: break
        }
    }

    private mutating func begin(
        _ page: DumpPage, _ work: inout Work, _ receiver: inout some ExportReceiver
    ) throws(BzError) {
        let start = work.index(of: page.offset)
        switch state {
        case .header: endHeader(at: start, &work, &receiver)
        case .skipped: work.pass(to: work.indent(before: start), as: nil, &receiver)
        case .page: throw damaged("page \(lastID ?? 0) does not end before page \(page.id)")
        case .between, .tail: break
        case .ended: try join(at: start, &work, &receiver)
        case .footer: return
        }
        lastID = page.id
        switch receiver.begin(page) {
        case .take: state = .page
        case .skip: state = .skipped
        case .stop: (state, isStopped) = (.skipped, true)
        }
    }

    private mutating func endHeader(at tag: Int, _ work: inout Work, _ receiver: inout some ExportReceiver) {
        noteWiki(in: work.buffer[work.place..<max(work.place, tag)])
        work.pass(to: work.indent(before: tag), as: .header, &receiver)
        receiver.end(.header)
    }

    /// Keeps the end of the first export. What comes between it and a later end is a header without pages, and is left out.
    private mutating func endExport(at end: Int, _ work: inout Work, _ receiver: inout some ExportReceiver) {
        if footer.isEmpty { footer = Array(work.buffer[work.place..<end]) }
        work.pass(to: end, as: nil, &receiver)
        state = .ended
    }

    /// Leaves out the header before the first page of a later export.
    private mutating func join(
        at page: Int, _ work: inout Work, _ receiver: inout some ExportReceiver
    ) throws(BzError) {
        let header = work.buffer[work.place..<page]
        if let wiki, let other = Self.wiki(in: header), other != wiki {
            throw damaged(
                "an export of \(String(decoding: other, as: UTF8.self)) follows one of \(String(decoding: wiki, as: UTF8.self))"
            )
        }
        work.pass(to: work.indent(before: page), as: nil, &receiver)
    }

    private mutating func noteWiki(in header: ArraySlice<UInt8>) { wiki = wiki ?? Self.wiki(in: header) }

    /// The database name in a header; nil if it gives none.
    private static func wiki(in header: ArraySlice<UInt8>) -> [UInt8]? {
        guard let start = header.firstRange(of: Array("<dbname>".utf8))?.upperBound,
            let end = header[start...].firstRange(of: Array("</dbname>".utf8))?.lowerBound
        else { return nil }
        return Array(header[start..<end])
    }

    private mutating func passFooter(_ receiver: inout some ExportReceiver) {
        receiver.beginFooter()
        receiver.take(footer[...], of: .footer)
        state = .footer
    }

    /// Passes on the rest of the line on which a page or the header ended.
    private mutating func passTail(_ work: inout Work, _ receiver: inout some ExportReceiver) {
        guard case .tail(let part) = state else { return }
        var end = work.place
        while end < work.buffer.count, [0x20, 0x09, 0x0D].contains(work.buffer[end]) { end += 1 }
        let isWhole = end < work.buffer.count
        if isWhole, work.buffer[end] == 0x0A { end += 1 }
        work.pass(to: end, as: part, &receiver)
        guard isWhole else { return }
        state = .between
        if let part { receiver.end(part) }
    }

    /// Passes on the bytes that can be assigned to a part, and holds the rest.
    private mutating func passRest(_ work: inout Work, _ receiver: inout some ExportReceiver) throws(BzError) {
        let all = work.buffer.count
        switch state {
        case .page: work.pass(to: all, as: .page, &receiver)
        case .footer: work.pass(to: all, as: .footer, &receiver)
        case .skipped:
            let opening = scanner.openingOffset.map { max(work.place, work.index(of: $0)) } ?? all
            work.pass(to: work.indent(before: opening), as: nil, &receiver)
        case .ended where all - work.place > Self.longestHeader:
            // Whatever this is, it is no header of an export.
            passFooter(&receiver)
            work.pass(to: all, as: .footer, &receiver)
        case .header, .between, .tail, .ended: break
        }
        held = Array(work.buffer[work.place...])
        let limit =
            switch state {
            case .header, .ended: Self.longestHeader
            default: Self.longestHead
            }
        guard held.count <= limit else {
            throw BzError(
                .damaged,
                "no page with an id in the \(limit >> 20) MB of text after byte \(work.offset + Int64(work.place))",
                remedy: "check that this is an export of pages")
        }
    }

    private func damaged(_ what: String) -> BzError { BzError(.damaged, what, remedy: Self.remedy) }
}

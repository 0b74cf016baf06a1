/// Makes one export of several that follow one another, which arrive in chunks of any size.
///
/// The result has the header of the first and the end of the last. A page that is at the end of one export and at the
/// beginning of the next becomes one page. Pages are never held in memory.
struct ExportJoiner: Sendable {
    /// What is held back inside a page, so that its end can still be dropped. `</page>` may contain blanks.
    private static let longestEnd = 256
    /// Bytes outside pages that are held until it is clear where they belong.
    private static let longestGap = 16 << 20
    private var scanner = PageScanner()
    /// Bytes that were not given out yet, and where they begin in the text of this export.
    private var held: [UInt8] = []
    private var offset: Int64 = 0
    private var isFirst = true
    private var isLast = false
    private var nextPage: Int64?
    /// Whether anything of this export is given out.
    private var isOpen = false
    private var isInPage = false
    private var hasEnded = false
    /// Where the part that may be dropped begins in the text; nil inside a page.
    private var gap: Int64?
    private var isGapInLine = false
    /// The page that comes last so far, and its greatest revision.
    private var page: Int64?
    private var revision: Int64?
    /// The greatest id of a page so far.
    private var greatest = Int64.min
    /// Whether the first page of this export continues the last one of the export before, and waits for its revision.
    private var continues = false

    /// Begins an export.
    /// - Parameters:
    ///   - isLast: Whether its end is that of the whole.
    ///   - next: The page with which the next export begins.
    mutating func begin(isLast: Bool, next: Int64?) {
        scanner = PageScanner()
        (held, offset, gap) = ([], 0, nil)
        (self.isLast, nextPage) = (isLast, next)
        isOpen = isFirst
        (isInPage, hasEnded, continues) = (false, false, false)
    }

    /// Takes the next bytes.
    /// - Returns: What is ready now.
    mutating func append(_ bytes: [UInt8]) throws(BzError) -> [UInt8] {
        let start = offset + Int64(held.count)
        held += bytes
        for event in scanner.scan(bytes) { try take(event) }
        let end = start + Int64(bytes.count)
        guard isOpen else {
            try checkGap()
            return []
        }
        if let gap { return try give(to: gap, checked: true) }
        return try give(to: max(offset, end - Int64(Self.longestEnd)), checked: false)
    }

    /// Ends the export.
    /// - Returns: The rest of it.
    mutating func end() throws(BzError) -> [UInt8] {
        guard hasEnded, !isInPage else {
            let place = isInPage ? "inside page \(page ?? 0)" : "without </mediawiki>"
            throw BzError(.truncated, "the export ends \(place)", remedy: "use another copy of the dump")
        }
        isFirst = false
        guard isOpen else { return [] }
        if isLast { return take(held.count) }
        var count = gap.map { Int($0 - offset) } ?? 0
        if isGapInLine {
            // The rest of the line of `</page>` belongs to it.
            while count < held.count, [0x20, 0x09, 0x0D].contains(held[count]) { count += 1 }
            if count < held.count, held[count] == 0x0A { count += 1 }
        }
        return take(count)
    }

    private mutating func take(_ event: ExportEvent) throws(BzError) {
        switch event {
        case .page(let found):
            (isInPage, gap) = (true, nil)
            let isAgain = found.id == page
            if !isOpen {
                guard found.id > greatest || isAgain else {
                    throw damaged("page \(found.id) comes after page \(page ?? 0), which is in a file before this one")
                }
                continues = isAgain
                if !continues { open(at: found.offset) }
            }
            if !isAgain { revision = nil }
            page = found.id
            greatest = max(greatest, found.id)
        case .revision(let id, let start):
            if continues {
                guard revision.map({ $0 < id }) ?? true else {
                    throw damaged(
                        "page \(page ?? 0) goes on with revision \(id), but revision \(revision ?? 0) was there already"
                    )
                }
                continues = false
                open(at: start)
            }
            revision = max(revision ?? .min, id)
        case .pageEnd(let end):
            isInPage = false
            let tag = held[..<Int(end - offset)].lastIndex(of: UInt8(ascii: "<"))
            if continues, let tag {
                // The rest of the page has no revision.
                continues = false
                open(at: offset + Int64(tag))
            }
            guard isOpen else { break }
            (gap, isGapInLine) = (end, true)
            if !isLast, page == nextPage, let tag = held[..<Int(end - offset)].lastIndex(of: UInt8(ascii: "<")) {
                (gap, isGapInLine) = (offset + Int64(indent(before: tag)), false)
            }
        case .exportEnd(let end):
            hasEnded = true
            guard isOpen, gap == nil, let tag = held[..<Int(end - offset)].lastIndex(of: UInt8(ascii: "<")) else {
                break
            }
            (gap, isGapInLine) = (offset + Int64(tag), false)
        case .unreadableID(let start):
            throw damaged("the item at byte \(start) of the text has an id that is not a number")
        default: break
        }
    }

    /// Drops what comes before a tag, but not the blanks on its line.
    private mutating func open(at start: Int64) {
        isOpen = true
        let place = indent(before: Int(start - offset))
        held.removeFirst(place)
        offset += Int64(place)
    }

    private func indent(before index: Int) -> Int {
        var start = index
        while start > 0, index - start < Self.longestEnd / 4, [0x20, 0x09].contains(held[start - 1]) { start -= 1 }
        return start
    }

    private mutating func give(to end: Int64, checked: Bool) throws(BzError) -> [UInt8] {
        let ready = take(Int(end - offset))
        if checked { try checkGap() }
        return ready
    }

    private mutating func take(_ count: Int) -> [UInt8] {
        let ready = Array(held[..<count])
        held.removeFirst(count)
        offset += Int64(count)
        return ready
    }

    private func checkGap() throws(BzError) {
        guard held.count > Self.longestGap else { return }
        throw damaged("no page begins in the \(Self.longestGap >> 20) MB of text after byte \(offset)")
    }

    private func damaged(_ what: String) -> BzError {
        BzError(.damaged, what, remedy: "name only the files of one dump, or check them")
    }
}

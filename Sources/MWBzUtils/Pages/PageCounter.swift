/// What a page holds, by what its stub says; or several pages together.
public struct PageCount: Sendable, Hashable {
    /// The page; of several pages the last.
    public var page: DumpPage
    /// Pages.
    public var pageCount: Int64 = 1
    /// Revisions.
    public var revisionCount: Int64 = 0
    /// The sizes of all texts together, in bytes.
    public var byteCount: Int64 = 0
    /// The size of the longest text, in bytes.
    public var longestText: Int64 = 0

    /// Makes the count of a page of which nothing has been seen yet.
    public init(page: DumpPage) { self.page = page }

    /// Adds the count of another page, which is the last one then. Sums stop at the largest number of 64 bits.
    public mutating func add(_ other: PageCount) {
        page = other.page
        pageCount += other.pageCount
        revisionCount += other.revisionCount
        longestText = max(longestText, other.longestText)
        add(bytes: other.byteCount)
    }

    mutating func add(text size: Int64) {
        longestText = max(longestText, size)
        add(bytes: size)
    }

    private mutating func add(bytes count: Int64) {
        let (sum, isTooBig) = byteCount.addingReportingOverflow(count)
        byteCount = isTooBig ? .max : sum
    }
}

/// Counts revisions and adds up the sizes of texts, page by page. Needs no more than a stub dump holds.
public struct PageCounter: Sendable {
    private var scanner = PageScanner()
    private var current: PageCount?
    private var isComplete = false

    /// Makes a counter.
    public init() {}

    /// Takes the next bytes of the text of a dump.
    /// - Returns: the pages that have ended.
    /// - Throws: ``BzError`` with code `damaged` if a page or revision has no id that is a number of 64 bits.
    public mutating func append(_ text: [UInt8]) throws(BzError) -> [PageCount] {
        var pages: [PageCount] = []
        for event in scanner.scan(text) {
            switch event {
            case .page(let page): current = PageCount(page: page)
            case .revision: current?.revisionCount += 1
            case .text(let count):
                current?.add(text: count ?? 0)
            case .unreadableID(let offset): throw .unreadableID(at: offset, of: "the text")
            case .pageEnd:
                if let current { pages.append(current) }
                current = nil
            case .exportEnd: isComplete = current == nil
            case .headerEnd: break
            }
        }
        return pages
    }

    /// Says that the text has ended.
    /// - Throws: ``BzError`` with code `truncated` if that is too early.
    public func finish() throws(BzError) {
        if isComplete { return }
        let place = current.map { "inside page \($0.page.id)" } ?? "without </mediawiki>"
        throw BzError(.truncated, "the export ends \(place)", remedy: "use another copy of the dump")
    }
}

extension BzError {
    /// A page or revision whose id is no number that can be held.
    static func unreadableID(at offset: Int64, of text: String) -> BzError {
        BzError(
            .damaged, "the item at byte \(offset) of \(text) has an id that is not a 64-bit integer",
            remedy: "use another copy of the dump")
    }
}

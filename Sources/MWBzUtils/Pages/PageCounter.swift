/// How much a page, or several pages together, contains according to a stub.
public struct PageCount: Sendable, Hashable {
    /// The page; the last one if there are several.
    public var page: DumpPage
    /// Pages.
    public var pageCount: Int64 = 1
    /// Revisions.
    public var revisionCount: Int64 = 0
    /// The total size of all texts in bytes.
    public var byteCount: Int64 = 0
    /// The size of the longest text, in bytes.
    public var longestText: Int64 = 0

    /// Creates an empty count for a page.
    public init(page: DumpPage) { self.page = page }

    /// Adds the count of another page, which becomes the last one. Sums stop at the largest 64-bit integer.
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

/// Counts revisions and adds up the sizes of texts, page by page. A stub dump is enough for that.
public struct PageCounter: Sendable {
    private var scanner = PageScanner()
    private var current: PageCount?
    private var isComplete = false

    /// Makes a counter.
    public init() {}

    /// Takes the next bytes of the text of a dump.
    /// - Returns: the pages that have ended.
    /// - Throws: ``BzError`` with code `damaged` if the id of a page or revision is not a 64-bit integer.
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

    /// Ends the text.
    /// - Throws: ``BzError`` with code `truncated` if the export is not complete.
    public func finish() throws(BzError) {
        if isComplete { return }
        let place = current.map { "inside page \($0.page.id)" } ?? "without </mediawiki>"
        throw BzError(.truncated, "the export ends \(place)", remedy: "use another copy of the dump")
    }
}

extension BzError {
    /// An error about a page or revision whose id is not a 64-bit integer.
    static func unreadableID(at offset: Int64, of text: String) -> BzError {
        BzError(
            .damaged, "the item at byte \(offset) of \(text) has an id that is not a 64-bit integer",
            remedy: "use another copy of the dump")
    }
}

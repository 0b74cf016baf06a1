/// The XML of a batch for one export file.
public struct RenderedBatch: Sendable {
    /// A page that ended in this batch.
    public struct Page: Sendable, Hashable {
        /// The page id.
        public var id: Int64
        /// The title with its prefix, escaped as in the XML.
        public var title: [UInt8]
        /// The end of the page's XML in ``RenderedBatch/bytes``.
        public var end: Int

        /// Makes the record of a page.
        public init(id: Int64, title: [UInt8], end: Int) {
            self.id = id
            self.title = title
            self.end = end
        }
    }

    /// The XML.
    public var bytes: [UInt8]
    /// The pages that ended in this batch, in order.
    public var pages: [Page]
    /// The number of revisions or log entries in the bytes.
    public var items: Int64
    /// The id of the first page or log entry. If there are several files, it tells which of them the batch belongs to. nil if
    /// there is only one.
    public var position: Int64?
    /// The lowest and the highest id of the items; nil for items without ids.
    public var itemIDs: ClosedRange<Int64>?
    /// The total size of the texts, according to their elements in the bytes.
    public var textBytes: Int64

    /// Makes a rendered batch.
    public init(
        bytes: [UInt8] = [], pages: [Page] = [], items: Int64 = 0, itemIDs: ClosedRange<Int64>? = nil,
        textBytes: Int64 = 0
    ) {
        self.bytes = bytes
        self.pages = pages
        self.items = items
        self.itemIDs = itemIDs
        self.textBytes = textBytes
    }

    mutating func count(item id: Int64, textBytes size: Int64) {
        items += 1
        itemIDs = itemIDs.including(id...id)
        textBytes &+= size
    }
}

extension ClosedRange<Int64>? {
    /// The smallest range that contains both ranges.
    func including(_ other: ClosedRange<Int64>?) -> ClosedRange<Int64>? {
        guard let mine = self else { return other }
        guard let other else { return mine }
        return Swift.min(mine.lowerBound, other.lowerBound)...Swift.max(mine.upperBound, other.upperBound)
    }
}

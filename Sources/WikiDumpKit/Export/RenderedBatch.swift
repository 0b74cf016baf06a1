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
    }

    /// The XML.
    public var bytes: [UInt8] = []
    /// The pages that ended in this batch, in order.
    public var pages: [Page] = []
    /// The number of revisions or log entries in the bytes.
    public var items: Int64 = 0
    /// The id of the first page or log entry. If there are several files, it tells which of them the batch belongs to. nil if
    /// there is only one.
    public var position: Int64?
    /// The lowest and the highest id of the items; nil for items without ids.
    public var itemIDs: ClosedRange<Int64>?
    /// The total size of the texts, according to their elements in the bytes.
    public var textBytes: Int64 = 0

    mutating func count(item id: Int64, textBytes size: Int64) {
        items += 1
        itemIDs = itemIDs.including(id...id)
        textBytes &+= size
    }
}

extension ClosedRange<Int64>? {
    func including(_ other: ClosedRange<Int64>?) -> ClosedRange<Int64>? {
        guard let mine = self else { return other }
        guard let other else { return mine }
        return Swift.min(mine.lowerBound, other.lowerBound)...Swift.max(mine.upperBound, other.upperBound)
    }
}

/// Where a page begins in a bzip2 file.
public struct PageLocation: Sendable, Hashable {
    /// The start of the page; its offset counts from the start of the content of the block.
    public let page: DumpPage
    /// Where the magic of the block begins in which `<page>` begins, in bits from the start of the file.
    public let blockOffset: Int64
    /// The id of the first page that begins in that block.
    public let firstPageID: Int64

    /// The id of the page.
    public var id: Int64 { page.id }

    /// Makes a place.
    public init(page: DumpPage, blockOffset: Int64, firstPageID: Int64) {
        self.page = page
        self.blockOffset = blockOffset
        self.firstPageID = firstPageID
    }
}

/// What a search for a page gave.
public enum PageSearch: Sendable, Hashable {
    /// The page is there.
    case found(PageLocation)
    /// It is not. It would stand between these two; nil stands for the start or the end of the export.
    case absent(after: PageLocation?, before: PageLocation?)
}

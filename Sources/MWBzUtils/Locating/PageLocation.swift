/// Where a page begins in a bzip2 file.
public struct PageLocation: Sendable, Hashable {
    /// The start of the page; its offset counts from the start of the content of the block.
    public let page: DumpPage
    /// Where the mark of the block begins in which `<page>` begins, in bits from the start of the file.
    public let blockOffset: Int64
}

/// What a search for a page gave.
public enum PageSearch: Sendable, Hashable {
    /// The page is there.
    case found(PageLocation)
    /// It is not. It would stand between these two; nil stands for the start or the end of the export.
    case absent(after: DumpPage?, before: DumpPage?)
}

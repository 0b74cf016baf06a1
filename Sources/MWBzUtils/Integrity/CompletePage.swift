/// A page of which all is there and sound.
public struct CompletePage: Sendable, Hashable {
    /// The start of the page.
    public let page: DumpPage
    /// Where it ends, in bytes of the decoded data: that behind `</page>`. nil if the check did not begin at the start
    /// of the file or could not read something before it.
    public let endOffset: Int64?
    /// Where the magic of the block begins in which it ends, in bits from the start of the file; nil in data that has
    /// no blocks.
    public let blockOffset: Int64?
}

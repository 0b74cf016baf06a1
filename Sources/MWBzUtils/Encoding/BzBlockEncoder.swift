/// Compresses pieces that fit one block each. A decoder's counterpart: ``BzBlockDecoder``.
///
/// An encoder keeps some megabytes of working memory from one block to the next, so make one for each task and use it
/// for many blocks, or let ``BzBlock/encode(_:level:)`` do that.
public protocol BzBlockEncoder: AnyObject, SendableMetatype {
    /// Makes an encoder.
    init()

    /// Compresses a piece.
    /// - Parameters:
    ///   - piece: At least one byte, and no more than fit a block of this level: what ``BzBlockCutter`` gives.
    ///   - level: 1 to 9.
    /// - Throws: ``BzError`` with code `library` when libbz2 is used and refuses.
    func encode(_ piece: ArraySlice<UInt8>, level: Int) throws(BzError) -> BzBlock
}

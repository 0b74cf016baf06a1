/// Decodes single blocks, wherever they begin, without reading what stands before them.
///
/// A decoder keeps some megabytes of working memory from one block to the next, so make one for each task and use it
/// for many blocks. A block is given out only when its checksum holds.
public protocol BzBlockDecoder: AnyObject, SendableMetatype {
    /// Makes a decoder.
    init()

    /// Decodes a block.
    /// - Parameters:
    ///   - bytes: Compressed data that holds the block and a magic number behind it, or all data up to the end of the
    ///     file. 1,000,000 bytes from the start of a block are always enough.
    ///   - bitOffset: Where the magic of the block begins, in bits from the start of `bytes`.
    ///   - level: The level of the stream, 1 to 9: the limit of the size of the block. 9 takes all.
    /// - Throws: ``BzError`` with code `wrongFormat` when no magic of a block stands there, `truncated` when the data
    ///   ends first, `damaged` when the block breaks a rule or its checksum; with offsets from the start of `bytes`.
    func decode(_ bytes: [UInt8], at bitOffset: Int, level: Int) throws(BzError) -> BzDecodedBlock
}

extension BzError {
    static func damagedBlock(_ why: String, at bitOffset: Int) -> BzError {
        BzError(
            .damaged, "the bzip2 block is damaged: \(why)", remedy: "fetch or write the file again",
            bitOffset: Int64(bitOffset))
    }

    static func truncatedBlock(at bitOffset: Int) -> BzError {
        BzError(
            .truncated, "the bzip2 data ends inside a block", remedy: "fetch or write the file again",
            bitOffset: Int64(bitOffset))
    }

    static func noBlock(at bitOffset: Int) -> BzError {
        BzError(.wrongFormat, "no bzip2 block begins here", bitOffset: Int64(bitOffset))
    }
}

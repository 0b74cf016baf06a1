/// Compresses pieces that each fit into one block. The counterpart of ``BzBlockDecoder``.
///
/// An encoder keeps some megabytes of working memory between blocks, so make one for each task and use it for many blocks,
/// or let ``BzBlock/encode(_:level:)`` do that.
public protocol BzBlockEncoder: AnyObject, SendableMetatype {
    /// Makes an encoder.
    init()

    /// Compresses a piece.
    /// - Parameters:
    ///   - piece: At least one byte, and no more than fit into a block of this level, as ``BzBlockCutter`` returns.
    ///   - level: 1 to 9.
    /// - Throws: ``BzError`` with code `library` if libbz2 is used and fails.
    func encode(_ piece: ArraySlice<UInt8>, level: Int) throws(BzError) -> BzBlock
}

extension BzBlock {
    private static let encoders = ObjectPool<BzFastEncoder> { BzFastEncoder() }

    /// Compresses a piece of data into blocks that do not belong to a stream yet.
    ///
    /// It is safe to call from many tasks at once. Each call uses some 20 MB, which later calls reuse.
    /// - Parameters:
    ///   - bytes: The piece. A piece that ``BzBlockCutter`` made for the same level becomes one block. A longer one becomes
    ///     as many as needed, and an empty one none.
    ///   - level: 1 to 9: the size of a block in units of 100,000 bytes.
    public static func encode(_ bytes: [UInt8], level: Int = 9) throws(BzError) -> [BzBlock] {
        let encoder = encoders.take()
        defer { encoders.give(encoder) }
        return try encode(bytes, level: level, with: encoder)
    }

    /// The same with an encoder of your choice.
    /// - Throws: what the encoder throws.
    public static func encode(
        _ bytes: [UInt8], level: Int = 9, with encoder: some BzBlockEncoder
    ) throws(BzError) -> [BzBlock] {
        var meter = RunLengthMeter(level: level)
        var ends: [Int] = []
        unsafe bytes.withUnsafeBufferPointer { buffer in
            while let end = unsafe meter.cut(buffer, from: ends.last ?? 0) { ends.append(end) }
        }
        if ends.last ?? 0 < bytes.count { ends.append(bytes.count) }
        var blocks: [BzBlock] = []
        var start = 0
        for end in ends {
            blocks.append(try encoder.encode(bytes[start..<end], level: level))
            start = end
        }
        return blocks
    }
}

extension BzStream {
    /// Compresses any number of bytes into one complete stream.
    ///
    /// The blocks are cut as the `bzip2` command cuts them. No bytes result in a valid empty stream of 14 bytes.
    public static func compress(_ bytes: [UInt8], level: Int = 9) throws(BzError) -> [UInt8] {
        var assembler = BzStreamAssembler(level: level)
        return assembler.append(try BzBlock.encode(bytes, level: level)) + assembler.finish()
    }
}

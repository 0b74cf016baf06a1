import CMWBz

/// Compresses blocks with libbz2. It is slower than ``BzFastEncoder``, and the reference for what is right.
///
/// The blocks are identical to those of the `bzip2` command.
public final class BzLibraryEncoder: BzBlockEncoder {
    /// Makes an encoder.
    public init() {}

    /// Compresses a piece. libbz2 makes a whole stream, and the block is taken out of it.
    public func encode(_ piece: ArraySlice<UInt8>, level: Int) throws(BzError) -> BzBlock {
        try unsafe piece.withUnsafeBufferPointer { piece throws(BzError) in try unsafe Self.encode(piece, level: level)
        }
    }

    private static func encode(_ piece: UnsafeBufferPointer<UInt8>, level: Int) throws(BzError) -> BzBlock {
        // libbz2 promises to stay below 1 % + 600 bytes over the input.
        let capacity = piece.count + piece.count / 100 + 600
        return try unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { stream throws(BzError) in
            let count = try unsafe compress(piece, into: stream, level: level)
            let block = unsafe UnsafeBufferPointer(stream)[BzStream.headerSize..<count]
            let bits = try unsafe bitsBeforeFooter(block)
            return unsafe BzBlock(bytes: Array(block), bitCount: bits, uncompressedSize: piece.count)
        }
    }

    private static func compress(
        _ piece: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, level: Int
    ) throws(BzError) -> Int {
        var count = UInt32(output.count)
        let source = unsafe UnsafeMutableRawPointer(mutating: piece.baseAddress)?.assumingMemoryBound(to: CChar.self)
        let target = unsafe UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: CChar.self)
        let status = unsafe BZ2_bzBuffToBuffCompress(target, &count, source, UInt32(piece.count), Int32(level), 0, 0)
        guard status == BZ_OK else { throw BzError(libbz2: status) }
        return Int(count)
    }

    /// Where the footer of a stream of one block begins, in bits from the start of the block.
    ///
    /// The footer is 80 bits, followed by up to 7 zero bits. Its magic is unlike itself at any other shift, and in a
    /// stream of one block its checksum is that of the block.
    private static func bitsBeforeFooter(_ block: Slice<UnsafeBufferPointer<UInt8>>) throws(BzError) -> Int {
        let number = { (bytes: Slice<UnsafeBufferPointer<UInt8>>) in
            unsafe bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        }
        let crc = unsafe number(block.dropFirst(6).prefix(4))
        let footer = UInt128(BzStream.footerMagic) << 32 | crc
        let tail = unsafe number(block.suffix(11))
        for padding in 0..<8 {
            let zeros = tail & ((1 << padding) - 1)
            let candidate = (tail >> padding) & ((1 << 80) - 1)
            if zeros == 0, candidate == footer { return unsafe block.count * 8 - 80 - padding }
        }
        throw BzError(.library, "libbz2 split a piece that fits into one block")
    }
}

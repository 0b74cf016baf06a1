/// A block of a file, decoded, proven by its checksum, and at its place in the file.
public struct BzFileBlock: Sendable {
    /// The content.
    public let bytes: [UInt8]
    /// Where the content stands in the decoded file, in bytes.
    public let uncompressedOffset: Int64
    /// Where the magic of the block begins in the file, in bits.
    public let bitOffset: Int64
    /// Bits from the start of its magic to the magic behind it.
    public let bitCount: Int
    /// The checksum of the content.
    public let crc: UInt32
    /// The number of its stream in the file, from 0.
    public let stream: Int
}

/// What was found when a file was read to its end.
public struct BzFileSummary: Sendable, Hashable {
    /// Complete streams, empty ones included.
    public var streamCount = 0
    /// Blocks in all streams.
    public var blockCount = 0
    /// Bytes after decoding.
    public var uncompressedSize: Int64 = 0
    /// Where the last complete stream ends, in bytes from the start of the file.
    public var endOffset: Int64 = 0
    /// Bytes behind the last stream that belong to no stream.
    public var trailingByteCount: Int64 = 0
}

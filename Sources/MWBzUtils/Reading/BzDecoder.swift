/// Decodes bzip2 data from front to back in bounded memory, one stream after the other.
///
/// Any number of streams may follow each other, empty ones included. Bytes behind a complete stream that do not begin
/// another one end the data; ``trailingOffset`` tells. libbz2 proves a block only at its end: what ``next()`` gave before
/// an error may be wrong in its last block.
public struct BzDecoder<Source: ByteStream & ~Copyable>: ByteStream, ~Copyable {
    private var parts: PartsDecoder<Source, BzStreamDecoder>

    /// Makes a decoder.
    /// - Parameter source: The compressed bytes.
    public init(_ source: consuming Source) { parts = PartsDecoder(source) }

    /// Complete streams so far.
    public var streamCount: Int { parts.count }

    /// Where bytes that belong to no stream begin, in bytes from the start of the data; nil if there are none. Known
    /// when ``next()`` has given nil.
    public var trailingOffset: Int64? { parts.trailingOffset }

    /// The next decoded bytes, at most 64 KiB; nil at the end.
    ///
    /// - Throws: ``BzError`` with code `wrongFormat` if the data does not begin a stream, `truncated` if it ends inside
    ///   one, `damaged` if a checksum or a rule of the format does not hold, or an error of the source.
    public mutating func next() throws(BzError) -> [UInt8]? { try parts.next() }
}

/// Decodes gzip data from front to back in bounded memory, one member after the other.
///
/// Bytes behind a complete member that do not begin another one end the data; ``trailingOffset`` tells. What ``next()``
/// gave before an error is not proven by a checksum.
public struct GzipDecoder<Source: ByteStream & ~Copyable>: ByteStream, ~Copyable {
    private var parts: PartsDecoder<Source, GzipMemberDecoder>

    /// Makes a decoder.
    /// - Parameter source: The compressed bytes.
    public init(_ source: consuming Source) { parts = PartsDecoder(source) }

    /// Complete members so far.
    public var memberCount: Int { parts.count }

    /// Where bytes that belong to no member begin, in bytes from the start of the data; nil if there are none. Known
    /// when ``next()`` has given nil.
    public var trailingOffset: Int64? { parts.trailingOffset }

    /// The next decoded bytes, at most 64 KiB; nil at the end.
    ///
    /// - Throws: ``BzError`` with code `wrongFormat` if the data does not begin a member, `truncated` if it ends inside
    ///   one, `damaged` if a checksum or a rule of the format does not hold, or an error of the source.
    public mutating func next() throws(BzError) -> [UInt8]? { try parts.next() }
}

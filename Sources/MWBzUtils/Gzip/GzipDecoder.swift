import CMWBz

/// Decodes gzip data from front to back in bounded memory, one member after the other.
///
/// The data ends where a complete member is followed by bytes that begin no other member: see ``trailingOffset``. What
/// ``next()`` returned before an error has not been verified by a checksum.
public struct GzipDecoder<Source: ByteStream & ~Copyable>: ByteStream, ~Copyable {
    private var parts: PartsDecoder<Source, GzipMemberDecoder>

    /// Makes a decoder.
    /// - Parameter source: The compressed bytes.
    public init(_ source: consuming Source) { parts = PartsDecoder(source) }

    /// The number of complete members so far.
    public var memberCount: Int { parts.count }

    /// The offset of the first byte that belongs to no member; nil if there is none. It is known once ``next()`` has
    /// returned nil.
    public var trailingOffset: Int64? { parts.trailingOffset }

    /// The next decoded bytes, at most 64 KiB; nil at the end.
    ///
    /// - Throws: ``BzError`` with code `wrongFormat` if the data does not begin with a member, `truncated` if it ends
    ///   inside one, `damaged` if a checksum or a rule of the format is violated, or an error of the source.
    public mutating func next() throws(BzError) -> [UInt8]? { try parts.next() }
}

/// zlib's decoder for one gzip member.
@safe final class GzipMemberDecoder: PartDecoder {
    static let formatName = "gzip"
    static let partName = "member"
    private static let magic: [UInt8] = [0x1F, 0x8B]
    static let magicSize = magic.count
    /// zlib remembers the address, so the state must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    static func beginning(_ bytes: [UInt8]) -> PartBeginning {
        guard magic.starts(with: bytes) else { return .somethingElse }
        return bytes.count < magic.count ? .cutShort : .part
    }

    init() throws(BzError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe cmwbz_inflate_init(stream, GzipMember.window)
        guard status == Z_OK else {
            unsafe stream.deallocate()
            throw BzError(zlib: status)
        }
    }

    deinit {
        unsafe _ = inflateEnd(stream)
        unsafe stream.deallocate()
    }

    func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, atMost limit: Int
    ) throws(BzError) -> (used: Int, result: PartStep) {
        let count = UInt32(clamping: bytes.count)
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        unsafe stream.pointee.avail_in = count
        var status: Int32 = 0
        let output = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
            unsafe stream.pointee.next_out = buffer.baseAddress
            unsafe stream.pointee.avail_out = UInt32(limit)
            status = unsafe inflate(stream, Z_NO_FLUSH)
            filled = unsafe limit - Int(stream.pointee.avail_out)
        }
        let used = unsafe Int(count - stream.pointee.avail_in)
        switch status {
        // "No progress possible" only says that the input was used up before.
        case Z_OK, Z_BUF_ERROR: return (used, PartStep(output: output, outcome: .goesOn))
        case Z_STREAM_END: return (used, PartStep(output: output, outcome: .ended))
        case Z_DATA_ERROR, Z_NEED_DICT: return (used, PartStep(output: output, outcome: .damaged))
        default: throw BzError(zlib: status)
        }
    }
}

extension BzError {
    /// An error of zlib that is not about the data.
    init(zlib status: Int32) {
        if status == Z_MEM_ERROR {
            self.init(.library, "zlib ran out of memory", remedy: "run with fewer tasks or more memory")
        } else {
            self.init(.library, "zlib failed with error \(status)")
        }
    }
}

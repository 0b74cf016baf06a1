import CMWBz

/// libbz2's decoder for one stream.
@safe final class BzStreamDecoder: PartDecoder {
    static let formatName = "bzip2"
    static let partName = "stream"
    static let magicSize = BzStream.headerSize
    /// libbz2 remembers the address, so the state must not move.
    private let stream: UnsafeMutablePointer<bz_stream>

    static func beginning(_ bytes: [UInt8]) -> PartBeginning {
        let magic = Array("BZh".utf8)
        guard bytes.count == magicSize else { return magic.starts(with: bytes) ? .cutShort : .somethingElse }
        let isLevel = (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(bytes[3])
        return bytes.starts(with: magic) && isLevel ? .part : .somethingElse
    }

    init() throws(BzError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: bz_stream())
        let status = unsafe BZ2_bzDecompressInit(stream, 0, 0)
        guard status == BZ_OK else {
            unsafe stream.deallocate()
            throw BzError(libbz2: status)
        }
    }

    deinit {
        unsafe _ = BZ2_bzDecompressEnd(stream)
        unsafe stream.deallocate()
    }

    func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, atMost limit: Int
    ) throws(BzError) -> (used: Int, result: PartStep) {
        let count = UInt32(clamping: bytes.count)
        let source = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        unsafe stream.pointee.next_in = source?.assumingMemoryBound(to: CChar.self)
        unsafe stream.pointee.avail_in = count
        var status: Int32 = 0
        let output = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
            let target = UnsafeMutableRawPointer(buffer.baseAddress)
            unsafe stream.pointee.next_out = target?.assumingMemoryBound(to: CChar.self)
            unsafe stream.pointee.avail_out = UInt32(limit)
            status = unsafe BZ2_bzDecompress(stream)
            filled = unsafe limit - Int(stream.pointee.avail_out)
        }
        let used = unsafe Int(count - stream.pointee.avail_in)
        switch status {
        case BZ_OK: return (used, PartStep(output: output, outcome: .goesOn))
        case BZ_STREAM_END: return (used, PartStep(output: output, outcome: .ended))
        case BZ_DATA_ERROR, BZ_DATA_ERROR_MAGIC: return (used, PartStep(output: output, outcome: .damaged))
        default: throw BzError(libbz2: status)
        }
    }
}

extension BzError {
    /// An error of libbz2 that is not about the data.
    init(libbz2 status: Int32) {
        if status == BZ_MEM_ERROR {
            self.init(.library, "libbz2 ran out of memory", remedy: "run with fewer tasks or more memory")
        } else {
            self.init(.library, "libbz2 failed with error \(status)")
        }
    }
}

/// Decodes one self-contained part of a compressed file: a bzip2 stream or a gzip member.
protocol PartDecoder: AnyObject {
    /// What the format is called in messages.
    static var formatName: String { get }
    /// What a part is called in messages.
    static var partName: String { get }
    /// Bytes that tell whether a part begins.
    static var magicSize: Int { get }
    /// Whether the bytes, ``magicSize`` of them or all that are left, begin a part.
    static func beginning(_ bytes: [UInt8]) -> PartBeginning

    init() throws(BzError)

    /// Decodes until the input is used up, the output is full or the part ends.
    func decode(_ bytes: UnsafeBufferPointer<UInt8>, atMost limit: Int) throws(BzError) -> (used: Int, result: PartStep)
}

/// What the first bytes after a part are.
enum PartBeginning {
    case part
    /// The data ends too early to tell.
    case cutShort
    case somethingElse
}

/// The result of one step of decoding.
struct PartStep {
    enum Outcome { case goesOn, ended, damaged }
    var output: [UInt8]
    var outcome: Outcome
}

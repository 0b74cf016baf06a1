/// Reads bits from memory, most significant first. After the end it reads zeros: see ``isPastEnd``.
@safe struct BitReader {
    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    /// The next bits, left-aligned.
    private(set) var buffer: UInt64 = 0
    /// How many bits of the buffer are valid.
    private(set) var live = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, at bitOffset: Int) {
        unsafe self.bytes = UnsafeRawBufferPointer(bytes)
        position = bitOffset / 8
        refill()
        drop(bitOffset % 8)
    }

    /// Where the next bit is, in bits from the start.
    var bitOffset: Int { position * 8 - live }
    var isPastEnd: Bool { unsafe bitOffset > bytes.count * 8 }

    /// Makes at least 56 bits valid.
    @inline(__always)
    mutating func refill() {
        if unsafe position &+ 8 <= bytes.count {
            let word = unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            buffer |= UInt64(bigEndian: word) &>> UInt64(live)
            position &+= (63 &- live) &>> 3
            live |= 56
        } else {
            refillAtEnd()
        }
    }

    @inline(never)
    private mutating func refillAtEnd() {
        while live <= 56 {
            let byte = unsafe position < bytes.count ? bytes[position] : 0
            buffer |= UInt64(byte) << UInt64(56 - live)
            position += 1
            live += 8
        }
    }

    /// Skips bits that are valid.
    @inline(__always)
    mutating func drop(_ bits: Int) {
        buffer &<<= UInt64(bits)
        live &-= bits
    }

    /// The next bits as a number, 1 to 48 of them.
    @inline(__always)
    mutating func read(_ bits: Int) -> UInt64 {
        refill()
        let value = buffer &>> UInt64(64 &- bits)
        drop(bits)
        return value
    }
}

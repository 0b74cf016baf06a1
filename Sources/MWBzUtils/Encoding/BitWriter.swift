/// Writes bits into memory, most significant first.
@safe struct BitWriter {
    private let bytes: UnsafeMutableRawPointer
    private var position = 0
    /// Bits that wait for a whole byte, right-aligned.
    private var buffer: UInt64 = 0
    private var live = 0

    /// - Parameter bytes: Room for all that will be written and 8 bytes more.
    init(_ bytes: UnsafeMutablePointer<UInt8>) { unsafe self.bytes = UnsafeMutableRawPointer(bytes) }

    /// Bits written so far.
    var bitCount: Int { position * 8 + live }

    /// Takes bits that ``flush()`` will write: together at most 57 of them.
    @inline(__always)
    mutating func hold(_ value: UInt64, _ count: Int) {
        buffer = buffer &<< UInt64(count) | value
        live &+= count
    }

    /// Writes the whole bytes that wait.
    @inline(__always)
    mutating func flush() {
        let word = (buffer &<< UInt64(64 &- live)).bigEndian
        unsafe bytes.storeBytes(of: word, toByteOffset: position, as: UInt64.self)
        position &+= live &>> 3
        live &= 7
    }

    /// Writes bits, at most 48.
    @inline(__always)
    mutating func write(_ value: UInt64, _ count: Int) {
        hold(value, count)
        flush()
    }
}

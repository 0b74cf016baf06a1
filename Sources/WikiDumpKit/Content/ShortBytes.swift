/// Up to 31 bytes stored inline, without a heap allocation.
///
/// Each revision of a history has two hashes and a timestamp. As arrays, they would cost more to allocate than to read.
public struct ShortBytes: Sendable, Hashable {
    /// The most bytes that fit.
    public static let capacity = 31

    // The bytes in memory order; the last byte of `word3` is the count.
    private var word0: UInt64 = 0
    private var word1: UInt64 = 0
    private var word2: UInt64 = 0
    private var word3: UInt64 = 0

    /// Makes an empty value.
    public init() {}

    /// Copies bytes; drops those after the first ``capacity``.
    public init(_ bytes: some Collection<UInt8>) {
        let short = bytes.prefix(Self.capacity)
        unsafe withUnsafeMutableBytes(of: &self) { memory in
            var count = 0
            for byte in short {
                unsafe memory[count] = byte
                count += 1
            }
            unsafe memory[Self.capacity] = UInt8(count)
        }
    }

    /// Copies bytes from memory; drops those after the first ``capacity``.
    init(_ bytes: UnsafeRawBufferPointer) {
        let count = Swift.min(bytes.count, Self.capacity)
        unsafe withUnsafeMutableBytes(of: &self) { memory in
            unsafe memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            unsafe memory[Self.capacity] = UInt8(count)
        }
    }
}

extension ShortBytes: RandomAccessCollection {
    /// Always 0.
    public var startIndex: Int { 0 }

    /// The number of bytes.
    public var endIndex: Int {
        unsafe withUnsafeBytes(of: self) { unsafe Int($0[Self.capacity]) }
    }

    /// The byte at a position.
    public subscript(position: Int) -> UInt8 {
        precondition(position >= 0 && position < endIndex, "a position outside of the bytes")
        return unsafe withUnsafeBytes(of: self) { unsafe $0[position] }
    }

    /// Passes the bytes as one contiguous buffer, so that appending them to an array is a single copy.
    public func withContiguousStorageIfAvailable<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R? {
        let count = endIndex
        return try unsafe withUnsafeBytes(of: self) { memory in
            let bytes = unsafe memory.assumingMemoryBound(to: UInt8.self)
            return try unsafe body(UnsafeBufferPointer(rebasing: bytes[..<count]))
        }
    }
}

extension ShortBytes: ExpressibleByStringLiteral, CustomStringConvertible {
    /// Makes a value from the UTF-8 of a string literal.
    public init(stringLiteral value: String) { self.init(value.utf8) }

    /// The bytes decoded as UTF-8.
    public var description: String { String(decoding: self, as: UTF8.self) }
}

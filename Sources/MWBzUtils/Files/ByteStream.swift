/// Bytes that arrive one chunk after the other: a file, or what a decoder makes of another stream.
///
/// Streams stack: `BzDecoder(FileBytes(path))` reads a compressed file in bounded memory.
public protocol ByteStream: ~Copyable {
    /// The next bytes, of any number but zero; nil at the end, and ever after.
    mutating func next() throws(BzError) -> [UInt8]?
}

extension ByteStream where Self: ~Copyable {
    /// Everything that is left, in one array.
    public mutating func readAll() throws(BzError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try next() { bytes += chunk }
        return bytes
    }
}

/// Bytes that are in memory already, as a stream.
public struct MemoryBytes: ByteStream, Sendable {
    private var rest: [UInt8]

    /// Makes a stream of one chunk.
    public init(_ bytes: [UInt8]) { rest = bytes }

    /// The bytes; nil from the second call on, or if there are none.
    public mutating func next() throws(BzError) -> [UInt8]? {
        defer { rest = [] }
        return rest.isEmpty ? nil : rest
    }
}

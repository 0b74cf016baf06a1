/// Bytes that arrive one chunk after the other: a file, or what a decoder makes of another stream.
///
/// Streams stack: `BzDecoder(FileBytes(path))` reads a compressed file in bounded memory.
public protocol ByteStream: ~Copyable {
    /// The next bytes, at least one; nil at the end and on every later call.
    mutating func next() throws(BzError) -> [UInt8]?
}

extension ByteStream where Self: ~Copyable {
    /// All remaining bytes.
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

/// Counts the bytes that a stream returned. Only the task that reads the stream uses it.
final class ByteMeter {
    var count: Int64 = 0
}

/// A stream whose bytes are counted as they are read.
struct MeteredBytes<Source: ByteStream & ~Copyable>: ByteStream, ~Copyable {
    private var source: Source
    private let meter: ByteMeter

    init(_ source: consuming Source, meter: ByteMeter) {
        self.source = source
        self.meter = meter
    }

    mutating func next() throws(BzError) -> [UInt8]? {
        let chunk = try source.next()
        meter.count += Int64(chunk?.count ?? 0)
        return chunk
    }
}

/// A stream whose first bytes can be looked at before it is read.
struct PrefixedBytes<Source: ByteStream & ~Copyable>: ByteStream, ~Copyable {
    private var prefix: [UInt8]
    private var source: Source

    /// Reads the first bytes of a source; fewer than `count` only if it has no more.
    init(_ source: consuming Source, count: Int) throws(BzError) {
        var bytes: [UInt8] = []
        while bytes.count < count, let chunk = try source.next() { bytes += chunk }
        prefix = bytes
        self.source = source
    }

    /// The first bytes; empty once they have been returned by ``next()``.
    var start: [UInt8] { prefix }

    mutating func next() throws(BzError) -> [UInt8]? {
        guard prefix.isEmpty else {
            defer { prefix = [] }
            return prefix
        }
        return try source.next()
    }
}

/// Counts the bytes that a stream gave. Belongs to the one task that reads the stream.
final class ByteMeter {
    var count: Int64 = 0
}

/// A stream whose bytes are counted as they go by.
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

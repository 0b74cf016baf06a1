/// A stream of which the first bytes have been looked at already: gives them again, then the rest.
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

    /// The first bytes, as long as they have not been given.
    var start: [UInt8] { prefix }

    mutating func next() throws(BzError) -> [UInt8]? {
        guard prefix.isEmpty else {
            defer { prefix = [] }
            return prefix
        }
        return try source.next()
    }
}

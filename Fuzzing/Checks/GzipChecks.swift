import MWBzUtils

/// The gzip reader.
enum GzipChecks {
    /// What a few damaged bytes may make at most before the check stops.
    private static let limit = 50_000_000

    static func run(_ data: [UInt8]) throws {
        let whole = read(data, inPiecesOf: max(1, data.count))
        let pieces = read(data, inPiecesOf: 7)
        let shared = min(whole.text.count, pieces.text.count)
        // How much comes before an error depends on the pieces.
        try require(whole.text[..<shared] == pieces.text[..<shared], "another text, read in pieces")
        if whole.text.count < limit, pieces.text.count < limit {
            try require(whole.error?.code == pieces.error?.code, "another error, read in pieces")
            try require(whole.error != nil || whole.text.count == pieces.text.count, "less text, read in pieces")
            try require(whole.rest == pieces.rest, "another end, read in pieces")
            try require((0...data.count).contains(Int(whole.rest ?? 0)), "it ends outside of the data")
        }
        var decoder = GzipDecoder(MemoryBytes(try GzipMember.compress(data) + data))
        var text: [UInt8] = []
        while text.count < data.count, let chunk = try decoder.next() { text += chunk }
        try require(text.starts(with: data), "the encoder changed the data")
    }

    private static func read(_ data: [UInt8], inPiecesOf size: Int) -> (text: [UInt8], error: BzError?, rest: Int64?) {
        var decoder = GzipDecoder(PiecewiseBytes(rest: data[...], size: size))
        var text: [UInt8] = []
        do throws(BzError) {
            while text.count < limit, let chunk = try decoder.next() { text += chunk }
            return (text, nil, decoder.trailingOffset)
        } catch {
            return (text, error, nil)
        }
    }
}

/// Bytes in memory that come in small pieces.
struct PiecewiseBytes: ByteStream {
    var rest: ArraySlice<UInt8>
    let size: Int

    mutating func next() throws(BzError) -> [UInt8]? {
        defer { rest = rest.dropFirst(size) }
        return rest.isEmpty ? nil : Array(rest.prefix(size))
    }
}

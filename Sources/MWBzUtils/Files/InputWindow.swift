/// The compressed bytes a decoder has been given and has not used yet, and where in the data they stand.
struct InputWindow: Sendable {
    private var bytes: [UInt8] = []
    private var start = 0
    /// Bytes used so far.
    private(set) var offset: Int64 = 0
    /// Whether the source has no more.
    private(set) var isAtEnd = false

    var count: Int { bytes.count - start }
    var isEmpty: Bool { count == 0 }

    /// Takes what a source gave.
    mutating func append(_ chunk: [UInt8]?) {
        guard let chunk else {
            isAtEnd = true
            return
        }
        if isEmpty {
            bytes = chunk
        } else {
            bytes = bytes[start...] + chunk
        }
        start = 0
    }

    /// The first bytes, fewer if there are not so many.
    func prefix(_ limit: Int) -> [UInt8] { Array(bytes[start...].prefix(limit)) }

    /// Lets `body` look at the bytes and drops those it says it used.
    mutating func consume<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(BzError) -> (used: Int, result: Result)
    ) throws(BzError) -> Result {
        let (used, result) = try unsafe bytes.withUnsafeBufferPointer { buffer throws(BzError) in
            try unsafe body(UnsafeBufferPointer(rebasing: buffer[start...]))
        }
        start += used
        offset += Int64(used)
        return result
    }
}

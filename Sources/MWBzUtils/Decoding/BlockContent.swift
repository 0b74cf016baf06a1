/// Writes out the runs of a block and sums it up, and keeps it unless it is unusually long.
struct BlockContent {
    /// Bytes that are written out at a time; with 51 for each of them they stay in the nearer caches.
    private static let stretch = 4096
    /// Content that is so many times as long as the block before its runs are written out is not kept.
    private static let keptRatio = 2
    private let limit: Int
    private var expander: RunLengthExpander
    private var isKept = true
    private var crc = BzCRC()
    private var size = 0

    /// - Parameter codedCount: How many bytes will come.
    init(codedCount: Int) {
        limit = max(1 << 16, codedCount * Self.keptRatio)
        // Text gets longer by less than a hundredth.
        expander = RunLengthExpander(capacity: codedCount + codedCount / 64 + Self.stretch)
    }

    mutating func add(_ coded: UnsafeBufferPointer<UInt8>) {
        var start = 0
        while start < coded.count {
            let end = min(coded.count, start + Self.stretch)
            let before = expander.bytes.count
            unsafe expander.append(UnsafeBufferPointer(rebasing: coded[start..<end]))
            unsafe expander.bytes.withUnsafeBufferPointer { bytes in
                unsafe crc.add(UnsafeBufferPointer(rebasing: bytes[before...]))
            }
            size += expander.bytes.count - before
            if expander.bytes.count > limit { isKept = false }
            if !isKept { expander.discardBytes() }
            start = end
        }
    }

    /// Bytes of the content; nil if it is not what was summed up.
    func size(ifCRC expected: UInt32) -> Int? { expander.isComplete && crc.value == expected ? size : nil }

    /// The content; nil if it is too long to be kept.
    var bytes: [UInt8]? { isKept ? expander.bytes : nil }
}

/// Reads a file from front to back and gives the places where blocks may begin, each with its bytes.
struct BlockCandidates {
    struct Candidate: Sendable {
        /// Where its mark begins in the file.
        let bitOffset: Int64
        /// The bytes from its mark to behind the next mark.
        let bytes: [UInt8]
    }

    private static let chunkSize = 1 << 20
    /// A block at level 9 is at most this long; farther off, the next mark belongs to something else.
    private static let longestBlock = 1_100_000
    private let file: any CompressedBytes
    private var scanner = BzMarkScanner()
    private var marks: [BzMark] = []
    /// How many of the marks have been given out.
    private var used = 0
    private var bytes: [UInt8] = []
    /// Where `bytes` begin in the file.
    private var offset: Int64 = 0
    private var isAtEnd = false

    init(_ file: any CompressedBytes) { self.file = file }

    /// From where the file will be read on.
    var readOffset: Int64 { offset + Int64(bytes.count) }

    /// The next candidate; nil when there are no more.
    mutating func next() throws(BzError) -> Candidate? {
        while true {
            while used < marks.count, marks[used].kind == .footer { used += 1 }
            let isWhole = used + 1 < marks.count || used < marks.count && bytesBehind(marks[used]) >= Self.longestBlock
            if isWhole || isAtEnd { break }
            try fill()
        }
        guard used < marks.count else { return nil }
        let mark = marks[used]
        used += 1
        let start = Int(mark.bitOffset / 8 - offset)
        var end = min(bytes.count, start + Self.longestBlock)
        if used < marks.count { end = min(end, Int((marks[used].bitOffset + 80) / 8 + 1 - offset)) }
        return Candidate(bitOffset: mark.bitOffset, bytes: Array(bytes[start..<end]))
    }

    private func bytesBehind(_ mark: BzMark) -> Int { bytes.count - Int(mark.bitOffset / 8 - offset) }

    private mutating func fill() throws(BzError) {
        marks.removeSubrange(..<used)
        used = 0
        // Without a mark, only the bytes in which one may have begun are needed any more.
        let done = marks.first.map { Int($0.bitOffset / 8 - offset) } ?? max(0, bytes.count - 16)
        bytes.removeSubrange(..<done)
        offset += Int64(done)
        let chunk = try file.read(at: readOffset, count: Self.chunkSize)
        marks += chunk.isEmpty ? scanner.finish() : scanner.scan(chunk)
        bytes += chunk
        isAtEnd = chunk.isEmpty
    }
}

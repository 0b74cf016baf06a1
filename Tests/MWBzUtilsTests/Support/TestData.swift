import MWBzUtils

/// Random numbers that a seed in the name of a test brings back.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

enum TestData {
    /// Words, runs of all lengths around the limits of the run-length stage, and noise.
    static func mixture(count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 1000)
        let words = [
            "<page>\n", "    <title>", "revision", " the ", "of", "\u{e9}t\u{e9}", "aaa", "bookkeeper", "====", "\n\n",
        ]
        while bytes.count < count {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0:
                let length = [3, 4, 5, 6, 254, 255, 256, 258, 259, 260, 511].randomElement(using: &generator) ?? 4
                bytes += repeatElement(UInt8.random(in: 0...3, using: &generator), count: length)
            case 1:
                for _ in 0..<8 { bytes.append(UInt8.random(in: 0...255, using: &generator)) }
            default:
                bytes += (words.randomElement(using: &generator) ?? "").utf8
            }
        }
        return Array(bytes.prefix(count))
    }

    /// Noise that nothing can compress.
    static func noise(count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            let word = generator.next()
            for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> (shift * 8))) }
        }
        return Array(bytes.prefix(count))
    }

    /// Inputs at the edges: nothing, one byte, runs, one whole block and a byte more or less.
    static let edges: [(name: String, bytes: [UInt8])] = [
        ("empty", []),
        ("one byte", [0]),
        ("four equal", [7, 7, 7, 7]),
        ("run of 255", Array(repeating: 9, count: 255)),
        ("run of 256", Array(repeating: 9, count: 256)),
        ("block less one", noise(count: 99_980, seed: 1)),
        ("block", noise(count: 99_981, seed: 1)),
        ("block and one", noise(count: 99_982, seed: 1)),
        ("block and four equal", noise(count: 99_980, seed: 1) + [5, 5, 5, 5, 6]),
        ("run over the border", noise(count: 99_970, seed: 1) + Array(repeating: 1, count: 3000) + [2, 3]),
        ("long run", Array(repeating: 0, count: 5_200_000)),
        ("all bytes", Array(0...255)),
    ]
}

/// The bytes as a stream of chunks of the given size.
struct Chunked: ByteStream {
    var rest: ArraySlice<UInt8>
    let size: Int

    init(_ bytes: [UInt8], size: Int) {
        rest = bytes[...]
        self.size = size
    }

    mutating func next() throws(BzError) -> [UInt8]? {
        guard !rest.isEmpty else { return nil }
        defer { rest = rest.dropFirst(size) }
        return Array(rest.prefix(size))
    }
}

import SystemPackage

@testable import MWBzUtils

/// The bzip2 code. The first byte chooses the check, the others are the data.
enum BzipChecks {
    static func run(_ input: [UInt8]) throws {
        guard let kind = input.first else { return }
        let data = Array(input.dropFirst())
        switch kind % 6 {
        case 0: try decodeBlock(data)
        case 1: try readFile(data)
        case 2: try scanMarks(data)
        case 3: try encode(data)
        case 4: break
        default: try cutRuns(data)
        }
    }

    /// Both decoders agree on the block that begins behind the header.
    private static func decodeBlock(_ data: [UInt8]) throws {
        let ours = Result { () throws(BzError) in try BzFastDecoder().decode(data, at: 32, level: 1) }
        let theirs = Result { () throws(BzError) in try BzLibraryDecoder().decode(data, at: 32, level: 1) }
        switch (ours, theirs) {
        case (.success(let our), .success(let their)):
            try require(our.content() == their.content() && our.bitCount == their.bitCount, "the contents differ")
        case (.failure(let our), .failure(let their)):
            try require(our.code == their.code, "\(our) is not \(their)")
        // libbz2 cannot tell where a block ends that no magic follows.
        case (.success, .failure): break
        case (.failure(let our), .success): throw Violation(description: "only libbz2 decodes it: \(our)")
        }
    }

    /// The reader gives what libbz2 gives, and no more before an error than is right.
    private static func readFile(_ data: [UInt8]) throws {
        var decoder = BzDecoder(MemoryBytes(data))
        var theirs: [UInt8] = []
        var theirError: BzError?
        do {
            while let chunk = try decoder.next(), theirs.count < 50_000_000 { theirs += chunk }
        } catch { theirError = error }
        if theirs.count >= 50_000_000 { return }
        let result = try waiting {
            var ours: [UInt8] = []
            do {
                _ = try await BzBlockReader(MemoryBytes(data), named: "input", taskCount: 2).read { ours += $0.bytes }
                return (ours, nil as BzError?)
            } catch { return (ours, error as? BzError) }
        }
        if theirError == nil {
            try require(result.1 == nil, "only libbz2 reads it: \(result.1.map { "\($0)" } ?? "")")
            try require(result.0 == theirs, "the contents differ")
        } else {
            try require(result.1 != nil, "libbz2 says \(theirError.map { "\($0)" } ?? ""), the reader nothing")
            try require(provenText(data).starts(with: result.0), "the reader gave something else before its error")
        }
    }

    /// The text of all blocks, from the first, that stand where a block must stand and whose checksums hold.
    ///
    /// libbz2 as a stream tells less: it keeps back what it has decoded when it meets an error.
    private static func provenText(_ data: [UInt8]) -> [UInt8] {
        func word(_ bit: Int, _ count: Int) -> UInt64? {
            guard bit >= 0, bit + count <= data.count * 8 else { return nil }
            return (bit..<bit + count).reduce(0) { $0 << 1 | UInt64(data[$1 / 8] >> UInt8(7 - $1 % 8) & 1) }
        }
        var text: [UInt8] = []
        var bit = 0
        // "BZh" and a digit begin a stream.
        while let header = word(bit, 32), header >> 8 == 0x425A68, (0x31...0x39).contains(header & 0xFF) {
            bit += 32
            while word(bit, 48) == 0x3141_5926_5359 {
                let level = Int(header & 0xFF) - 0x30
                guard let block = try? BzFastDecoder().decode(data, at: bit, level: level) else { return text }
                text += block.content()
                bit += block.bitCount
            }
            guard word(bit, 48) == 0x1772_4538_5090 else { return text }
            bit = (bit + 80 + 7) / 8 * 8
        }
        return text
    }

    /// The scanner finds what a look at every bit finds, however the data is cut.
    private static func scanMarks(_ data: [UInt8]) throws {
        guard data.count < 5000 else { return }
        var expected: [BzMagic] = []
        var word: UInt64 = 0
        for bit in 0..<data.count * 8 {
            word = word << 1 & 0xFFFF_FFFF_FFFF | UInt64(data[bit / 8] >> UInt8(7 - bit % 8) & 1)
            guard bit >= 47 else { continue }
            if word == 0x3141_5926_5359 { expected.append(BzMagic(.block, at: Int64(bit - 47))) }
            if word == 0x1772_4538_5090 { expected.append(BzMagic(.footer, at: Int64(bit - 47))) }
        }
        var scanner = BzMagicScanner()
        var found: [BzMagic] = []
        let size = 1 + Int(data.first ?? 0)
        for start in stride(from: 0, to: data.count, by: size) {
            found += scanner.scan(Array(data[start..<min(start + size, data.count)]))
        }
        try require(found + scanner.finish() == expected, "other magic numbers")
    }

    /// libbz2 reads what our encoder writes.
    private static func encode(_ data: [UInt8]) throws {
        guard let first = data.first else { return }
        // Few letters and repetition make more of a little data than it is.
        let letters = data.map { $0 & (first | 3) }
        let bytes = first % 4 == 0 ? Array((0..<Int(first) + 1).map { _ in letters }.joined()) : letters
        var decoder = BzDecoder(MemoryBytes(try BzStream.compress(bytes, level: 1)))
        try require(try decoder.readAll() == bytes, "the encoder changed the data")
    }

    /// Runs are cut into blocks that fit.
    private static func cutRuns(_ data: [UInt8]) throws {
        var bytes: [UInt8] = []
        for pair in stride(from: 0, to: data.count - 1, by: 2) {
            bytes += repeatElement(data[pair] & 3, count: Int(data[pair + 1]))
        }
        var cutter = BzBlockCutter(level: 1)
        var pieces = cutter.append(bytes)
        if let last = cutter.flush() { pieces.append(last) }
        try require(pieces.reduce([], +) == bytes, "bytes were lost")
        for piece in pieces {
            try require(try BzBlock.encode(piece, level: 1).count == 1, "a piece does not fit a block")
        }
    }
}

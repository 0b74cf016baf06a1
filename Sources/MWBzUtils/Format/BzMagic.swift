/// A place in bzip2 data with the 48 bits that a block or a footer begins with.
///
/// The same bits can occur inside a block by chance (once in some 35 TB), or because somebody put them there. So a magic
/// number is where a block *may* begin. Only decoding the block and verifying its checksum tells.
public struct BzMagic: Sendable, Hashable {
    /// What a magic number announces.
    public enum Kind: Sendable, Hashable {
        /// A block.
        case block
        /// The footer of a stream.
        case footer

        /// The bits.
        var pattern: UInt64 {
            switch self {
            case .block: BzStream.blockMagic
            case .footer: BzStream.footerMagic
            }
        }
    }

    /// What the magic announces.
    public let kind: Kind
    /// Where its first bit is, in bits from the start of the data.
    public let bitOffset: Int64

    /// Makes a magic number.
    public init(_ kind: Kind, at bitOffset: Int64) {
        self.kind = kind
        self.bitOffset = bitOffset
    }
}

/// Finds the magic numbers of blocks and footers at any bit offset, in data that arrives in chunks of any size.
///
/// Wherever a magic number begins inside its first byte, the five bytes after that one are whole bytes of the magic.
/// So among the pairs of bytes at every fourth offset, one lies inside the magic and has one of 64 values. Looking at every
/// fourth byte therefore finds all magic numbers, at some gigabytes a second.
public struct BzMagicScanner: Sendable {
    /// The pairs of bytes inside magic numbers, as a set of bits.
    private static let pairs: [UInt64] = {
        var set = [UInt64](repeating: 0, count: 1 << 10)
        for kind in [BzMagic.Kind.block, .footer] {
            for shift in UInt64(0)..<8 {
                // The magic begins `shift` bits into the first of seven bytes.
                let bits = kind.pattern << (8 - shift)
                for index in UInt64(1)...4 {
                    let pair = Int(bits >> (40 - 8 * index) & 0xFFFF)
                    set[pair >> 6] |= 1 << UInt64(pair & 63)
                }
            }
        }
        return set
    }()
    /// Bytes before the next pair to look at that may hold the start of a magic number.
    private static let lookBehind = 4
    /// Bytes that must follow a pair, so that a magic number around it is all there: the last begins one byte before
    /// the pair.
    private static let lookAhead = 7
    private var held: [UInt8] = []
    private var heldOffset: Int64

    /// Makes a scanner.
    /// - Parameter byteOffset: Where the first chunk is in the data.
    public init(startingAt byteOffset: Int64 = 0) { heldOffset = byteOffset }

    /// Looks through the next bytes.
    /// - Returns: the magic numbers found, in order. A magic number is found when the two bytes after it are known.
    public mutating func scan(_ bytes: [UInt8]) -> [BzMagic] {
        held += bytes
        var magics: [BzMagic] = []
        let used = unsafe held.withUnsafeBytes { unsafe Self.scan($0, offset: heldOffset, into: &magics) }
        held.removeSubrange(..<used)
        heldOffset += Int64(used)
        return magics
    }

    /// Scans what is left when there are no more bytes.
    public mutating func finish() -> [BzMagic] {
        let end = (heldOffset + Int64(held.count)) * 8
        return scan([UInt8](repeating: 0, count: Self.lookBehind + Self.lookAhead))
            .filter { $0.bitOffset + Int64(BzStream.magicBits) <= end }
    }

    /// - Returns: how many bytes are done.
    private static func scan(_ bytes: UnsafeRawBufferPointer, offset: Int64, into magics: inout [BzMagic]) -> Int {
        guard bytes.count >= lookBehind + lookAhead else { return 0 }
        return unsafe pairs.withUnsafeBufferPointer { pairs in
            var index = lookBehind
            while index + lookAhead <= bytes.count {
                let pair = unsafe Int(bytes[index]) << 8 | Int(bytes[index + 1])
                if unsafe pairs[pair >> 6] >> UInt64(pair & 63) & 1 != 0 {
                    for start in index - lookBehind..<index {
                        unsafe test(bytes, at: start, offset: offset, into: &magics)
                    }
                }
                index += 4
            }
            return index - lookBehind
        }
    }

    /// Finds the magic numbers that begin inside the byte at `start`.
    private static func test(
        _ bytes: UnsafeRawBufferPointer, at start: Int, offset: Int64, into magics: inout [BzMagic]
    ) {
        let word = UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        for shift in 0..<8 {
            let bits = word >> UInt64(16 - shift) & 0xFFFF_FFFF_FFFF
            for kind in [BzMagic.Kind.block, .footer] where bits == kind.pattern {
                magics.append(BzMagic(kind, at: (offset + Int64(start)) * 8 + Int64(shift)))
            }
        }
    }
}

/// A place in bzip2 data where the 48 bits stand that a block or a footer begins with.
///
/// The same bits can stand inside a block by chance (once in some 35 TB), or because somebody put them there: a magic
/// number is where a block *may* begin. Only decoding it, with its checksum, tells.
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
    /// Where its first bit stands, in bits from the start of the data.
    public let bitOffset: Int64

    /// Makes a magic number.
    public init(_ kind: Kind, at bitOffset: Int64) {
        self.kind = kind
        self.bitOffset = bitOffset
    }
}

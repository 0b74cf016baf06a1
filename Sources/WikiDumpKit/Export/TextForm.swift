/// How the text of an element is written.
struct TextForm: Sendable {
    /// Whether `"` becomes an entity.
    let escapesQuotes: Bool
    /// Whether CR and CR LF become LF, as they do when an XML parser reads them.
    let foldsLineEnds: Bool

    /// The forms of the two styles of export.
    init(_ style: ExportStyle) {
        escapesQuotes = style == .pages
        foldsLineEnds = style == .pages
    }

    /// Eight bytes at once: which of them cannot be copied as they are. A hit may have false hits above it, but the
    /// lowest hit is always right.
    @inline(__always)
    func specials(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        // < and > differ in one bit; so do " and &.
        let angle = (word & ~(ones &* 0x02)) ^ (ones &* 0x3C)
        let other = (escapesQuotes ? word & ~(ones &* 0x04) : word) ^ (ones &* (escapesQuotes ? 0x22 : 0x26))
        let below = word &- (ones &* 0x20)
        return (word | below | (angle &- ones) | (other &- ones)) & (ones &* 0x80)
    }
}

/// A valid UTF-8 sequence of two to four bytes that MediaWiki keeps.
struct UTF8Sequence {
    let codePoint: UInt32
    let length: Int

    /// Reads the sequence at the start of memory. Returns nil for everything that MediaWiki replaces with U+FFFD: invalid
    /// UTF-8, and the characters U+FFFE and U+FFFF.
    @inline(__always)
    init?(_ bytes: UnsafePointer<UInt8>, _ available: Int) {
        let first = unsafe UInt32(bytes[0])
        guard available >= 2 else { return nil }
        let second = unsafe UInt32(bytes[1]) ^ 0x80
        guard second < 0x40 else { return nil }
        if first < 0xE0 {
            guard first >= 0xC2 else { return nil }
            codePoint = (first & 0x1F) << 6 | second
            length = 2
            return
        }
        guard available >= 3 else { return nil }
        let third = unsafe UInt32(bytes[2]) ^ 0x80
        guard third < 0x40 else { return nil }
        if first < 0xF0 {
            let value = (first & 0x0F) << 12 | second << 6 | third
            guard value >= 0x800, value & 0xF800 != 0xD800, value < 0xFFFE else { return nil }
            codePoint = value
            length = 3
            return
        }
        guard available >= 4, first < 0xF5 else { return nil }
        let fourth = unsafe UInt32(bytes[3]) ^ 0x80
        guard fourth < 0x40 else { return nil }
        let value = (first & 0x07) << 18 | second << 12 | third << 6 | fourth
        guard 0x10000...0x10FFFF ~= value else { return nil }
        codePoint = value
        length = 4
    }

    /// The number of invalid bytes that one U+FFFD replaces, as in MediaWiki's validator. It is a lead byte with its
    /// continuation bytes, even by the old rules for up to six bytes, or else one byte.
    static func invalidLength(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
        let head = unsafe bytes[position]
        let tail =
            switch head {
            case 0xC0...0xDF: 1
            case 0xE0...0xEF: 2
            case 0xF0...0xF7: 3
            case 0xF8...0xFB: 4
            case 0xFC...0xFD: 5
            default: 0
            }
        var length = 1
        while length <= tail, position + length < bytes.count, unsafe bytes[position + length] & 0xC0 == 0x80 {
            length += 1
        }
        return length
    }
}

/// The bytes of a block in the order of their last use, newest first.
///
/// Kept as words of eight bytes, the newest in the lowest byte: moving one to the front is a shift of whole words.
@safe struct MoveToFront {
    private let words: UnsafeMutablePointer<UInt64>

    /// - Parameter words: Room for 32 words, which the caller owns.
    init(_ bytes: [UInt8], in words: UnsafeMutablePointer<UInt64>) {
        unsafe self.words = words
        for index in 0..<32 { unsafe words[index] = 0 }
        for (index, byte) in bytes.enumerated() {
            unsafe words[index >> 3] |= UInt64(byte) << UInt64(8 * (index & 7))
        }
    }

    /// The newest byte.
    var first: UInt8 {
        @inline(__always) get { unsafe UInt8(truncatingIfNeeded: words[0]) }
    }

    /// Moves the byte at a position to the front.
    /// - Parameter position: 0 to 255.
    @inline(__always)
    func use(_ position: Int) -> UInt8 {
        let shift = UInt64(8 &* (position & 7))
        let last = position &>> 3
        let byte = unsafe words[last] &>> shift & 0xFF
        var carry = byte
        var index = 0
        while index < last {
            let word = unsafe words[index]
            unsafe words[index] = word &<< 8 | carry
            carry = word &>> 56
            index &+= 1
        }
        // Of the last word, the bytes up to the position move on, the others stay.
        let moving = ~UInt64(0) &>> (56 &- shift)
        let word = unsafe words[last]
        unsafe words[last] = (word &<< 8 | carry) & moving | word & ~moving
        return UInt8(truncatingIfNeeded: byte)
    }
}

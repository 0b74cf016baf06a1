internal import Crypto

/// The sums of MediaWiki: SHA-1 in 31 digits of base 36.
enum ContentSum {
    /// The sum of some bytes.
    static func sum(of bytes: [UInt8]) -> ShortBytes {
        var words: [UInt32] = []
        var digest = Insecure.SHA1.hash(data: bytes).makeIterator()
        while let first = digest.next() {
            let rest = (digest.next() ?? 0, digest.next() ?? 0, digest.next() ?? 0)
            words.append(UInt32(first) << 24 | UInt32(rest.0) << 16 | UInt32(rest.1) << 8 | UInt32(rest.2))
        }
        var digits = [UInt8](repeating: UInt8(ascii: "0"), count: 31)
        for place in digits.indices.reversed() {
            var remainder: UInt64 = 0
            for index in words.indices {
                let value = remainder << 32 | UInt64(words[index])
                words[index] = UInt32(value / 36)
                remainder = value % 36
            }
            digits[place] = UInt8(remainder) + (remainder < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
        }
        return ShortBytes(digits)
    }

    /// The sum of a slot: as stored or else made from its text; empty if there is neither.
    static func sum(of slot: Slot) -> ShortBytes {
        if !slot.sha1.isEmpty { return slot.sha1 }
        return slot.text.map(sum(of:)) ?? ShortBytes()
    }

    /// The sum of a revision: as stored, or else made from those of its slots, in the order of their roles; empty if
    /// one of these is not known.
    static func sum(of revision: Revision) -> ShortBytes {
        if !revision.sha1.isEmpty, revision.sha1 != "0" { return revision.sha1 }
        if revision.otherSlots.isEmpty { return sum(of: revision.main) }
        let slots = (revision.otherSlots + [revision.main]).sorted {
            $0.role.utf8.lexicographicallyPrecedes($1.role.utf8)
        }
        let sums = slots.map(sum(of:))
        guard let first = sums.first, sums.allSatisfy({ !$0.isEmpty }) else { return ShortBytes() }
        return sums.dropFirst().reduce(first) { sum(of: Array($0) + Array($1)) }
    }
}

/// Times as rows hold them.
enum DatabaseTime {
    /// A stored time in fourteen digits, or nil if it is none. Of MediaWiki's other forms all are damage here.
    static func time(_ stored: ShortBytes) -> ShortBytes? {
        isTime(stored) ? stored : StoredTime.fourteenDigits(of: Array(stored))
    }

    /// Whether fourteen digits can be a time. Days that a short month lacks pass, as with MediaWiki.
    static func isTime(_ digits: ShortBytes) -> Bool {
        guard digits.count == 14 else { return false }
        var number = 0
        for byte in digits {
            guard 48...57 ~= byte else { return false }
            number = number * 10 + Int(byte - 48)
        }
        let month = number / 100_000_000 % 100
        let day = number / 1_000_000 % 100
        return 1...12 ~= month && 1...31 ~= day && number / 10_000 % 100 < 24 && number / 100 % 100 < 60
            && number % 100 < 60
    }
}

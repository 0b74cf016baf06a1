extension UTCTime {
    /// Reads `2026-11-24 02:14:32`, as status files have it; nil for anything else.
    package init?(statusText text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 19, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: " "), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":")
        else { return nil }
        func digits(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        func number(_ range: Range<Int>, below limit: Int64) -> Int64? {
            guard bytes[range].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let value = Int64(digits(range)), value < limit
            else { return nil }
            return value
        }
        guard DumpDate(digits(0..<4) + digits(5..<7) + digits(8..<10)) != nil,
            let year = number(0..<4, below: 10_000), let month = number(5..<7, below: 13),
            let day = number(8..<10, below: 32), let hour = number(11..<13, below: 24),
            let minute = number(14..<16, below: 60), let second = number(17..<19, below: 61)
        else { return nil }
        // Years begin in March here, so that the leap day is the last one.
        let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468
        self.init(seconds: ((days * 24 + hour) * 60 + minute) * 60 + second)
    }
}

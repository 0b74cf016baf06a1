/// The date of a dump run, `YYYYMMDD`. It is the name of a folder and part of every file name.
public struct DumpDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The eight digits.
    public let description: String

    /// Parses eight digits that form a valid date; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 8, bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        let digits = bytes.map { Int($0 - UInt8(ascii: "0")) }
        let year = digits[0...3].reduce(0) { $0 * 10 + $1 }
        let (month, day) = (digits[4] * 10 + digits[5], digits[6] * 10 + digits[7])
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard year >= 1970, (1...12).contains(month), (1...lengths[month - 1]).contains(day) else { return nil }
        description = String(text)
    }

    /// Parses a date as people type it: `20261124` or `2026-11-24`; nil for anything else.
    public init?(typed text: String) {
        let bytes = Array(text.utf8)
        let dash = UInt8(ascii: "-")
        let isDashed = bytes.count == 10 && bytes[4] == dash && bytes[7] == dash
        self.init(isDashed ? text.filter { $0 != "-" } : text)
    }

    /// The date of an instant, in UTC.
    public init(_ time: UTCTime) {
        let d = time.civil
        description = d.year.padded(4) + d.month.padded(2) + d.day.padded(2)
    }

    /// Chronological order.
    public static func < (a: DumpDate, b: DumpDate) -> Bool { a.description < b.description }

    /// The date for people, such as `2026-11-24`.
    public var dashed: String {
        let d = description
        return "\(d.prefix(4))-\(d.dropFirst(4).prefix(2))-\(d.suffix(2))"
    }
}

extension UTCTime {
    /// Parses a time such as `2026-11-24 02:14:32`, the format of status files; nil for anything else.
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
        // Counting years from March puts the leap day at the end.
        let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468
        self.init(seconds: ((days * 24 + hour) * 60 + minute) * 60 + second)
    }
}

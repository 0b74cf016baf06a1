/// The date of a dump run, `YYYYMMDD`: a folder name and part of every file name.
public struct DumpDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The eight digits.
    public let description: String

    /// Checks eight digits that form a day of the calendar; returns nil for anything else.
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

    /// The day on which an instant falls, in UTC.
    public init(_ time: UTCTime) {
        let d = time.civil
        description = d.year.padded(4) + d.month.padded(2) + d.day.padded(2)
    }

    /// Order in time.
    public static func < (a: DumpDate, b: DumpDate) -> Bool { a.description < b.description }

    /// `2026-11-24`, for people.
    public var dashed: String {
        let d = description
        return "\(d.prefix(4))-\(d.dropFirst(4).prefix(2))-\(d.suffix(2))"
    }
}

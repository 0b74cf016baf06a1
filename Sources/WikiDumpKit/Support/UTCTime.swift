import CLibrary

/// A moment in time, in whole seconds since 1970-01-01 00:00:00 UTC.
///
/// Dumps contain only UTC times, so this type has no time zones.
public struct UTCTime: Sendable, Hashable, Comparable {
    /// Seconds since the epoch.
    public let seconds: Int64

    /// Creates a time from seconds since the epoch.
    public init(seconds: Int64) { self.seconds = seconds }

    /// Orders by time.
    public static func < (a: UTCTime, b: UTCTime) -> Bool { a.seconds < b.seconds }

    /// The year, month and day in the proleptic Gregorian calendar, and the day of the week (0 is Sunday).
    var civil: (year: Int, month: Int, day: Int, weekday: Int) {
        // Days are counted in eras of 400 years that begin on 1 March, so that the leap day comes last.
        let days = Int(seconds.floorDivided(by: 86_400))
        let shifted = days + 719_468
        let era = Int(Int64(shifted).floorDivided(by: 146_097))
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let weekday = Int((Int64(days) + 4).floorRemainder(by: 7))
        return (year, month, day, weekday)
    }

    /// The hour, minute and second of the day.
    private var clockText: String {
        let second = Int(seconds.floorRemainder(by: 86_400))
        return "\((second / 3_600).padded(2)):\((second / 60 % 60).padded(2)):\((second % 60).padded(2))"
    }

    private var dateText: String {
        let d = civil
        return "\(d.year.padded(4))-\(d.month.padded(2))-\(d.day.padded(2))"
    }

    /// The form in status files: `2026-11-24 02:14:32`.
    public var statusText: String { "\(dateText) \(clockText)" }

    /// The form in XML and JSON: `2026-11-24T02:14:32Z`.
    public var iso8601: String { "\(dateText)T\(clockText)Z" }

    /// The form on pages, which HTML knows as a time: `2026-11-24 02:14Z`.
    var minuteText: String { "\(statusText.dropLast(3))Z" }

    /// The form in RSS feeds: `Tue, 24 Nov 2026 02:14:32 GMT`.
    public var rfc822: String {
        let d = civil
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(weekdays[d.weekday]), \(d.day.padded(2)) \(months[d.month - 1]) \(d.year.padded(4)) \(clockText) GMT"
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    fileprivate func floorRemainder(by divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}

extension BinaryInteger {
    /// The digits, with leading zeros up to `width`.
    package func padded(_ width: Int, radix: Int = 10) -> String {
        let digits = String(self, radix: radix)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}

/// Tells the current time. It is passed in wherever time matters, so that a test can control it.
public protocol WallClock: Sendable {
    /// The current time.
    func now() -> UTCTime
}

/// The clock of a machine. Times of files do not come from it, but from that of the file server.
package protocol MachineClock: WallClock {}

/// The clock of this machine.
public struct SystemWallClock: WallClock, MachineClock {
    /// Creates the clock.
    public init() {}

    /// The current time.
    public func now() -> UTCTime { UTCTime(seconds: Int64(time(nil))) }
}

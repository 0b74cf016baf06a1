/// Parses times in the formats that MediaWiki's `ConvertibleTimestamp` accepts. In a database, all but the first are damage.
enum StoredTime {
    /// The time as fourteen digits in UTC, or nil if MediaWiki cannot read it either.
    ///
    /// The formats are fourteen digits, ISO 8601 with and without separators, Unix seconds, and those of PostgreSQL, Oracle,
    /// EXIF and mail. As in PHP, fields that are too large carry over: February 30 is March 1.
    static func fourteenDigits(of bytes: [UInt8]) -> ShortBytes? {
        guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty, text != "0" else { return nil }
        let forms = [compact, separated, unix, oracle, mail]
        guard let seconds = forms.lazy.compactMap({ $0(text) }).first else { return nil }
        return digits(seconds)
    }

    // MARK: The forms

    /// `YYYYMMDDHHMMSS`, and `YYYYMMDDTHHMMSS` with fraction and zone.
    private static func compact(_ text: String) -> Int64? {
        var reader = FieldReader(text)
        guard let date = reader.fields([4, 2, 2], separator: nil) else { return nil }
        let isBasic = reader.skip("T")
        guard let time = reader.fields([2, 2, 2], separator: nil) else { return nil }
        let zone = isBasic ? reader.fractionAndZone() : 0
        guard let zone, reader.isAtEnd(lineEnd: isBasic) else { return nil }
        return seconds(date, time) - zone
    }

    /// `YYYY-MM-DD HH:MM:SS`, also with a `T`, a fraction and a zone, and `YYYY:MM:DD HH:MM:SS`.
    private static func separated(_ text: String) -> Int64? {
        for separator in ["-", ":"] as [Character] {
            var reader = FieldReader(text)
            guard let date = reader.fields([4, 2, 2], separator: separator) else { continue }
            guard reader.skip(" ") || separator == "-" && reader.skip("T"),
                let time = reader.fields([2, 2, 2], separator: ":"),
                let zone = separator == ":" ? 0 : reader.fractionAndZone(), reader.isAtEnd(lineEnd: separator == "-")
            else { return nil }
            return seconds(date, time) - zone
        }
        return nil
    }

    /// Seconds since 1970, with up to six decimals.
    private static func unix(_ text: String) -> Int64? {
        var reader = FieldReader(text)
        let isNegative = reader.skip("-")
        guard let whole = reader.number(1...13) else { return nil }
        var hasFraction = false
        if reader.skip(".") {
            guard let fraction = reader.number(1...6) else { return nil }
            hasFraction = fraction > 0
        }
        guard reader.isAtEnd(lineEnd: false) else { return nil }
        return isNegative ? -whole - (hasFraction ? 1 : 0) : whole
    }

    /// `DD-MM-YYYY HH:MM:SS.ffffff`.
    private static func oracle(_ text: String) -> Int64? {
        var reader = FieldReader(text)
        guard let date = reader.fields([2, 2, 4], separator: "-"), reader.skip(" "),
            let time = reader.fields([2, 2, 2], separator: ":"), reader.skip("."), reader.number(6...6) != nil,
            reader.isAtEnd(lineEnd: true)
        else { return nil }
        return seconds([date[2], date[1], date[0]], time)
    }

    /// `Mon, 03 Feb 2020 04:05:06 GMT`. The weekday and the zone are optional.
    private static func mail(_ text: String) -> Int64? {
        var words = text.split { " \t\r\n".contains($0) }
        var weekday: Int?
        if let first = words.first, first.count == 4, first.last == "," {
            weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"].firstIndex { $0 == first.dropLast() }
            guard weekday != nil else { return nil }
            words.removeFirst()
        }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard 4...5 ~= words.count, let day = Int64(words[0]), words[0].count <= 2,
            let month = months.firstIndex(where: { $0 == words[1] }), var year = Int64(words[2]), words[2].count >= 2
        else { return nil }
        if year < 1000 { year += year < 50 ? 2000 : 1900 }
        var reader = FieldReader(String(words[3]))
        guard let time = reader.fields([2, 2, 2], separator: ":"), reader.isAtEnd(lineEnd: false) else { return nil }
        var zone: Int64 = 0
        if words.count == 5, !["GMT", "UT", "Z"].contains(words[4]) {
            var reader = FieldReader(String(words[4]))
            guard words[4].count == 5, let offset = reader.fractionAndZone(), reader.isAtEnd(lineEnd: false)
            else { return nil }
            zone = offset
        }
        // If the weekday does not match, the date moves to the next day that does, as in PHP.
        let number = days(year, Int64(month + 1), day)
        let shift = weekday.map { ((Int64($0) - number) % 7 + 7) % 7 } ?? 0
        return seconds([year, Int64(month + 1), day + shift], time) - zone
    }

    // MARK: The calendar

    /// The seconds since 1970 for a date and a time. Fields may be too large.
    private static func seconds(_ date: [Int64], _ time: [Int64]) -> Int64 {
        days(date[0], date[1], date[2]) * 86400 + time[0] * 3600 + time[1] * 60 + time[2]
    }

    /// The days since 1970 in the Gregorian calendar, extended back to year 0.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        // Counting years from March puts the leap day at the end.
        let months = year * 12 + month - 1 - 2
        let shifted = floorDivide(months, 12)
        let monthInYear = months - shifted * 12
        let leapDays = floorDivide(shifted, 4) - floorDivide(shifted, 100) + floorDivide(shifted, 400)
        return shifted * 365 + leapDays + (monthInYear * 153 + 2) / 5 + day - 1 - 719_468
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        (value - (value % divisor + divisor) % divisor) / divisor
    }

    /// The time as fourteen digits, or nil if the year does not have four digits.
    private static func digits(_ seconds: Int64) -> ShortBytes? {
        let day = floorDivide(seconds, 86400)
        let time = seconds - day * 86400
        // This guess is never too late.
        var year = 1970 + floorDivide(day, day < 0 ? 365 : 366) - 1
        while days(year + 1, 1, 1) <= day { year += 1 }
        guard 0...9999 ~= year else { return nil }
        var month: Int64 = 1
        while month < 12, days(year, month + 1, 1) <= day { month += 1 }
        let date = year * 10000 + month * 100 + day - days(year, month, 1) + 1
        let number = date * 1_000_000 + time / 3600 * 10000 + time / 60 % 60 * 100 + time % 60
        let text = String(number)
        return ShortBytes((String(repeating: "0", count: 14 - text.count) + text).utf8)
    }
}

/// Removes fields from the front of a text.
private struct FieldReader {
    private var rest: Substring

    init(_ text: String) { rest = text[...] }

    /// Whether nothing is left, except for a line end if that is allowed.
    func isAtEnd(lineEnd: Bool) -> Bool { rest.isEmpty || lineEnd && rest == "\n" }

    mutating func skip(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    /// Removes a number with as many digits as possible.
    mutating func number(_ lengths: ClosedRange<Int>) -> Int64? {
        let digits = rest.prefix(lengths.upperBound).prefix { "0"..."9" ~= $0 && $0.isASCII }
        guard lengths.contains(digits.count) else { return nil }
        rest.removeFirst(digits.count)
        return Int64(digits)
    }

    mutating func fields(_ lengths: [Int], separator: Character?) -> [Int64]? {
        var values: [Int64] = []
        for (index, length) in lengths.enumerated() {
            if index > 0, let separator, !skip(separator) { return nil }
            guard let value = number(length...length) else { return nil }
            values.append(value)
        }
        return values
    }

    /// Skips `.ffffff`, then reads `Z`, ` GMT` or an offset in hours and minutes. Returns the offset in seconds, 0 if there
    /// is none.
    mutating func fractionAndZone() -> Int64? {
        if skip(".") || skip(",") {
            guard number(1...6) != nil else { return nil }
        }
        if skip("Z") { return 0 }
        if rest == " GMT" {
            rest = ""
            return 0
        }
        let isNegative = rest.first == "-"
        guard skip("+") || skip("-") || skip(" ") else { return 0 }
        guard let hours = number(2...2) else { return nil }
        _ = skip(":")
        let offset = hours * 3600 + (number(2...2) ?? 0) * 60
        return isNegative ? -offset : offset
    }
}

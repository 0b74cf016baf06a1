/// A stored time, split into fields.
struct ExportTimestamp {
    private var year = 0
    private var month = 0
    private var day = 0
    private var hour = 0
    private var minute = 0
    private var second = 0

    /// Splits fourteen digits into fields. Missing digits count as 0.
    init(_ digits: ShortBytes) {
        unsafe digits.withContiguousStorageIfAvailable { bytes in
            func field(_ start: Int, _ length: Int) -> Int {
                var value = 0
                for position in start..<min(start + length, bytes.count) {
                    value = unsafe value * 10 + Int(bytes[position] & 15)
                }
                return value
            }
            (year, month, day) = (field(0, 4), field(4, 2), field(6, 2))
            (hour, minute, second) = (field(8, 2), field(10, 2), field(12, 2))
        }
    }

    /// Carries over fields that are too large or zero, as PHP's `DateTime` does: February 30 becomes March 1.
    mutating func normalize() {
        if second < 60, minute < 60, hour < 24, 1...12 ~= month, 1...28 ~= day { return }
        minute += second / 60
        hour += minute / 60
        day += hour / 24
        (second, minute, hour) = (second % 60, minute % 60, hour % 24)
        if month == 0 { (year, month) = (year - 1, 12) }
        year += (month - 1) / 12
        month = (month - 1) % 12 + 1
        if day == 0 {
            month -= 1
            if month == 0 { (year, month) = (year - 1, 12) }
            day = daysInMonth
        }
        while day > daysInMonth {
            day -= daysInMonth
            month += 1
            if month == 13 { (year, month) = (year + 1, 1) }
        }
    }

    private var daysInMonth: Int {
        let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
        return switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Writes the time as twenty bytes.
    func write(into span: inout OutputSpan<UInt8>) {
        func pair(_ value: Int, _ end: Unicode.Scalar, _ span: inout OutputSpan<UInt8>) {
            span.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10 % 10))
            span.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
            span.append(UInt8(ascii: end))
        }
        span.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: year / 1000 % 10))
        span.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: year / 100 % 10))
        pair(year % 100, "-", &span)
        pair(month, "-", &span)
        pair(day, "T", &span)
        pair(hour, ":", &span)
        pair(minute, ":", &span)
        pair(second, "Z", &span)
    }
}

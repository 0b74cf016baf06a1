/// Defines the blanks in configuration and status files: space, and the control characters from tab to carriage return.
enum Blanks {
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains(byte)
    }
}

extension UInt8 {
    /// Whether the byte is a letter or a digit of ASCII.
    package var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}

extension StringProtocol where SubSequence == Substring {
    /// The text without blanks at its end and, unless `leading` is false, at its start.
    func trimmingBlanks(leading: Bool = true) -> Substring {
        func isBlank(_ c: Character) -> Bool { c.utf8.allSatisfy(Blanks.isBlank) }
        let start = leading ? firstIndex { !isBlank($0) } ?? endIndex : startIndex
        guard let last = self[start...].lastIndex(where: { !isBlank($0) }) else { return self[start..<start] }
        return self[start...last]
    }
}

extension String {
    /// The text in single quotes, so that a shell takes it as it is.
    package var inSingleQuotes: String { "'" + replacing("'", with: #"'\''"#) + "'" }

    /// The text for an address: every byte is encoded that is no letter, no digit and none of these marks.
    func percentEncoded(keeping marks: String) -> String {
        utf8.map { byte in
            let isPlain = byte.isAlphanumeric || marks.utf8.contains(byte)
            return isPlain ? String(Unicode.Scalar(byte)) : "%" + byte.padded(2, radix: 16).uppercased()
        }.joined()
    }
}

extension Sequence<UInt8> {
    /// The bytes as two lower-case digits each.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// A whole number with commas between groups of three digits: `1,234,567`.
func groupedDigits(_ number: some BinaryInteger) -> String {
    var out = ""
    let digits = String(number.magnitude)
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { out.append(",") }
        out.append(digit)
    }
    return (number < 0 ? "-" : "") + out
}

/// A number with the name of what is counted: `1 file`, `2,000 files`.
func counted(_ number: some BinaryInteger, _ name: String) -> String {
    number == 1 ? "1 \(name)" : "\(groupedDigits(number)) \(name)s"
}

/// A time for people: `0 s`, `5 min`, `3 h 20 min`, `2 days 4 h`, `17 days`.
package func durationText(_ seconds: Int64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
    func with(_ text: String, _ rest: Int64, _ unit: String) -> String { rest > 0 ? "\(text) \(rest) \(unit)" : text }
    switch seconds {
    case ..<60: return "\(max(0, seconds)) s"
    case ..<3600: return "\(minutes) min"
    case ..<86_400: return with("\(hours) h", minutes % 60, "min")
    case ..<864_000: return with(days == 1 ? "1 day" : "\(days) days", hours % 24, "h")
    default: return "\(days) days"
    }
}

/// A number of bytes as pages show it: `793 bytes`, `10 KB`, `2.0 MB`.
///
/// Units are powers of 1024. KB are rounded down to whole numbers. From MB on there is one decimal place, rounded half to even.
package func sizeText(_ bytes: Int64) -> String {
    if bytes < 1 << 10 { return "\(bytes) bytes" }
    if bytes < 1 << 20 { return "\(bytes >> 10) KB" }
    var (unit, name) = (Int64(1) << 20, "MB")
    for larger in ["GB", "TB"] where bytes >> 10 >= unit { (unit, name) = (unit << 10, larger) }
    let (whole, rest) = bytes.quotientAndRemainder(dividingBy: unit)
    var (tenths, remainder) = (rest * 10).quotientAndRemainder(dividingBy: unit)
    remainder *= 2
    if remainder > unit || (remainder == unit && tenths % 2 == 1) { tenths += 1 }
    return "\(whole + tenths / 10).\(tenths % 10) \(name)"
}

extension RandomAccessCollection where Index == Int {
    /// The first index at which a condition holds. If the condition holds at one index, it must hold at all later ones.
    func partitioningIndex(where holds: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

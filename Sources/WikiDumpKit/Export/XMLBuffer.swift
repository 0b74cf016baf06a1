/// XML under construction: bytes that grow at the end.
///
/// Everything is appended to one array; no value of a field becomes a `String` or an array of its own.
struct XMLBuffer {
    /// What was written so far.
    var bytes: [UInt8] = []
    /// Memory for text that has to be normalised.
    var composer = CanonicalComposer()
    /// Memory for the stretch of text that is being looked at.
    var stretch: [UInt32] = []

    /// Appends what needs no escaping.
    mutating func literal(_ text: StaticString) {
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a number in decimal.
    mutating func number(_ value: Int64) {
        bytes.append(addingCapacity: 20) { span in
            var rest = value.magnitude
            var count = 1
            var bound: UInt64 = 10
            while rest >= bound, count < 19 {
                count += 1
                bound *= 10
            }
            let sign = value < 0 ? 1 : 0
            unsafe span.withUnsafeMutableBufferPointer { digits, initialized in
                if value < 0 { unsafe digits[0] = UInt8(ascii: "-") }
                for place in stride(from: sign + count - 1, through: sign, by: -1) {
                    let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                    unsafe digits[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
                    rest = quotient
                }
                initialized = sign + count
            }
        }
    }

    /// Appends a time of fourteen digits as `YYYY-MM-DDTHH:MM:SSZ`.
    mutating func timestamp(_ digits: ShortBytes) {
        var stamp = ExportTimestamp(digits)
        stamp.normalize()
        bytes.append(addingCapacity: 20) { span in stamp.write(into: &span) }
    }
}

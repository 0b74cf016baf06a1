/// An XML document under construction, which grows at the end.
///
/// Everything is appended to one array. No field value becomes a separate `String` or array.
struct XMLBuffer {
    var bytes: [UInt8] = []
    /// Reused for text that has to be normalised.
    var composer = CanonicalComposer()
    /// Reused for the current stretch of text.
    var stretch: [UInt32] = []

    /// Appends text that needs no escaping.
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

    /// Appends a time, given as fourteen digits, as `YYYY-MM-DDTHH:MM:SSZ`.
    mutating func timestamp(_ digits: ShortBytes) {
        var stamp = ExportTimestamp(digits)
        stamp.normalize()
        bytes.append(addingCapacity: 20) { span in stamp.write(into: &span) }
    }

    /// Appends text as PHP's `htmlspecialchars` writes it, without normalising it. Invalid UTF-8 becomes an empty text.
    ///
    /// Characters that XML forbids become U+FFFD. MediaWiki keeps them in such fields, and its file cannot be parsed.
    mutating func raw(_ text: some Collection<UInt8>, _ form: TextForm) {
        if appendPlain(text) { return }
        guard let string = String(validating: text, as: UTF8.self) else { return }
        for scalar in string.unicodeScalars { append(scalar, quotes: form.escapesQuotes, isAttribute: false) }
    }

    /// Appends an attribute value without the surrounding quotes, as MediaWiki's `Sanitizer::encodeAttribute` writes it. A
    /// value with invalid UTF-8 becomes empty. Characters that XML forbids become U+FFFD.
    mutating func attribute(_ value: some Collection<UInt8>) {
        if appendPlain(value) { return }
        guard let string = String(validating: value, as: UTF8.self) else { return }
        for scalar in string.unicodeScalars { append(scalar, quotes: true, isAttribute: true) }
    }

    private mutating func append(_ scalar: Unicode.Scalar, quotes: Bool, isAttribute: Bool) {
        switch scalar {
        case "<": literal("&lt;")
        case ">": literal("&gt;")
        case "&": literal("&amp;")
        case "\"" where quotes: literal("&quot;")
        case "'" where isAttribute: literal("&#039;")
        case "\n" where isAttribute: literal("&#10;")
        case "\r" where isAttribute: literal("&#13;")
        case "\t" where isAttribute: literal("&#9;")
        case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": literal("\u{FFFD}")
        default: bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
        }
    }

    /// Appends the text in one piece if it consists only of letters, digits and similar characters. Returns whether it did.
    private mutating func appendPlain(_ text: some Collection<UInt8>) -> Bool {
        let isPlain = text.withContiguousStorageIfAvailable { memory in
            // Every character that needs escaping is below `(`, or is `<` or `>`.
            for index in memory.indices {
                let byte = unsafe memory[index]
                if byte < 0x28 || byte >= 0x7F || byte == 0x3C || byte == 0x3E { return false }
            }
            unsafe bytes.append(contentsOf: memory)
            return true
        }
        return isPlain ?? false
    }

    /// Appends text as MediaWiki's `Language::normalize` and `htmlspecialchars` write it. Invalid UTF-8 and characters that
    /// XML forbids become U+FFFD. Everything else is brought into Normalization Form C and escaped.
    mutating func clean(_ text: [UInt8], _ scanner: TextScanner) {
        if text.isEmpty { return }
        reserve(text.count)
        unsafe text.withUnsafeBufferPointer { unsafe clean($0, scanner, normalizing: true) }
    }

    /// Reserves room for a long text at once. Growing step by step would need twice the memory.
    private mutating func reserve(_ count: Int) {
        let wanted = bytes.count + count + count / 8
        if count > 1 << 16, wanted > bytes.capacity { bytes.reserveCapacity(max(wanted, bytes.capacity / 2 * 3)) }
    }

    private mutating func clean(_ source: UnsafeBufferPointer<UInt8>, _ scanner: TextScanner, normalizing: Bool) {
        let start = bytes.count
        var position = 0
        var validStart = 0
        var facts = CleaningFacts()
        while position < source.count {
            let limit = min(source.count, position + 8192)
            var stop = TextScanner.Stop.limit
            bytes.append(addingCapacity: (limit - position) * TextScanner.growth + TextScanner.slack) { span in
                unsafe span.withUnsafeMutableBufferPointer { memory, initialized in
                    guard let target = memory.baseAddress else { return }
                    (initialized, stop) = unsafe scanner.scan(source, from: &position, to: limit, into: target)
                }
            }
            switch stop {
            case .limit: continue
            case .invalid:
                let length = unsafe UTF8Sequence.invalidLength(source, at: position)
                // U+FFFE and U+FFFF do not make a text invalid.
                if unsafe length != 3 || source[position] != 0xEF || source[position + 1] != 0xBF
                    || source[position + 2] < 0xBE
                {
                    facts.hasInvalid = true
                }
                literal("\u{FFFD}")
                position += length
                validStart = position
            case .unstable:
                unsafe stretch(of: source, at: &position, validStart, scanner.form, &facts, normalizing)
            }
        }
        // If a text has invalid bytes, MediaWiki's own older tables decide whether it is normalised at all.
        if normalizing, facts.hasInvalid, facts.hasChanged, !facts.hasKnownMark {
            bytes.removeSubrange(start...)
            unsafe clean(source, scanner, normalizing: false)
        }
    }

    /// Appends the unstable characters at `position`. They are normalised together with the preceding starter, which is
    /// already written.
    private mutating func stretch(
        of source: UnsafeBufferPointer<UInt8>, at position: inout Int, _ validStart: Int, _ form: TextForm,
        _ facts: inout CleaningFacts, _ normalizing: Bool
    ) {
        let tables = NormalizationTables.shared
        stretch.removeAll(keepingCapacity: true)
        let first = position
        var starter: UInt32?
        if position > validStart {
            var before = position - 1
            while unsafe before > validStart && source[before] & 0xC0 == 0x80 { before -= 1 }
            starter = unsafe scalar(source, at: before)?.codePoint
        }
        if let starter { stretch.append(starter) }
        var isOrdered = true
        var lastClass: UInt8 = 0
        while position < source.count, unsafe source[position] >= 0x80,
            let scalar = unsafe scalar(source, at: position)
        {
            let properties = tables.properties(of: scalar.codePoint)
            if properties == tables.properties[0] { break }
            stretch.append(scalar.codePoint)
            if !properties.isStable || properties.combiningClass < lastClass { isOrdered = false }
            if !properties.isRecent { facts.hasKnownMark = true }
            lastClass = properties.combiningClass
            position += scalar.length
        }
        if !isOrdered, normalizing {
            let composed = composer.compose(stretch)
            if composed != stretch {
                facts.hasChanged = true
                var rest = composed[...]
                if let starter {
                    if starter == composed[0] {
                        rest = composed.dropFirst()
                    } else {
                        bytes.removeLast(Self.writtenLength(starter))
                    }
                }
                for codePoint in rest { scalar(codePoint, form) }
                return
            }
        }
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[first..<position]))
    }

    private func scalar(
        _ source: UnsafeBufferPointer<UInt8>, at position: Int
    ) -> (codePoint: UInt32, length: Int)? {
        let byte = unsafe source[position]
        if byte < 0x80 { return (UInt32(byte), 1) }
        guard let base = source.baseAddress,
            let sequence = unsafe UTF8Sequence(base + position, source.count - position)
        else { return nil }
        return (sequence.codePoint, sequence.length)
    }

    /// The number of bytes written for a starter that composes with a mark. Among escaped characters, only `<` and `>`
    /// compose.
    private static func writtenLength(_ codePoint: UInt32) -> Int {
        if codePoint == 0x3C || codePoint == 0x3E { return 4 }
        return Unicode.Scalar(codePoint).map { UTF8.width($0) } ?? 0
    }

    private mutating func scalar(_ codePoint: UInt32, _ form: TextForm) {
        guard codePoint >= 0x80 else {
            bytes.append(addingCapacity: TextScanner.growth) { span in
                unsafe span.withUnsafeMutableBufferPointer { memory, initialized in
                    guard let target = memory.baseAddress else { return }
                    initialized = unsafe TextScanner.write(
                        UInt8(truncatingIfNeeded: codePoint), into: target, form: form)
                }
            }
            return
        }
        if let scalar = Unicode.Scalar(codePoint) { bytes.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
    }
}

/// What was found while a text was cleaned.
private struct CleaningFacts {
    /// Whether invalid UTF-8 was replaced.
    var hasInvalid = false
    /// Whether normalising changed anything.
    var hasChanged = false
    /// Whether the text has a character that makes MediaWiki's older tables stop.
    var hasKnownMark = false
}

extension XMLBuffer {
    /// Appends text as PHP's `htmlspecialchars` gives it, without normalising it. Text that is not UTF-8 vanishes.
    ///
    /// Characters that XML forbids become U+FFFD. MediaWiki leaves them in such fields, and its file cannot be read.
    mutating func raw(_ text: some Collection<UInt8>, _ form: TextForm) {
        if appendPlain(text) { return }
        guard let string = String(validating: text, as: UTF8.self) else { return }
        for scalar in string.unicodeScalars { append(scalar, quotes: form.escapesQuotes, isAttribute: false) }
    }

    /// Appends the value of an attribute, without the quotes around it, as MediaWiki's `Sanitizer::encodeAttribute`
    /// gives it. A value that is not UTF-8 vanishes; characters that XML forbids become U+FFFD.
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

    /// Appends text of letters, digits and the like in one piece, if it is nothing else.
    private mutating func appendPlain(_ text: some Collection<UInt8>) -> Bool {
        let isPlain = text.withContiguousStorageIfAvailable { memory in
            // What has to be escaped is below `(` or one of `<` and `>`.
            for index in memory.indices {
                let byte = unsafe memory[index]
                if byte < 0x28 || byte >= 0x7F || byte == 0x3C || byte == 0x3E { return false }
            }
            unsafe bytes.append(contentsOf: memory)
            return true
        }
        return isPlain ?? false
    }
}

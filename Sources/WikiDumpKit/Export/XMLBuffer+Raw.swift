extension XMLBuffer {
    /// Appends text as PHP's `htmlspecialchars` gives it, without cleaning it first. Text that is not UTF-8 vanishes.
    mutating func raw(_ text: some Collection<UInt8>, _ form: TextForm) {
        if appendPlain(text) { return }
        let start = bytes.count
        var isPlain = true
        for byte in text {
            switch byte {
            case UInt8(ascii: "<"): literal("&lt;")
            case UInt8(ascii: ">"): literal("&gt;")
            case UInt8(ascii: "&"): literal("&amp;")
            case UInt8(ascii: "\"") where form.escapesQuotes: literal("&quot;")
            default:
                if byte >= 0x80 { isPlain = false }
                bytes.append(byte)
            }
        }
        if !isPlain, String(validating: text, as: UTF8.self) == nil { bytes.removeSubrange(start...) }
    }

    /// Appends the value of an attribute, without the quotes around it, as MediaWiki's `Sanitizer::encodeAttribute`
    /// gives it. A value that is not UTF-8 vanishes.
    mutating func attribute(_ value: some Collection<UInt8>) {
        if appendPlain(value) { return }
        let start = bytes.count
        var isPlain = true
        for byte in value {
            switch byte {
            case UInt8(ascii: "<"): literal("&lt;")
            case UInt8(ascii: ">"): literal("&gt;")
            case UInt8(ascii: "&"): literal("&amp;")
            case UInt8(ascii: "\""): literal("&quot;")
            case UInt8(ascii: "'"): literal("&#039;")
            case UInt8(ascii: "\n"): literal("&#10;")
            case UInt8(ascii: "\r"): literal("&#13;")
            case UInt8(ascii: "\t"): literal("&#9;")
            default:
                if byte >= 0x80 { isPlain = false }
                bytes.append(byte)
            }
        }
        if !isPlain, String(validating: value, as: UTF8.self) == nil { bytes.removeSubrange(start...) }
    }

    /// Appends text of letters, digits and the like in one piece, if it is nothing else.
    private mutating func appendPlain(_ text: some Collection<UInt8>) -> Bool {
        let isPlain = text.withContiguousStorageIfAvailable { memory in
            // Of what has to be escaped everything is below `(` or one of `<` and `>`.
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

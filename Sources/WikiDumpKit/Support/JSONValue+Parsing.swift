extension JSONValue {
    /// Reads one JSON text (RFC 8259).
    /// - Throws: ``DumpError`` with code `fileSystem`, naming the byte at which the text stops being JSON.
    init(parsing bytes: [UInt8]) throws(DumpError) {
        var parser = JSONParser(bytes: bytes)
        parser.skipBlanks()
        self = try parser.value(depth: 0)
        parser.skipBlanks()
        if parser.position < bytes.count { throw parser.failure("something follows the value") }
    }
}

/// Reads a status file of ours or of an older program. Nesting is limited, so that no file can exhaust the stack.
private struct JSONParser {
    let bytes: [UInt8]
    var position = 0

    func failure(_ what: String) -> DumpError {
        DumpError(.fileSystem, "not JSON at byte \(position): \(what)")
    }

    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipBlanks() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    mutating func take(word: StaticString) -> Bool {
        let text = Array(String(describing: word).utf8)
        guard bytes.count - position >= text.count, bytes[position..<position + text.count].elementsEqual(text) else {
            return false
        }
        position += text.count
        return true
    }

    mutating func value(depth: Int) throws(DumpError) -> JSONValue {
        guard depth < 64 else { throw failure("nested too deeply") }
        switch current {
        case UInt8(ascii: "{"): return .object(try members(depth: depth))
        case UInt8(ascii: "["): return .array(try elements(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        default: break
        }
        if take(word: "true") { return .bool(true) }
        if take(word: "false") { return .bool(false) }
        if take(word: "null") { return .null }
        return try number()
    }

    mutating func members(depth: Int) throws(DumpError) -> [JSONValue.Member] {
        position += 1
        skipBlanks()
        if take(UInt8(ascii: "}")) { return [] }
        var members: [JSONValue.Member] = []
        while true {
            skipBlanks()
            guard current == UInt8(ascii: "\"") else { throw failure("a member has to begin with its name") }
            let key = try string()
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw failure("a colon is missing") }
            skipBlanks()
            members.append(JSONValue.Member(key, try value(depth: depth + 1)))
            skipBlanks()
            if take(UInt8(ascii: "}")) { return members }
            guard take(UInt8(ascii: ",")) else { throw failure("a comma or } is missing") }
        }
    }

    mutating func elements(depth: Int) throws(DumpError) -> [JSONValue] {
        position += 1
        skipBlanks()
        if take(UInt8(ascii: "]")) { return [] }
        var elements: [JSONValue] = []
        while true {
            skipBlanks()
            elements.append(try value(depth: depth + 1))
            skipBlanks()
            if take(UInt8(ascii: "]")) { return elements }
            guard take(UInt8(ascii: ",")) else { throw failure("a comma or ] is missing") }
        }
    }

    mutating func number() throws(DumpError) -> JSONValue {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[position - whole] != UInt8(ascii: "0") else {
            throw failure("no value is written so")
        }
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            guard digits() > 0 else { throw failure("digits are missing") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw failure("digits are missing") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        return isWhole ? Int64(text).map { .integer($0) } ?? .number(text) : .number(text)
    }

    mutating func digits() -> Int {
        let start = position
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position - start
    }

    mutating func string() throws(DumpError) -> String {
        position += 1
        var units: [UInt16] = []
        var text = ""
        var start = position
        /// What stood since the last escape goes over as UTF-8, escapes as UTF-16, so that surrogates find each other.
        func flush(_ end: Int) {
            if start < end {
                text += String(decoding: units, as: UTF16.self)
                units.removeAll()
                text += String(decoding: bytes[start..<end], as: UTF8.self)
            }
        }
        while let byte = current {
            if byte == UInt8(ascii: "\"") {
                flush(position)
                position += 1
                return text + String(decoding: units, as: UTF16.self)
            }
            guard byte >= 0x20 else { throw failure("a control character in a string") }
            position += 1
            guard byte == UInt8(ascii: "\\") else { continue }
            flush(position - 1)
            units.append(try escape())
            start = position
        }
        throw failure("a string without an end")
    }

    mutating func escape() throws(DumpError) -> UInt16 {
        guard let letter = current else { throw failure("a string without an end") }
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt16(letter)
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"):
            guard bytes.count - position >= 4 else { throw failure("four digits are missing") }
            var unit: UInt16 = 0
            for byte in bytes[position..<position + 4] {
                guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
                    throw failure("four hexadecimal digits are missing")
                }
                unit = unit << 4 | UInt16(digit)
            }
            position += 4
            return unit
        default: throw failure("an unknown escape")
        }
    }
}

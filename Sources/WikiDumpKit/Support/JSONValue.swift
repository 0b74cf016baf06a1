import SystemPackage

/// A JSON value whose object members keep their order. It is written as Python's `json` module does by default: `, ` and `: `
/// as separators, one line, and everything outside ASCII as `\uXXXX`.
///
/// Some readers of dump status files compare bytes, so this form is part of their format.
enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// A number that is not whole, as it was written.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// An object whose members keep this order.
    case object([Member])
    /// Bytes that are already JSON and are written as they are.
    case raw([UInt8])

    struct Member: Sendable, Hashable {
        let key: String
        let value: JSONValue

        init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// The value as ASCII bytes, without a newline at the end.
    var bytes: [UInt8] {
        var out: [UInt8] = []
        write(to: &out)
        return out
    }

    /// The value of a member, if this is an object that has it.
    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    /// The members, if this is an object.
    var members: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// The text, if this is a string.
    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var integer: Int64? {
        guard case .integer(let number) = self else { return nil }
        return number
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// A member without a value is left out.
    init(dictionaryLiteral elements: (String, JSONValue?)...) {
        self = .object(elements.compactMap { key, value in value.map { Member(key, $0) } })
    }

    init(stringLiteral value: String) { self = .string(value) }

    init(integerLiteral value: Int64) { self = .integer(value) }
}

extension JSONValue {
    private func write(to out: inout [UInt8]) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let value): out += (value ? "true" : "false").utf8
        case .integer(let value): out += String(value).utf8
        case .number(let text): out += text.utf8
        case .string(let text): Self.write(text, to: &out)
        case .raw(let json): out += json
        case .array(let elements):
            out.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { out += ", ".utf8 }
                element.write(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out += ", ".utf8 }
                Self.write(member.key, to: &out)
                out += ": ".utf8
                member.value.write(to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for unit in text.utf16 {
            switch unit {
            case 0x22: out += #"\""#.utf8
            case 0x5C: out += #"\\"#.utf8
            case 0x08: out += #"\b"#.utf8
            case 0x09: out += #"\t"#.utf8
            case 0x0A: out += #"\n"#.utf8
            case 0x0C: out += #"\f"#.utf8
            case 0x0D: out += #"\r"#.utf8
            case 0x20...0x7E: out.append(UInt8(unit))
            default:
                let digits = Array("0123456789abcdef".utf8)
                out += #"\u"#.utf8
                for shift in [12, 8, 4, 0] { out.append(digits[Int(unit >> UInt16(shift)) & 15]) }
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    /// Parses a JSON text (RFC 8259).
    /// - Throws: ``DumpError`` with code `fileSystem` that names the byte at which the text stops being JSON.
    init(parsing bytes: [UInt8]) throws(DumpError) {
        var parser = JSONParser(bytes: bytes)
        parser.skipBlanks()
        self = try parser.value(depth: 0)
        parser.skipBlanks()
        if parser.position < bytes.count { throw parser.failure("something follows the value") }
    }
}

extension FileSystem {
    /// The value in a file; nil if there is no file, or if it holds something else.
    func json(_ path: FilePath) throws(DumpError) -> JSONValue? {
        try text(path).flatMap { try? JSONValue(parsing: Array($0.utf8)) }
    }
}

/// Parses a status file, written by us or an older program. Nesting is limited so that no file can exhaust the stack.
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
        case UInt8(ascii: "{"):
            return .object(
                try list(until: UInt8(ascii: "}")) { parser throws(DumpError) in try parser.member(depth: depth) })
        case UInt8(ascii: "["):
            return .array(
                try list(until: UInt8(ascii: "]")) { parser throws(DumpError) in try parser.value(depth: depth + 1) })
        case UInt8(ascii: "\""): return .string(try string())
        default: break
        }
        if take(word: "true") { return .bool(true) }
        if take(word: "false") { return .bool(false) }
        if take(word: "null") { return .null }
        return try number()
    }

    /// The elements of a list that ends with this byte.
    mutating func list<Element>(
        until end: UInt8, _ element: (inout JSONParser) throws(DumpError) -> Element
    ) throws(DumpError) -> [Element] {
        position += 1
        skipBlanks()
        if take(end) { return [] }
        var elements: [Element] = []
        while true {
            skipBlanks()
            elements.append(try element(&self))
            skipBlanks()
            if take(end) { return elements }
            guard take(UInt8(ascii: ",")) else {
                throw failure("a comma or \(Character(Unicode.Scalar(end))) is missing")
            }
        }
    }

    mutating func member(depth: Int) throws(DumpError) -> JSONValue.Member {
        guard current == UInt8(ascii: "\"") else { throw failure("a member has to begin with its name") }
        let key = try string()
        skipBlanks()
        guard take(UInt8(ascii: ":")) else { throw failure("a colon is missing") }
        skipBlanks()
        return JSONValue.Member(key, try value(depth: depth + 1))
    }

    mutating func number() throws(DumpError) -> JSONValue {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[position - whole] != UInt8(ascii: "0") else {
            throw failure("an invalid value")
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
        /// Text since the last escape is copied as UTF-8; escapes are collected as UTF-16, so that surrogate pairs are
        /// combined.
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
        throw failure("a string that does not end")
    }

    mutating func escape() throws(DumpError) -> UInt16 {
        guard let letter = current else { throw failure("a string that does not end") }
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

/// Reads a JSON text (RFC 8259).
struct JSONReader {
    /// Where a text stops being JSON, and why.
    struct Fault: Error {
        /// The line, counted from 1.
        let line: Int
        /// What is wrong there.
        let message: String
    }

    private static let depthLimit = 200

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    /// The value that a text stands for. A text must hold one value and be UTF-8.
    static func value(_ bytes: [UInt8]) throws(Fault) -> JSONValue {
        guard bytes.isUTF8 else { throw Fault(line: 1, message: "the text is no UTF-8") }
        var reader = JSONReader(bytes: bytes)
        let value = try reader.value()
        reader.skipSpace()
        guard reader.position == bytes.count else { throw reader.fault("something follows the value") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func value() throws(Fault) -> JSONValue {
        skipSpace()
        guard let byte = peek else { throw fault("a value is missing at the end") }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: return try word()
        }
    }

    private mutating func object() throws(Fault) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        try list(end: UInt8(ascii: "}")) { (reader) throws(Fault) in
            reader.skipSpace()
            guard reader.peek == UInt8(ascii: "\"") else { throw reader.fault("a name in quotes is missing") }
            let name = try reader.string()
            reader.skipSpace()
            guard reader.take(UInt8(ascii: ":")) else { throw reader.fault("a colon is missing after \"\(name)\"") }
            members.append(JSONValue.Member(name: name, value: try reader.value()))
        }
        return members
    }

    private mutating func array() throws(Fault) -> [JSONValue] {
        var elements: [JSONValue] = []
        try list(end: UInt8(ascii: "]")) { (reader) throws(Fault) in elements.append(try reader.value()) }
        return elements
    }

    /// Reads from an opening bracket to the closing one.
    private mutating func list(end: UInt8, _ item: (inout JSONReader) throws(Fault) -> Void) throws(Fault) {
        position += 1
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw fault("values are nested too deeply") }
        skipSpace()
        if take(end) { return }
        while true {
            try item(&self)
            skipSpace()
            if take(end) { return }
            guard take(UInt8(ascii: ",")) else { throw fault("a comma or a closing bracket is missing") }
        }
    }

    private mutating func string() throws(Fault) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += Array(String(try escaped()).utf8)
            case 0..<0x20: throw fault("a control character stands in a string")
            default: text.append(byte)
            }
        }
        throw fault("a string does not end")
    }

    private mutating func escaped() throws(Fault) -> Unicode.Scalar {
        guard let byte = peek else { throw fault("a string does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicode()
        default: throw fault("an escape is unknown")
        }
    }

    /// The scalar of a `\u` escape, or of the two that make a pair. Half a pair becomes U+FFFD.
    private mutating func unicode() throws(Fault) -> Unicode.Scalar {
        let first = try hex()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let mark = position
        if first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
            let second = try hex()
            if 0xDC00...0xDFFF ~= second {
                return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
            }
        }
        position = mark
        return "\u{FFFD}"
    }

    private mutating func hex() throws(Fault) -> UInt32 {
        var result: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw fault("four hexadecimal digits are missing")
            }
            result = result << 4 + UInt32(digit)
            position += 1
        }
        return result
    }

    private mutating func number() throws(Fault) -> String {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let whole = digits()
        if whole.isEmpty || whole.count > 1 && whole.first == UInt8(ascii: "0") { throw fault("a number is malformed") }
        if take(UInt8(ascii: ".")), digits().isEmpty { throw fault("a number is malformed") }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            if digits().isEmpty { throw fault("a number is malformed") }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() -> ArraySlice<UInt8> {
        let start = position
        while let byte = peek, 48...57 ~= byte { position += 1 }
        return bytes[start..<position]
    }

    private mutating func word() throws(Fault) -> JSONValue {
        for (word, value) in [("true", JSONValue.bool(true)), ("false", .bool(false)), ("null", .null)]
        where bytes[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw fault("a value is missing")
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func fault(_ message: String) -> Fault {
        Fault(line: 1 + bytes[..<Swift.min(position, bytes.count)].count { $0 == 0x0A }, message: message)
    }
}

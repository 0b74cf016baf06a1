/// A value written by PHP's `serialize`, as far as stored texts need it.
enum PHPValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case string(ArraySlice<UInt8>)
    /// If a key occurs several times, the last element counts. As in PHP, a number and its decimal digits are the same key.
    case array([ArraySlice<UInt8>: PHPValue])
    /// An object with its class in lower case. Property names do not include their visibility.
    case object(name: String, properties: [ArraySlice<UInt8>: PHPValue])

    /// The bytes of a string; nil for other values.
    var bytes: ArraySlice<UInt8>? { if case .string(let bytes) = self { bytes } else { nil } }

    /// The string, or the decimal digits of a number; nil for other values.
    var key: ArraySlice<UInt8>? {
        switch self {
        case .string(let bytes): bytes
        case .int(let number): ArraySlice(String(number).utf8)
        default: nil
        }
    }

    /// An integer, or one written as a string; nil for other values.
    var number: Int64? {
        switch self {
        case .int(let number): number
        case .string(let bytes): Int64(String(decoding: bytes, as: UTF8.self))
        default: nil
        }
    }

    /// Whether PHP treats it as true.
    var isTrue: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .int(let number): number != 0
        case .string(let bytes): !(bytes.isEmpty || bytes.elementsEqual("0".utf8))
        case .array(let elements): !elements.isEmpty
        case .object: true
        }
    }

    /// The elements of an array in the order of the keys 0, 1, 2 and so on; nil if one is missing.
    var list: [PHPValue]? {
        guard case .array(let elements) = self else { return nil }
        var list: [PHPValue] = []
        for place in 0..<elements.count {
            guard let element = elements[ArraySlice(String(place).utf8)] else { return nil }
            list.append(element)
        }
        return list
    }
}

/// Parses the output of PHP's `serialize`.
///
/// It accepts only what a stored text can contain: no references, no floating-point numbers, no objects that unserialise
/// themselves, and no classes but the named ones. It also limits depth and number of elements to what MediaWiki writes.
struct PHPUnserializer {
    private static let deepest = 4
    private static let mostElements = 1 << 20

    private let classes: Set<String>
    private var rest: ArraySlice<UInt8>
    private var elements = 0

    private init(_ bytes: ArraySlice<UInt8>, classes: Set<String>) {
        rest = bytes
        self.classes = classes
    }

    /// Parses the value at the start. As in PHP, anything after it is ignored.
    /// - Parameter classes: The classes that an object may have, in lower case.
    static func value(of bytes: ArraySlice<UInt8>, classes: Set<String> = []) throws(TextFault) -> PHPValue {
        var reader = PHPUnserializer(bytes, classes: classes)
        return try reader.value(depth: 0)
    }

    private mutating func value(depth: Int) throws(TextFault) -> PHPValue {
        guard depth < Self.deepest else { throw .badObject("it is nested too deeply") }
        switch try next() {
        case UInt8(ascii: "N"):
            try expect(";")
            return .null
        case UInt8(ascii: "b"):
            try expect(":")
            let number = try number(until: ";")
            guard number == 0 || number == 1 else { throw .badObject("a boolean is neither 0 nor 1") }
            return .bool(number == 1)
        case UInt8(ascii: "i"):
            try expect(":")
            return .int(try number(until: ";"))
        case UInt8(ascii: "s"):
            try expect(":")
            let bytes = try text()
            try expect(";")
            return .string(bytes)
        case UInt8(ascii: "a"):
            try expect(":")
            return .array(try pairs(depth: depth))
        case UInt8(ascii: "O"):
            try expect(":")
            let name = String(decoding: try text(), as: UTF8.self).lowercased()
            guard classes.contains(name) else { throw .otherClass(name) }
            try expect(":")
            let pairs = try pairs(depth: depth)
            return .object(name: name, properties: Dictionary(pairs.map { (Self.name($0.key), $0.value) }) { $1 })
        default: throw .badObject("it contains a value of an unexpected type")
        }
    }

    /// Parses `COUNT:{KEY VALUE ...}`.
    private mutating func pairs(depth: Int) throws(TextFault) -> [ArraySlice<UInt8>: PHPValue] {
        let count = try number(until: ":")
        elements += Int(clamping: max(count, 0))
        // The shortest element, `i:0;N;`, has six bytes.
        guard count >= 0, count <= rest.count / 6 + 1, elements <= Self.mostElements else {
            throw .badObject("it has an impossible number of elements")
        }
        try expect("{")
        var pairs: [ArraySlice<UInt8>: PHPValue] = [:]
        for _ in 0..<count {
            guard let key = try value(depth: depth + 1).key else {
                throw .badObject("an array key is neither a string nor a number")
            }
            pairs[key] = try value(depth: depth + 1)
        }
        try expect("}")
        return pairs
    }

    /// Parses `LENGTH:"BYTES"`.
    private mutating func text() throws(TextFault) -> ArraySlice<UInt8> {
        let count = try number(until: ":")
        try expect("\"")
        guard count >= 0, count < rest.count else { throw .badObject("it is cut short") }
        let bytes = rest.prefix(Int(count))
        rest = rest.dropFirst(Int(count))
        try expect("\"")
        return bytes
    }

    private mutating func number(until end: Unicode.Scalar) throws(TextFault) -> Int64 {
        // The longest 64-bit number has 20 characters.
        let window = rest.prefix(21)
        guard let stop = window.firstIndex(of: UInt8(ascii: end)),
            let number = Int64(String(decoding: window[..<stop], as: UTF8.self))
        else { throw .badObject("a number is malformed") }
        rest = rest[(stop + 1)...]
        return number
    }

    private mutating func next() throws(TextFault) -> UInt8 {
        guard let byte = rest.popFirst() else { throw .badObject("it is cut short") }
        return byte
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(TextFault) {
        guard try next() == UInt8(ascii: character) else {
            throw .badObject("an expected \"\(character)\" is missing")
        }
    }

    /// The name of a property. Private names have a prefix between zero bytes, which is removed.
    private static func name(_ key: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard key.first == 0, let end = key.dropFirst().firstIndex(of: 0) else { return key }
        return key[(end + 1)...]
    }
}

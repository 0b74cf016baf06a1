/// A value that PHP's `serialize` wrote, as far as stored texts need it.
enum PHPValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case string(ArraySlice<UInt8>)
    /// The last of several elements with one key holds. A number and its decimal digits are the same key, as in PHP.
    case array([ArraySlice<UInt8>: PHPValue])
    /// An object, by its class in small letters. Properties have their names only, whoever may see them.
    case object(name: String, properties: [ArraySlice<UInt8>: PHPValue])

    /// The bytes of a text.
    var bytes: ArraySlice<UInt8>? { if case .string(let bytes) = self { bytes } else { nil } }

    /// A text, or the decimal digits of a number.
    var key: ArraySlice<UInt8>? {
        switch self {
        case .string(let bytes): bytes
        case .int(let number): ArraySlice(String(number).utf8)
        default: nil
        }
    }

    /// A whole number, also one that is written as a text.
    var number: Int64? {
        switch self {
        case .int(let number): number
        case .string(let bytes): Int64(String(decoding: bytes, as: UTF8.self))
        default: nil
        }
    }

    /// Whether PHP takes it for true.
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

    /// The elements of an array in the order of their keys 0, 1, 2 and so on; nil if one is missing.
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

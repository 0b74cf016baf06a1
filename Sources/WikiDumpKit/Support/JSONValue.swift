/// A value of a JSON text.
///
/// Objects keep the order of their members, and numbers keep their digits.
enum JSONValue: Sendable, Hashable {
    /// A member of an object.
    struct Member: Sendable, Hashable {
        let name: String
        let value: JSONValue
    }

    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// The member of an object with a name; nil if there is none or this is no object.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The text, if this is a string.
    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The whole number, if this is one.
    var int: Int? {
        if case .number(let digits) = self { Int(digits) } else { nil }
    }

    /// The members of an object or the elements of an array, in order; empty for everything else.
    var children: [JSONValue] {
        switch self {
        case .array(let elements): elements
        case .object(let members): members.map(\.value)
        default: []
        }
    }
}

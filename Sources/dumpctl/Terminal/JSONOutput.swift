import CLibrary
import FoundationEssentials

/// An object of JSON for scripts. Keys without a value are absent.
struct JSONObject: Encodable, ExpressibleByDictionaryLiteral {
    private struct Member: Encodable {
        let value: any Encodable

        func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
    }

    private var members: [String: Member] = [:]

    init(dictionaryLiteral elements: (String, (any Encodable)?)...) {
        for (key, value) in elements { self[key] = value }
    }

    subscript(key: String) -> (any Encodable)? {
        get { members[key]?.value }
        set { members[key] = newValue.map(Member.init) }
    }

    func encode(to encoder: any Encoder) throws { try members.encode(to: encoder) }
}

/// Prints values as JSON on standard output.
enum JSONOutput {
    /// One line with sorted keys and unescaped slashes.
    static func line(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding our own plain values cannot fail: they have no floating-point numbers and no keys of other types.
        guard let data = try? encoder.encode(value) else { return "{}\n" }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    static func print(_ value: some Encodable) { Output.write(line(value), to: STDOUT_FILENO) }
}

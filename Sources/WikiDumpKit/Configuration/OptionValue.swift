import SystemPackage

/// Why a text is not a valid value. The caller knows the place.
struct ValueFailure: Error {
    let message: String
    var remedy = ""
}

/// A parsed value of an option.
enum OptionValue: Sendable, Hashable {
    case text(String)
    case path(FilePath?)
    case paths([FilePath])
    case integer(Int64)
    case list([String])

    /// Parses a text as the value of an option.
    /// - Parameter base: The folder that relative paths start from.
    init(_ text: String, kind: OptionDefinition.Kind, base: FilePath, wiki: WikiName?) throws(ValueFailure) {
        switch kind {
        case .text, .secret: self = .text(text)
        case .path: self = .path(Self.path(text, base: base))
        case .pathList: self = .paths(Self.names(text).compactMap { Self.path($0, base: base) })
        case .wikiPath:
            let name = wiki.map(\.description) ?? "{wiki}"
            self = .path(Self.path(Self.replace("{wiki}", by: name, in: text), base: base))
        case .fileName:
            guard !text.isEmpty, !text.contains("/"), !text.contains("\n"), text != ".", text != ".." else {
                throw ValueFailure(message: "is not a file name: “\(text)”", remedy: "give a name without a folder")
            }
            self = .text(text)
        case .url: self = .text(text.hasSuffix("/") ? String(text.dropLast()) : text)
        case .integer(let range):
            guard let number = Self.decimal(text) else {
                throw ValueFailure(
                    message: "is not a whole number: “\(text)”", remedy: Self.hint(text, "give a number"))
            }
            guard range.contains(number) else {
                let most = range.upperBound == Int64.max ? "" : " and at most \(range.upperBound)"
                throw ValueFailure(
                    message: "is out of bounds: \(number)", remedy: "at least \(range.lowerBound)\(most)")
            }
            self = .integer(number)
        case .flag:
            guard let number = Self.decimal(text) else {
                throw ValueFailure(message: "is neither 0 nor 1: “\(text)”", remedy: Self.hint(text, "give 0 or 1"))
            }
            self = .integer(number == 0 ? 0 : 1)
        case .permissions: self = .integer(try Self.permissions(text))
        case .list: self = .list(Self.names(text))
        case .damageLimit:
            guard DamageLimit(text) != nil else {
                throw ValueFailure(
                    message: "is neither a number nor a percentage: “\(text)”",
                    remedy: Self.hint(text, "write it like 1 percent"))
            }
            self = .text(text)
        case .choice(let words):
            guard words.contains(text) else {
                let near = Suggestion.nearest(to: text, among: words).map { "; did you mean \($0)?" } ?? ""
                throw ValueFailure(
                    message: "cannot be “\(text)”", remedy: "one of: \(words.joined(separator: ", "))\(near)")
            }
            self = .text(text)
        }
    }

    var description: String {
        switch self {
        case .text(let text): text
        case .path(let path): path?.string ?? ""
        case .paths(let paths): paths.map(\.string).joined(separator: ",")
        case .integer(let number): String(number)
        case .list(let names): names.joined(separator: ",")
        }
    }

    private static func path(_ text: String, base: FilePath) -> FilePath? {
        text.isEmpty ? nil : base.pushing(FilePath(text)).lexicallyNormalized()
    }

    private static func names(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.trimmingBlanks()) }.filter { !$0.isEmpty }
    }

    static func replace(_ word: String, by replacement: String, in text: String) -> String {
        var result = ""
        var rest = text[...]
        while let brace = rest.firstIndex(of: "{") {
            result += rest[..<brace]
            rest = rest[brace...]
            let found = rest.hasPrefix(word)
            result += found ? replacement : "{"
            rest = rest.dropFirst(found ? word.count : 1)
        }
        return result + rest
    }

    /// Parses decimal digits with an optional sign. Single underscores may separate digits.
    private static func decimal(_ text: String) -> Int64? {
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        let groups = digits.split(separator: "_", omittingEmptySubsequences: false)
        guard groups.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return nil
        }
        return Int64((text.hasPrefix("-") ? "-" : "") + groups.joined())
    }

    /// The bits of a file mode. `0o644`, `0644` and `0x1a4` mean the same. A plain `644` is rejected: as a decimal number it
    /// would be a mode that nobody wants.
    private static func permissions(_ text: String) throws(ValueFailure) -> Int64 {
        let lower = text.lowercased()
        let (prefix, radix) = [("0o", 8), ("0x", 16), ("0b", 2), ("0", 8)].first { lower.hasPrefix($0.0) } ?? ("", 0)
        guard radix > 0, let bits = Int64(lower.dropFirst(prefix == "0" ? 0 : 2), radix: radix),
            (0...0o777).contains(bits)
        else {
            throw ValueFailure(
                message: "is not the mode of a file: “\(text)”", remedy: hint(text, "write it like 0o644"))
        }
        return bits
    }

    /// The remedy for an invalid number. The usual cause is an inline comment.
    private static func hint(_ text: String, _ remedy: String) -> String {
        text.contains("#") || text.contains(";") ? remedy + "; a comment must be on a line of its own" : remedy
    }
}

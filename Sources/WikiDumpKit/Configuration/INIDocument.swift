import SystemPackage

/// The sections and values of one or more configuration files. Each value knows where it was set.
///
/// The dialect is that of Python's `ConfigParser` without strict mode. Option names are case-insensitive, section names are
/// not. The first `=` or `:` splits a line. A line with deeper indentation continues the value before it. Only whole lines
/// can be comments. If something is set twice, the last value counts.
struct INIDocument: Sendable {
    struct Place: Sendable, Hashable, CustomStringConvertible {
        let file: FilePath
        /// The line, from 1.
        let line: Int

        var description: String { "\(file):\(line)" }
    }

    struct Value: Sendable, Hashable {
        /// The text. The lines of a continued value are joined by line feeds.
        var text: String
        let place: Place
    }

    struct Section: Sendable, Hashable {
        /// The values by option name, in lower case.
        var values: [String: Value] = [:]
        var place: Place
    }

    /// An option that is set twice in a section of one file.
    struct Repetition: Sendable, Hashable {
        let section: String
        let key: String
        /// The value that has no effect.
        let first: Value
        /// The place where the option is set again.
        let last: Place
    }

    static let defaultSection = "DEFAULT"

    var sections: [String: Section] = [:]
    var repetitions: [Repetition] = []

    init() {}

    /// Parses a file.
    /// - Throws: ``DumpError`` with code `configuration` that names the line that cannot be understood.
    init(parsing bytes: [UInt8], file: FilePath) throws(DumpError) {
        var parser = INIParser(file: file)
        self = try parser.parse(bytes)
    }

    /// Merges another document into this one. Its values take precedence, option by option.
    mutating func overlay(_ other: INIDocument) {
        repetitions += other.repetitions
        for (name, section) in other.sections {
            sections[name, default: Section(place: section.place)].values.merge(section.values) { $1 }
            sections[name]?.place = section.place
        }
    }

    /// The value of an option in a section: its own, or that of `[DEFAULT]`.
    ///
    /// It is nil if the section does not exist, even if `[DEFAULT]` has a value.
    func value(_ key: String, in section: String) -> Value? {
        guard let values = sections[section]?.values else { return nil }
        return values[key] ?? sections[Self.defaultSection]?.values[key]
    }
}

struct INIParser {
    private let file: FilePath
    private var document = INIDocument()
    private var section: String?
    private var key: String?
    /// The indentation of the current option's line. Lines with deeper indentation continue its value.
    private var indent = 0

    init(file: FilePath) { self.file = file }

    mutating func parse(_ bytes: [UInt8]) throws(DumpError) -> INIDocument {
        for (index, line) in Self.lines(bytes).enumerated() {
            try add(line, at: INIDocument.Place(file: file, line: index + 1))
        }
        document.sections = document.sections.mapValues { section in
            var section = section
            for (key, value) in section.values {
                section.values[key]?.text = String(value.text.trimmingBlanks(leading: false))
            }
            return section
        }
        return document
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>, at place: INIDocument.Place) throws(DumpError) {
        // A NUL is valid UTF-8, but a path must not contain one.
        guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
            throw error(place, "bytes that are not valid UTF-8", "save the file as UTF-8")
        }
        // Bytes, because a sign followed by an accent is one character, and not that sign.
        let depth = bytes.prefix { Blanks.isBlank($0) }.count
        let text = Self.trimmed(bytes)
        if text.isEmpty {
            // The empty line is kept only if another line continues the value; the end of a value is trimmed later.
            continueValue(with: text)
        } else if Self.isComment(text) {
            return
        } else if key != nil, depth > indent {
            continueValue(with: text)
        } else if text.first == UInt8(ascii: "[") {
            try open(text, at: place)
            indent = depth
        } else {
            try set(text, at: place)
            indent = depth
        }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let rest = bytes.drop { Blanks.isBlank($0) }
        return rest[..<((rest.lastIndex { !Blanks.isBlank($0) } ?? rest.startIndex - 1) + 1)]
    }

    private static func isComment(_ text: ArraySlice<UInt8>) -> Bool {
        text.first == UInt8(ascii: "#") || text.first == UInt8(ascii: ";")
    }

    private static func string(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    private mutating func continueValue(with text: ArraySlice<UInt8>) {
        guard let section, let key else { return }
        document.sections[section]?.values[key]?.text += "\n" + Self.string(text)
    }

    private mutating func open(_ text: ArraySlice<UInt8>, at place: INIDocument.Place) throws(DumpError) {
        guard let end = text.firstIndex(of: UInt8(ascii: "]")) else {
            throw error(place, "a section header without its closing bracket", "write [name]")
        }
        let name = Self.string(text[..<end].dropFirst())
        let rest = Self.trimmed(text[(end + 1)...])
        guard !name.isEmpty, rest.isEmpty || Self.isComment(rest) else {
            throw error(place, "a section header that is not alone on its line", "write [name], then a new line")
        }
        document.sections[name, default: INIDocument.Section(place: place)].place = place
        section = name
        key = nil
    }

    private mutating func set(_ text: ArraySlice<UInt8>, at place: INIDocument.Place) throws(DumpError) {
        guard let section else {
            throw error(place, "an option before the first section", "put a header such as [wiki] above it")
        }
        guard let split = text.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) else {
            throw error(place, "neither an option nor a section: “\(Self.string(text))”", "write option = value")
        }
        let name = Self.string(Self.trimmed(text[..<split])).lowercased()
        guard !name.isEmpty else { throw error(place, "a value without an option", "write option = value") }
        let value = Self.string(Self.trimmed(text[(split + 1)...]))
        if let first = document.sections[section]?.values[name] {
            document.repetitions.append(
                INIDocument.Repetition(section: section, key: name, first: first, last: place))
        }
        document.sections[section]?.values[name] = INIDocument.Value(text: value, place: place)
        key = name
    }

    private func error(_ place: INIDocument.Place, _ message: String, _ remedy: String) -> DumpError {
        DumpError(.configuration, "\(place): \(message)", remedy: remedy)
    }

    /// Splits at LF, CR LF and CR, and removes a byte order mark.
    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        let (lf, cr) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        var lines: [ArraySlice<UInt8>] = []
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var index = start
        while index < bytes.count {
            if bytes[index] == lf || bytes[index] == cr {
                lines.append(bytes[start..<index])
                if bytes[index] == cr, index + 1 < bytes.count, bytes[index + 1] == lf { index += 1 }
                start = index + 1
            }
            index += 1
        }
        lines.append(bytes[start...])
        return lines
    }
}

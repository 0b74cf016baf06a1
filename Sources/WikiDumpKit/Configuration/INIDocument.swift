import SystemPackage

/// The sections and values of one or more configuration files, each value with the place it comes from.
///
/// The dialect is the one of Python's `ConfigParser` without its strict mode: names of options are folded to lower
/// case and names of sections are not, the first `=` or `:` splits a line, a line that is indented deeper continues
/// the value before it, only whole lines are comments, and what is said twice holds as said last.
struct INIDocument: Sendable {
    /// Where something stands.
    struct Place: Sendable, Hashable, CustomStringConvertible {
        /// The file.
        let file: FilePath
        /// The line, from 1.
        let line: Int

        /// Makes a place.
        init(file: FilePath, line: Int) {
            self.file = file
            self.line = line
        }

        /// `FILE:LINE`.
        var description: String { "\(file):\(line)" }
    }

    /// A value as written, before `%(name)s` is replaced.
    struct Value: Sendable, Hashable {
        /// The text; lines of a continued value are joined by line feeds.
        var text: String
        /// Where its option stands.
        let place: Place
    }

    /// A section: its options, and where it was opened last.
    struct Section: Sendable, Hashable {
        /// The values by the lower-case names of their options.
        var values: [String: Value] = [:]
        /// The last header.
        var place: Place
    }

    /// An option that stands twice in a section of one file.
    struct Repetition: Sendable, Hashable {
        let section: String
        let key: String
        /// The value that no longer holds.
        let first: Value
        /// Where it is said again.
        let last: Place
    }

    /// The name of the section whose options are seen from every other one.
    static let defaultSection = "DEFAULT"

    /// The sections by name.
    var sections: [String: Section] = [:]
    /// Options that were set twice.
    var repetitions: [Repetition] = []

    /// Makes an empty document.
    init() {}

    /// Reads a file.
    /// - Throws: ``DumpError`` with code `configuration` and the line that cannot be understood.
    init(parsing bytes: [UInt8], file: FilePath) throws(DumpError) {
        var parser = INIParser(file: file)
        self = try parser.parse(bytes)
    }

    /// Lays another document over this one: its values win, option by option.
    mutating func overlay(_ other: INIDocument) {
        repetitions += other.repetitions
        for (name, section) in other.sections {
            sections[name, default: Section(place: section.place)].values.merge(section.values) { $1 }
            sections[name]?.place = section.place
        }
    }

    /// The value of an option as seen from a section: its own, or the one of `[DEFAULT]`.
    ///
    /// nil if the section does not exist, whatever `[DEFAULT]` says.
    func value(_ key: String, in section: String) -> Value? {
        guard let values = sections[section]?.values else { return nil }
        return values[key] ?? sections[Self.defaultSection]?.values[key]
    }
}

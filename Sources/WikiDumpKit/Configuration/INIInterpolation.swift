/// Replaces `%(name)s` in values with the value of another option. The option may be in the same section, in `[DEFAULT]` or
/// among the built-in defaults.
struct INIInterpolation {
    /// Values may refer to values that refer to further values. A greater depth is a cycle.
    private static let depthLimit = 10
    /// The most references and bytes that one value may become. A few lines that refer to each other several times could
    /// become more than any memory holds.
    private static let (referenceLimit, byteLimit) = (1_000, 1 << 20)

    let document: INIDocument

    /// The text with all references replaced.
    func expand(_ text: String, in section: String) throws(ValueFailure) -> String {
        var references = 0
        return try expand(text, in: section, depth: 0, &references)
    }

    private func expand(
        _ text: String, in section: String, depth: Int, _ references: inout Int
    ) throws(ValueFailure) -> String {
        guard text.contains("%") else { return text }
        guard depth < Self.depthLimit else {
            throw ValueFailure(
                message: "has %(…)s that refers back to itself",
                remedy: "make sure that no option refers to itself, directly or through others")
        }
        var result = ""
        for piece in try Self.pieces(text) {
            switch piece {
            case .text(let text): result += text
            case .reference(let name):
                guard let value = lookup(name, in: section) else {
                    throw ValueFailure(
                        message: "has %(\(name))s, but there is no option “\(name)” in [\(section)] or [DEFAULT]",
                        remedy: "define it, or write %% for a plain percent sign")
                }
                references += 1
                result += try expand(value, in: section, depth: depth + 1, &references)
                guard references <= Self.referenceLimit, result.utf8.count <= Self.byteLimit else {
                    throw ValueFailure(
                        message: "becomes too long by its %(…)s",
                        remedy: "write the value out, or refer to fewer options")
                }
            }
        }
        return result
    }

    private func lookup(_ name: String, in section: String) -> String? {
        document.sections[section]?.values[name]?.text
            ?? document.sections[INIDocument.defaultSection]?.values[name]?.text
            ?? KnownOptions.option(name, in: section)?.defaultValue
    }

    /// The names that a text refers to; empty if the text is invalid.
    static func references(_ text: String) -> [String] {
        let pieces = (try? pieces(text)) ?? []
        return pieces.compactMap { if case .reference(let name) = $0 { name } else { nil } }
    }

    private enum Piece {
        case text(String)
        case reference(String)
    }

    private static func pieces(_ text: String) throws(ValueFailure) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        while let percent = rest.firstIndex(of: "%") {
            pieces.append(.text(String(rest[..<percent])))
            rest = rest[rest.index(after: percent)...]
            if rest.hasPrefix("%") {
                pieces.append(.text("%"))
                rest = rest.dropFirst()
            } else if rest.hasPrefix("("), let end = rest.firstIndex(of: ")"),
                rest[rest.index(after: end)...].hasPrefix("s")
            {
                pieces.append(.reference(rest[..<end].dropFirst().lowercased()))
                rest = rest[end...].dropFirst(2)
            } else {
                throw ValueFailure(message: "has a single % sign", remedy: "write %% for a percent sign, or %(option)s")
            }
        }
        pieces.append(.text(String(rest)))
        return pieces
    }
}

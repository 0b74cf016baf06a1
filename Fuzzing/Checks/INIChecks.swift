import SystemPackage

@testable import WikiDumpKit

/// The files of the configuration, as sections and values.
enum INIChecks {
    static func run(_ data: [UInt8]) throws {
        let document = try? INIDocument(parsing: data, file: "it")
        let expected = slowlyRead(data)
        try require((document == nil) == (expected == nil), "it is good or not, as it is read")
        guard let document, let expected else { return }
        let found = document.sections.mapValues { $0.values.mapValues(\.text) }
        try require(found == expected, "other values: \(found), expected \(expected)")
        let again = try INIDocument(parsing: Array(written(document).utf8), file: "it")
        try require(again.sections.mapValues { $0.values.mapValues(\.text) } == found, "other values, read again")
        let interpolation = INIInterpolation(document: document)
        for (name, section) in document.sections {
            for value in section.values.values {
                guard let text = try? interpolation.expand(value.text, in: name) else { continue }
                try require(text.utf8.count <= max(1 << 20, value.text.utf8.count), "a value became too long")
            }
        }
    }

    private static func written(_ document: INIDocument) -> String {
        document.sections.map { name, section in
            "[\(name)]\n"
                + section.values.map { key, value in
                    "\(key) = \(value.text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n  "))\n"
                }.joined()
        }.joined()
    }

    /// The same by the rules of Python's `ConfigParser`, line by line and letter by letter.
    private static func slowlyRead(_ data: [UInt8]) -> [String: [String: String]]? {
        typealias Line = [Unicode.Scalar]
        guard !data.contains(0), let text = String(validating: data, as: UTF8.self) else { return nil }
        var scalars = Array(text.unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || ("\t"..."\r").contains(scalar) }
        func trimmed(_ line: some Collection<Unicode.Scalar>) -> Line {
            Array(Array(line.drop(while: isBlank)).reversed().drop(while: isBlank).reversed())
        }
        func string(_ line: some Sequence<Unicode.Scalar>) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: line)
            return String(view)
        }
        var lines: [Line] = [[]]
        for (place, scalar) in scalars.enumerated() {
            if scalar == "\n", place > 0, scalars[place - 1] == "\r" { continue }
            if scalar == "\n" || scalar == "\r" { lines.append([]) } else { lines[lines.count - 1].append(scalar) }
        }
        var sections: [String: [String: [Line]]] = [:]
        var (section, key, indent): (String?, String?, Int) = (nil, nil, 0)
        for line in lines {
            let depth = line.prefix(while: isBlank).count
            let text = trimmed(line)
            if text.isEmpty {
                if let section, let key { sections[section]?[key]?.append([]) }
            } else if text[0] == "#" || text[0] == ";" {
                continue
            } else if let section, let key, depth > indent {
                sections[section]?[key]?.append(text)
            } else if text[0] == "[" {
                guard let end = text.firstIndex(of: "]"), end > 1 else { return nil }
                let rest = trimmed(text[(end + 1)...])
                guard rest.isEmpty || rest[0] == "#" || rest[0] == ";" else { return nil }
                (section, key, indent) = (string(text[1..<end]), nil, depth)
                sections[string(text[1..<end]), default: [:]].merge([:]) { $1 }
            } else {
                guard let section, let split = text.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return nil }
                let name = string(trimmed(text[..<split])).lowercased()
                guard !name.isEmpty else { return nil }
                sections[section]?[name] = [trimmed(text[(split + 1)...])]
                (key, indent) = (name, depth)
            }
        }
        return sections.mapValues {
            $0.mapValues { string(Array($0.joined(separator: ["\n"])).reversed().drop(while: isBlank).reversed()) }
        }
    }
}

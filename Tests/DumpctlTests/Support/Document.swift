import Foundation

/// A document of the project, and the blocks of code in it.
struct Document: CustomStringConvertible, Sendable {
    /// The path from the folder of the project.
    let path: String
    let blocks: [Block]

    var description: String { path }

    /// Some lines of code, without their indentation.
    struct Block: CustomStringConvertible, Sendable {
        /// Such as `README.md:34`.
        let place: String
        let kind: Kind
        let lines: [String]

        var description: String { place }
        var text: String { lines.joined(separator: "\n") + "\n" }
    }

    enum Kind: Equatable, Sendable {
        /// Commands behind `$ `, with what they print.
        case session
        /// Commands alone.
        case commands
        /// Sections and options of `wikidump.conf`.
        case configuration
        case yaml
        case swift
        /// A drawing or a list.
        case text
    }

    static let project = DemoFarm.original.deletingLastPathComponent().deletingLastPathComponent()

    /// The documents of the project.
    static let paths: [String] = {
        let files = FileManager.default.enumerator(
            at: project, includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
        return (files?.compactMap { $0 as? URL } ?? [])
            .filter { $0.pathExtension == "md" }
            .map { String($0.path.dropFirst(project.path.count + 1)) }
            .filter { !$0.hasPrefix("demo/") }.sorted()
    }()

    /// Those that have blocks.
    static let all = paths.compactMap { try? Document($0) }.filter { !$0.blocks.isEmpty }

    init(_ path: String) throws {
        self.path = path
        blocks = Self.blocks(of: try Self.text(path).components(separatedBy: "\n"), in: path)
    }

    /// The text of a file of the project.
    static func text(_ path: String) throws -> String {
        try String(contentsOf: project.appendingPathComponent(path), encoding: .utf8)
    }

    func blocks(_ kind: Kind) -> [Block] { blocks.filter { $0.kind == kind } }

    private static func blocks(of lines: [String], in path: String) -> [Block] {
        var found: [Block] = []
        var index = 0
        while index < lines.count {
            let first = index
            let indentation = lines[first].prefix { $0 == " " }.count
            var body: [String] = []
            var language: Substring?
            if lines[first].drop(while: { $0 == " " }).hasPrefix("```") {
                language = lines[first].dropFirst(indentation + 3)
                index += 1
                while index < lines.count, !lines[index].contains("```") {
                    body.append(String(lines[index].dropFirst(indentation)))
                    index += 1
                }
                index += 1
            } else if indentation >= 4, first > 0, lines[first - 1].isEmpty {
                while index < lines.count, lines[index].isEmpty || lines[index].hasPrefix("    ") {
                    body.append(String(lines[index].dropFirst(indentation)))
                    index += 1
                }
                while body.last?.isEmpty == true { body.removeLast() }
            } else {
                index += 1
                continue
            }
            let kind = kind(of: body.first ?? "", language: language ?? "")
            found.append(Block(place: "\(path):\(first + 1)", kind: kind, lines: body))
        }
        return found
    }

    private static func kind(of first: String, language: Substring) -> Kind {
        switch language {
        case "swift": .swift
        case "text": .text
        default:
            if first.hasPrefix("$ ") {
                .session
            } else if first.hasPrefix("[") {
                .configuration
            } else {
                first.contains(/^\w+:/) ? .yaml : .commands
            }
        }
    }
}

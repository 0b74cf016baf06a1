import SystemPackage
import Yams

/// A YAML file of job definitions. Every problem in it is reported with its line and column.
struct YAMLFile {
    private let path: FilePath
    private let fileSystem: FileSystem

    /// Opens the file that an option of the section `[wiki]` names.
    /// - Parameter place: The place of the option.
    init(
        _ path: FilePath, namedBy option: String, at place: INIDocument.Place?, on fileSystem: FileSystem
    ) throws(ProblemFound) {
        self.path = path
        self.fileSystem = fileSystem
        guard (try? fileSystem.status(path)) != .some(nil) else {
            throw ProblemFound(
                problem: ConfigurationProblem(
                    .error, at: place, "[wiki] \(option): there is no file \(path)",
                    remedy: "create it, or leave the option empty for the built-in list"))
        }
    }

    func topMapping() throws(ProblemFound) -> Node.Mapping {
        let text: String
        do throws(DumpError) {
            text = String(decoding: try fileSystem.read(path), as: UTF8.self)
        } catch {
            throw ProblemFound(problem: ConfigurationProblem(.error, message: error.message, remedy: error.remedy))
        }
        do {
            guard let root = try compose(yaml: text) else {
                throw problem("the file is empty", nil, "leave the option empty for the built-in list")
            }
            return try mapping(root, "the file")
        } catch let error as ProblemFound {
            throw error
        } catch let error as YamlError {
            let (message, mark) = Self.explain(error)
            throw problem(message, mark, "correct the YAML")
        } catch {
            throw problem("not understood: \(error)", nil, "correct the YAML")
        }
    }

    /// A node as a mapping; throws if it is none.
    func mapping(_ node: Node, _ name: String) throws(ProblemFound) -> Node.Mapping {
        guard let mapping = node.mapping else {
            throw problem("\(name) is not a mapping", node.mark, "write “key: value” lines")
        }
        return mapping
    }

    func text(_ key: String, of mapping: Node.Mapping, _ name: String) throws(ProblemFound) -> String {
        guard let node = mapping[key] else { throw problem("\(name) has no “\(key)”", mapping.mark, "add it") }
        guard let text = node.scalar?.string, !text.isEmpty else {
            throw problem("“\(key)” of \(name) is not text", node.mark, "write “\(key): text”")
        }
        return text
    }

    /// Rejects unknown keys, which are usually misspelt.
    func checkKeys(of mapping: Node.Mapping, _ name: String, known: [String]) throws(ProblemFound) {
        for (node, _) in mapping {
            guard let key = node.scalar?.string, known.contains(key) else {
                let text = node.scalar?.string ?? "?"
                let near = Suggestion.nearest(to: text, among: known)
                throw problem(
                    "\(name) has an unknown key “\(text)”", node.mark,
                    near.map { "did you mean \($0)?" } ?? "known are \(known.joined(separator: ", "))")
            }
        }
    }

    /// Checks a text that becomes part of a file name.
    func checkName(_ text: String, _ node: Node) throws(ProblemFound) {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0.isAlphanumeric || $0 == UInt8(ascii: "_") }) else {
            throw problem(
                "“\(text)” cannot be the name of a table or job", node.mark, "use letters, digits and “_” only")
        }
    }

    func problem(_ message: String, _ mark: Mark?, _ remedy: String) -> ProblemFound {
        let column = mark.map { "column \($0.column): " } ?? ""
        return ProblemFound(
            problem: ConfigurationProblem(
                .error, file: path.string, line: mark?.line, message: column + message, remedy: remedy))
    }

    private static func explain(_ error: YamlError) -> (String, Mark?) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (problem, mark)
        case .duplicatedKeysInMapping(let keys, let context):
            ("the same key twice: \(keys.sorted().joined(separator: ", "))", context.mark)
        default: ("\(error)", nil)
        }
    }
}

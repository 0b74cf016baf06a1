import WikiDumpKit

/// A word on the command line that no command knows, and what was probably meant.
///
/// The parser tells of a missing argument first, and does not know which command `rnu` would have been.
enum Misspelling {
    /// - Parameters:
    ///   - words: The arguments, without the name of the program.
    ///   - root: What the parser knows about all commands.
    /// - Returns: A message; nil if every command and option is known.
    static func message(_ words: [String], _ root: HelpTree.Command) -> String? {
        var command = root
        var path = ["dumpctl"]
        var options = names(of: root)
        var rest = words[...]
        if rest.first == "help" { rest = rest.dropFirst() }
        while let word = rest.first, let subcommands = command.subcommands, !subcommands.isEmpty, !word.hasPrefix("-") {
            let known = subcommands.map(\.commandName)
            guard let next = subcommands.first(where: { $0.commandName == word }) else {
                return "there is no command “\(path.joined(separator: " ")) \(word)”"
                    + suggestion(for: word, among: known, or: "`\(path.joined(separator: " ")) --help` lists them")
            }
            command = next
            path.append(word)
            options.formUnion(names(of: next))
            rest = rest.dropFirst()
        }
        for word in rest.prefix(while: { $0 != "--" }) where word.hasPrefix("--") {
            let name = String(word.prefix { $0 != "=" })
            if options.contains(name) { continue }
            return "there is no option \(name) for “\(path.joined(separator: " "))”"
                + suggestion(
                    for: name, among: options.sorted(), or: "`\(path.joined(separator: " ")) --help` lists them")
        }
        return nil
    }

    private static func names(of command: HelpTree.Command) -> Set<String> {
        Set((command.arguments ?? []).flatMap { $0.names ?? [] }.map(\.spelling)).union(["--help", "--version"])
    }

    private static func suggestion(for word: String, among known: [String], or other: String) -> String {
        " (" + (Suggestion.nearest(to: word, among: known).map { "did you mean \($0)?" } ?? other) + ")"
    }
}

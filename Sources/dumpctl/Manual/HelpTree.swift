import ArgumentParser
import FoundationEssentials
import WikiDumpKit

/// The commands and their options, as the parser of arguments knows them.
struct HelpTree: Decodable {
    struct Command: Decodable {
        var commandName: String
        var abstract: String?
        var discussion: String?
        var shouldDisplay: Bool?
        var subcommands: [Command]?
        var arguments: [Argument]?
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String

            var spelling: String { kind == "long" ? "--\(name)" : "-\(name)" }
        }

        var kind: String
        var shouldDisplay: Bool
        var isOptional: Bool
        var sectionTitle: String?
        var names: [Name]?
        var valueName: String?
        var abstract: String?
        var discussion: String?
    }

    var command: Command

    /// Reads what the parser tells about a command and those below it.
    static func of(_ root: any ParsableCommand.Type) throws(DumpError) -> Command {
        do { return try JSONDecoder().decode(HelpTree.self, from: Data(root._dumpHelp().utf8)).command } catch {
            throw DumpError(.jobFailed, "the help cannot be read", remedy: "report this", cause: error)
        }
    }
}

import ArgumentParser
import SystemPackage

/// `dumpctl compat`: makes the program answer to the names of the old bz2 tools.
struct CompatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compat",
        abstract: "Let dumpctl take the place of the old bz2 tools, under their names.",
        discussion: """
            Started under an old name, dumpctl takes the options of that tool and answers as it did:
            \(OldTools.all.map { $0.name }.sorted().joined(separator: ", ")).
            """,
        subcommands: [Install.self, Remove.self])

    /// `dumpctl compat install`: makes the links.
    struct Install: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "install",
            abstract: "Make a link to this program for every old name.",
            discussion: "Nothing is changed if a name belongs to another program, unless --force is given.")

        @Argument(help: "The folder for the links, such as /usr/local/bin.", completion: .directory)
        var folder: String

        @Flag(help: "Move other programs that have one of the names aside, to NAME.before-dumpctl.")
        var force = false

        @Flag(help: "Print one JSON object on each line.")
        var json = false

        func run() throws {
            let changes = try CompatLinks(in: FilePath(folder)).install(force: force)
            for change in changes { CompatCommand.tell(change, json: json) }
        }
    }

    /// `dumpctl compat remove`: removes the links.
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove the links, and put back the programs they replaced.")

        @Argument(help: "The folder with the links.", completion: .directory)
        var folder: String

        @Flag(help: "Print one JSON object on each line.")
        var json = false

        func run() throws {
            let changes = try CompatLinks(in: FilePath(folder)).remove()
            for change in changes { CompatCommand.tell(change, json: json) }
            if changes.isEmpty, !json { print("There are no links to dumpctl in \(folder).") }
        }
    }

    private static func tell(_ change: CompatLinks.Change, json: Bool) {
        if json { return JSONOutput.print(change) }
        switch change.action {
        case .linked: print("linked \(change.path) -> \(change.target)")
        case .kept: print("kept \(change.path) -> \(change.target)")
        case .replaced: print("linked \(change.path) -> \(change.target); the old one is \(change.aside ?? "")")
        case .removed: print("removed \(change.path)")
        case .restored: print("restored \(change.path)")
        }
    }
}

/// The old programs that `dumpctl` replaces.
enum OldTools {
    static var all: [any OldTool.Type] {
        [
            AppendTool.self, CheckFooterTool.self, CheckPageRangeTool.self, DumpFromOffsetTool.self,
            DumpLastBlockTool.self, FindPageIDTool.self, GetLastIDTool.self, RecompressXMLTool.self,
            RevsPerPageTool.self, ShowCRCsTool.self, SplitTool.self, WriteUpToPageIDTool.self,
        ]
    }

    /// The old program under whose name this process was started; nil if there is none.
    /// - Parameter command: The command as it was typed, or a path.
    static func named(by command: String) -> (any OldTool.Type)? {
        let name = FilePath(command).lastComponent?.string
        return all.first { $0.name == name }
    }
}

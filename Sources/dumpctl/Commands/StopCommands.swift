import ArgumentParser
import WikiDumpKit

/// `dumpctl maintenance`: lets no job begin.
struct MaintenanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance",
        abstract: "Let no job begin, until `dumpctl undo maintenance`.",
        discussion: """
            Jobs that are at work are finished. The text is shown on the index page of the farm.

            Example:
              dumpctl maintenance "The disks are being replaced."
            """)

    @Argument(help: "What the index page says meanwhile.")
    var text: String?

    @OptionGroup var options: AdminOptions

    func run() async throws { options.tell([try options.open().begin(.maintenance, text: text)]) }
}

/// `dumpctl exit`: ends the loops.
struct ExitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exit",
        abstract: "Let all loops end after the dump they are at, until `dumpctl undo exit`.")

    @OptionGroup var options: AdminOptions

    func run() async throws { options.tell([try options.open().begin(.exit)]) }
}

/// `dumpctl undo`: takes back what holds up the farm, or a notice.
struct UndoCommand: AsyncParsableCommand {
    /// What can be taken back.
    enum Action: String, ExpressibleByArgument, CaseIterable {
        case maintenance, exit, notice
    }

    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Take back maintenance, exit or a notice.",
        discussion: """
            Examples:
              dumpctl undo maintenance
              dumpctl undo notice nordwiki --date 2026-11-01
            """)

    @Argument(help: "maintenance, exit or notice.")
    var action: Action

    @Argument(help: "With notice: the wikis. All that have a run without.")
    var wikis: [WikiName] = []

    @Option(help: "With notice: the date of the run. The newest without.")
    var date: DateArgument?

    @OptionGroup var options: AdminOptions

    func validate() throws {
        if action != .notice, !wikis.isEmpty || date != nil {
            throw ValidationError("\(action.rawValue) holds up the whole farm, so it takes no wiki and no date.")
        }
    }

    func run() async throws {
        let farm = try options.open()
        switch action {
        case .maintenance: options.tell([try farm.end(.maintenance)])
        case .exit: options.tell([try farm.end(.exit)])
        case .notice:
            let deeds = try await farm.notice(wikis.map(\.description), .remove, date?.date)
            options.tell(deeds, nothing: "no wiki has a run")
        }
    }
}

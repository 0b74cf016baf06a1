import ArgumentParser
import WikiDumpKit

/// `dumpctl purge`: removes a run.
struct PurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Remove a run: its published and its private files, and the links to them.",
        discussion: """
            Old runs are removed by themselves, see the option keep. The newest complete run of a wiki is refused.

            Example:
              dumpctl purge nordwiki 2026-11-01 --dryrun
            """)

    @Argument(help: "The wiki.")
    var wiki: WikiName

    @Argument(help: "The date of the run, such as 20261101 or 2026-11-01.")
    var date: DateArgument

    @Flag(help: "Remove even the newest complete run.")
    var force = false

    @OptionGroup var options: AdminOptions

    func run() async throws { options.tell([try await options.open().purge(wiki, date.date, force: force)]) }
}

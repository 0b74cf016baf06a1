import ArgumentParser
import WikiDumpKit

/// `dumpctl unlock`: removes the locks of dead processes.
struct UnlockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Remove the locks that dead processes left.",
        discussion: """
            The lock of a process that may live is refused with 11. With --force it is taken anyway: that process \
            can then write no more, and stops.

            Examples:
              dumpctl unlock --dryrun
              dumpctl unlock nordwiki
            """)

    @Argument(help: "The wikis. All of them without.")
    var wikis: [WikiName] = []

    @Flag(help: "Take the lock even from a process that lives. Needs the name of a wiki.")
    var force = false

    @OptionGroup var options: AdminOptions

    func validate() throws {
        if force, wikis.isEmpty { throw ValidationError("--force needs the name of a wiki.") }
    }

    func run() async throws {
        options.tell(
            try await options.open().unlock(wikis.map(\.description), force: force), nothing: "no lock is held")
    }
}

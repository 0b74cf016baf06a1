import ArgumentParser
import WikiDumpKit

/// `dumpctl kill`: stops the processes of this machine that dump wikis.
struct KillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill",
        abstract: "Ask the process of this machine that dumps a wiki to stop.",
        discussion: """
            The process gets SIGTERM. It ends what it writes, gives its lock back, and says how to go on. A process \
            on another machine or in another container has to be stopped there.

            Examples:
              dumpctl kill nordwiki
              dumpctl kill --all --dryrun
            """)

    @Argument(help: "The wikis.")
    var wikis: [WikiName] = []

    @Flag(help: "The processes of all wikis.")
    var all = false

    @OptionGroup var options: AdminOptions

    func validate() throws {
        if wikis.isEmpty != all { throw ValidationError("Name wikis, or say --all.") }
    }

    func run() async throws {
        options.tell(try await options.open().kill(wikis.map(\.description)), nothing: "no process works on any wiki")
    }
}

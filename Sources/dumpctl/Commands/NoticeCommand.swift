import ArgumentParser
import WikiDumpKit

/// `dumpctl notice`: shows a text on the page of a run.
struct NoticeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notice",
        abstract: "Show a text on the pages of runs.",
        discussion: """
            `dumpctl undo notice WIKI` removes it. The run keeps its time.

            Example:
              dumpctl notice "The history follows on Monday." nordwiki
            """)

    @Argument(help: "The text. Plain text, not HTML.")
    var text: String

    @Argument(help: "The wikis. All that have a run without.")
    var wikis: [WikiName] = []

    @Option(help: "The date of the run. The newest without.")
    var date: DateArgument?

    @OptionGroup var options: AdminOptions

    func validate() throws {
        if text.allSatisfy(\.isWhitespace) { throw ValidationError("The text is empty; undo notice removes one.") }
    }

    func run() async throws {
        let deeds = try await options.open().notice(wikis.map(\.description), .text(text), date?.date)
        options.tell(deeds, nothing: "no wiki has a run")
    }
}

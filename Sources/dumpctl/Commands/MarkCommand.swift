import ArgumentParser
import WikiDumpKit

/// `dumpctl mark`: says of a job that it is done or failed.
struct MarkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mark",
        abstract: "Mark a job of a run as done or failed, and publish the run again.",
        discussion: """
            A job can only be done if all of its files are there. The next run does a failed job again.

            Examples:
              dumpctl mark nordwiki articlesdump failed
              dumpctl mark nordwiki tables done --date 2026-11-01
            """)

    @Argument(help: "The wiki.")
    var wiki: WikiName

    @Argument(help: "The job; tables for all table jobs.")
    var job: String

    @Argument(help: "done or failed.")
    var status: JobStatus

    @Option(help: "The date of the run. The newest without.")
    var date: DateArgument?

    @OptionGroup var options: AdminOptions

    func run() async throws { options.tell([try await options.open().mark(wiki, job, status, date?.date)]) }
}

import ArgumentParser
import WikiDumpKit

/// `dumpctl remove`: removes what failed jobs left.
struct RemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove the files of the failed jobs of a run, and publish the run again.",
        discussion: """
            The jobs stay failed. `dumpctl rerun` removes the files and does the jobs again.

            Example:
              dumpctl remove nordwiki --dryrun
            """)

    @Argument(help: "The wikis. All whose newest run has failed jobs without.")
    var wikis: [WikiName] = []

    @Option(help: "The date of the run. The newest without.")
    var date: DateArgument?

    @OptionGroup var options: AdminOptions

    func run() async throws {
        let farm = try options.open()
        var deeds: [FarmAdministration.Deed] = []
        for wiki in wikis.isEmpty ? try farm.wikisWithFailedJobs() : wikis {
            deeds.append(try await farm.removeFailed(wiki, date?.date))
        }
        options.tell(deeds, nothing: "no job has failed")
    }
}

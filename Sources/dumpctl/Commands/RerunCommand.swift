import ArgumentParser
import WikiDumpKit

/// `dumpctl rerun`: does failed jobs again.
struct RerunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun",
        abstract: "Do the failed jobs of a run again, after what they left is removed.",
        discussion: """
            It is `dumpctl run WIKI --date DATE --cleanup --job JOBS` with the jobs that failed. Exits with 10 if none \
            has failed.

            Examples:
              dumpctl rerun nordwiki --dryrun
              dumpctl rerun nordwiki --date 2026-11-01
            """)

    @Argument(help: "The wiki.")
    var wiki: WikiName

    @Option(help: "The date of the run. The newest without.")
    var date: DateArgument?

    @OptionGroup var configuration: ConfigurationOptions

    @Flag(
        name: [.customLong("dryrun"), .customLong("dry-run"), .customShort("n")],
        help: "Only say what would be done. Changes nothing on disk.")
    var dryRun = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let loaded = try configuration.load()
        let farm = try FarmAdministration(loaded, isRehearsal: true, logger: output.logger)
        let (date, jobs) = try farm.failedJobs(of: wiki, date?.date)
        guard !jobs.isEmpty else {
            throw DumpError(
                .nothingToDo, "no job of the run of \(wiki) of \(date.dashed) has failed",
                remedy: "name jobs with dumpctl run to do them again")
        }
        var words = [wiki.description, "--date", date.description, "--cleanup", "--job", jobs.joined(separator: ",")]
        if let file = configuration.configurationFile { words += ["--configfile", file] }
        if dryRun { words.append("--dryrun") }
        let command = try RunCommand.parse(words + output.words)
        try await command.run()
    }
}

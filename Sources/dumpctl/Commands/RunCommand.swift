import ArgumentParser
import Logging
import WikiDumpKit

/// `dumpctl run`: dumps one wiki.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Dump the wiki whose turn it is, or the one named.",
        discussion: """
            A run that was cut off is finished under its own date; what is complete is kept. To dump a whole farm, \
            repeat the command until it exits with 10.
            """)

    @OptionGroup var configuration: ConfigurationOptions

    @Argument(help: "The database name of the wiki. Without it: the wiki dumped longest ago.")
    var wiki: WikiName?

    @Option(
        help: ArgumentHelp(
            "The date of the run: YYYYMMDD, or 'last' for the newest run.",
            discussion: "Without it: that of a run that was cut off, else today (UTC).", valueName: "date"))
    var date: String?

    @Option(name: [.customLong("job"), .customLong("jobs")], help: "Do these jobs only, separated by commas.")
    var job: String?

    @Option(
        name: [.customLong("skipjobs"), .customLong("skip-jobs")], help: "Leave out these jobs, separated by commas.")
    var skipJobs: String?

    @Flag(
        name: [.customLong("skipdone"), .customLong("skip-done")],
        help: "Leave alone jobs that are done, also those named with --job.")
    var skipDone = false

    @Flag(
        name: [.customLong("dryrun"), .customLong("dry-run")],
        help: "Show what would be done, and why. Changes nothing on disk.")
    var dryRun = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let request = RunRequest(wiki: wiki, date: try parsedDate(), jobs: selection)
        let worker = try Worker(configuration: try configuration.load(), logger: output.logger)
        if dryRun { return print(try worker.plan(request)) }
        let output = output
        let begun = BegunRun()
        let run = try await stoppingOnSignal(resume: { resumeCommand(begun) }) {
            try await output.reporting { observer in
                try await worker.run(request, ObserverPair(first: begun, second: observer))
            }
        }
        let status = ExitStatus.of(run)
        guard status != ExitStatus.done else { return }
        printError(RunText.failure(run))
        throw ExitCode(status)
    }

    private var selection: JobSelection {
        JobSelection(
            names: job.map(Self.list), skipped: skipJobs.map(Self.list) ?? [], skipsDone: skipDone)
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.filter { $0 != " " }) }.filter { !$0.isEmpty }
    }

    private func parsedDate() throws(DumpError) -> RunRequest.Date {
        guard let date else { return .automatic }
        if date == "last" { return .last }
        guard let day = DumpDate(date) else {
            throw DumpError(.usage, "'\(date)' is no date", remedy: "give YYYYMMDD, such as 20261124, or 'last'")
        }
        return .day(day)
    }

    /// How to go on after a stop: with the wiki and the date that were at work, whoever chose them.
    private func resumeCommand(_ begun: BegunRun) -> String {
        var words = ["dumpctl", "run"]
        if let file = configuration.configurationFile { words += ["--configfile", file] }
        if let date = begun.date?.description ?? date { words += ["--date", date] }
        if let job { words += ["--job", job, "--skipdone"] }
        if let skipJobs { words += ["--skipjobs", skipJobs] }
        if let wiki = begun.wiki ?? wiki { words.append(wiki.description) }
        return ShellText.command(words)
    }

    private func print(_ plan: RunPlan) {
        if output.json { return JSONOutput.print(PlanLine(plan)) }
        Swift.print("\(plan.wiki) \(plan.date.dashed): nothing is changed, this is what a run would do")
        for job in plan.jobs {
            Swift.print("\(job.willRun ? "run " : "keep") \(job.name): \(job.reason)")
            for file in job.files where job.willRun { Swift.print("       \(file)") }
        }
    }

    /// A plan as JSON.
    private struct PlanLine: Encodable {
        struct Job: Encodable {
            var job: String
            var willRun: Bool
            var reason: String
            var files: [String]
        }
        var wiki: String
        var date: String
        var jobs: [Job]

        init(_ plan: RunPlan) {
            wiki = plan.wiki.description
            date = plan.date.description
            jobs = plan.jobs.map { Job(job: $0.name, willRun: $0.willRun, reason: $0.reason, files: $0.files) }
        }
    }
}

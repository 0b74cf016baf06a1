import ArgumentParser
import WikiDumpKit

/// Which jobs a run does.
struct JobOptions: ParsableArguments {
    @Option(
        name: [.customLong("job"), .customLong("jobs")],
        help: ArgumentHelp(
            "Do these jobs only, separated by commas; 'tables' stands for all tables.",
            discussion: "Jobs that are already done are done again.", valueName: "jobs"))
    var job: String?

    @Option(
        name: [.customLong("skipjobs"), .customLong("skip-jobs")],
        help: ArgumentHelp(
            "Leave out these jobs, separated by commas, and those that need them.", valueName: "jobs"))
    var skipJobs: String?

    @Flag(
        name: [.customLong("skipdone"), .customLong("skip-done")],
        help: "Skip jobs that are already done, even if --job names them.")
    var skipDone = false

    @Flag(
        name: [.customLong("restartfrom"), .customLong("restart-from")],
        help: "Do the one job named with --job and all jobs after it.")
    var restartFrom = false

    @Flag(
        name: [.customLong("prereqs"), .customLong("prerequisites")],
        help: "First do what the jobs named with --job need.")
    var prerequisites = false

    @Flag(
        help: ArgumentHelp(
            "Before a job is done again, remove the files that it left earlier.",
            discussion: "Without it, they stay until the new ones are complete."))
    var cleanup = false

    var selection: JobSelection {
        JobSelection(
            names: job.map(Self.list), skipped: skipJobs.map(Self.list) ?? [], skipsDone: skipDone,
            restarts: restartFrom, addsPrerequisites: prerequisites)
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.filter { $0 != " " }) }.filter { !$0.isEmpty }
    }
}

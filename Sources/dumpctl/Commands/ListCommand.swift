import ArgumentParser
import CLibrary
import WikiDumpKit

/// `dumpctl list`: the runs of the wikis.
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the runs of the wikis, with their state and size.",
        discussion: """
            Nothing is changed. `dumpctl status` shows a line for each wiki.

            Examples:
              dumpctl list nordwiki
              dumpctl list --state failed --since 2026-11-01
              dumpctl list --newest --state complete --json
            """)

    @Argument(help: "The wikis. All of them without.")
    var wikis: [WikiName] = []

    @Option(help: "Only runs in this state: complete, partial, failed, interrupted or running. May be repeated.")
    var state: [ListedRun.State] = []

    @Option(help: "Only runs of this date or later.")
    var since: DateArgument?

    @Option(help: "Only runs of dates before this one.")
    var before: DateArgument?

    @Flag(help: "Only the newest run of each wiki that fits.")
    var newest = false

    @OptionGroup var options: AdminOptions

    func run() async throws {
        var filter = FarmAdministration.RunFilter()
        filter.states = Set(state)
        (filter.since, filter.before, filter.onlyNewest) = (since?.date, before?.date, newest)
        let runs = try await options.open().runs(wikis.map(\.description), filter)
        if options.json {
            let list = runs.map { run -> JSONObject in
                [
                    "wiki": run.wiki.description, "date": run.date.description, "state": run.state.rawValue,
                    "updated": run.updated?.iso8601, "bytes": run.bytes, "failedJobs": run.failedJobs,
                ]
            }
            return JSONOutput.print(["schema": 1, "runs": list] as JSONObject)
        }
        let rows = runs.map { run in
            [
                run.wiki.description, run.date.dashed, run.state.rawValue, run.updated?.statusText ?? "",
                sizeText(run.bytes), run.failedJobs == 0 ? "" : "\(RunText.number(run.failedJobs, "job")) failed",
            ]
        }
        PlainTable.print(rows, none: "no run fits")
    }
}

/// `dumpctl jobs`: the jobs of a run.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "List the jobs of a wiki's run, with their state and why they failed.",
        discussion: """
            Nothing is changed. The jobs of a wiki without a run wait.

            Examples:
              dumpctl jobs nordwiki
              dumpctl jobs nordwiki --date 2026-11-01 --json
            """)

    @Argument(help: "The wiki.")
    var wiki: WikiName

    @Option(help: "The date of the run. The newest without.")
    var date: DateArgument?

    @Option(help: "Only jobs in this state: waiting, in-progress, done, failed or skipped. May be repeated.")
    var state: [JobStatus] = []

    @OptionGroup var options: AdminOptions

    func run() async throws {
        let (date, all) = try options.open().jobs(of: wiki, date?.date)
        let jobs = all.filter { state.isEmpty || state.contains($0.status) }
        if options.json {
            let list = jobs.map { job -> JSONObject in
                [
                    "job": job.name, "title": job.title, "status": job.status.rawValue,
                    "updated": job.updated?.iso8601, "files": job.files, "bytes": job.bytes, "missing": job.missing,
                    "reason": job.reason,
                ]
            }
            return JSONOutput.print(
                ["schema": 1, "wiki": wiki.description, "date": date?.description, "jobs": list] as JSONObject)
        }
        let rows = jobs.map { job in
            [
                job.name, job.status.rawValue, job.updated?.statusText ?? "",
                job.files == 0 ? "" : "\(RunText.number(job.files, "file")), \(sizeText(job.bytes))",
                job.reason ?? (job.missing > 0 ? "\(RunText.number(Int(job.missing), "item")) missing" : ""),
            ]
        }
        PlainTable.print(rows, none: "no job fits")
    }
}

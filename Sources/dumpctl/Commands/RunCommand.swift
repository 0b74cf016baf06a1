import ArgumentParser
import CLibrary
import Logging
import WikiDumpKit

/// `dumpctl run`: dumps one wiki.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Dump a wiki: the one named, or the one that is due.",
        discussion: """
            A run that was cut off is finished under its own date; what is complete is kept. To dump a whole farm \
            once, add --loop --onepass, or repeat the command until it exits with 10.

            Examples:
              dumpctl run nordwiki --dryrun              what would be done, and why
              dumpctl run nordwiki --date last --job articlesdump,xmlstubsdump
              dumpctl run nordwiki --job metahistory7zdump --prereqs
              dumpctl run nordwiki --date 20261101 --job articlesdump --restartfrom
              dumpctl run nordwiki --date last --job metahistorybz2dump --batches     help another process
              dumpctl run --loop --cutoff today --skipjobs metahistorybz2dump
            """)

    @OptionGroup var arguments: RunArguments

    @Flag(
        name: [.customLong("dryrun"), .customLong("dry-run")],
        help: "Show what would be done, and why. Changes nothing on disk.")
    var dryRun = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        do { try await perform() } catch let error as DumpError where error.code == .nothingToDo && output.quiet {
            // It is no error, and the status says it all.
            throw ExitCode(ExitStatus.nothingToDo)
        }
    }

    private func perform() async throws {
        let today = DumpDate(SystemWallClock().now())
        let request = try arguments.request(today: today)
        let log = RunLog()
        let logger = output.logger(into: log)
        let teller = ProblemTeller(logger)
        let configuration =
            try arguments.loop.isPartOfLoop
            ? arguments.configuration.load() : arguments.configuration.load(teller)
        try arguments.loop.check(request)
        let worker = try Worker(
            configuration: configuration, stopFiles: arguments.loop.stopFiles(configuration.farm), logger: logger)
        if dryRun { return print(try await worker.plan(request)) }
        if arguments.loop.loop {
            try worker.check(request)
            return try await RunLoop(arguments: arguments, output: output, today: today, teller: teller).run(
                request, configuration.farm)
        }
        let ending = RunEnding(
            arguments: arguments, configuration: configuration, log: log, logger: logger, begun: BegunRun())
        do {
            if request.options.batches {
                return print(try await ending.tellHelp { try await help(request, worker, ending) })
            }
            try await ending.tell { try await dump(request, worker, ending) }
        } catch let error as DumpError where output.quiet && error.code == .nothingToDo {
            // It is no failure, so a job of cron must not send mail about it.
            throw ExitCode(ExitStatus.nothingToDo)
        }
    }

    private func help(_ request: RunRequest, _ worker: Worker, _ ending: RunEnding) async throws -> BatchTally {
        try await reporting(ending) { observer in try await worker.help(request, observer) }
    }

    private func dump(_ request: RunRequest, _ worker: Worker, _ ending: RunEnding) async throws -> RunRecord {
        try await reporting(ending) { observer in try await worker.run(request, observer) }
    }

    /// Runs a body that a signal can stop. Its events go to the log and to the caller.
    private func reporting<Success: Sendable>(
        _ ending: RunEnding, _ body: @escaping @Sendable (any DumpObserver) async throws -> Success
    ) async throws -> Success {
        let output = output
        return try await stoppingOnSignal(resume: { ending.resume }) {
            try await output.reporting { observer in
                try await body(
                    ObserverPair(first: ending.begun, second: ObserverPair(first: ending.logObserver, second: observer))
                )
            }
        }
    }

    private func print(_ tally: BatchTally) {
        if output.json {
            let object: JSONObject = [
                "event": "helpEnded", "wiki": tally.wiki.description, "date": tally.date.description, "job": tally.job,
                "done": tally.done, "failures": tally.failures, "lost": tally.lost,
            ]
            return JSONOutput.print(object)
        }
        if !output.quiet { Output.write(RunText.help(tally) + "\n", to: STDERR_FILENO) }
    }

    private func print(_ plan: RunPlan) {
        if output.json { return JSONOutput.print(JSONObject(plan)) }
        for line in PlanText(plan: plan).lines { Swift.print(line) }
    }
}

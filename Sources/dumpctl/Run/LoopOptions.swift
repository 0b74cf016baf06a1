import ArgumentParser
import SystemPackage
import WikiDumpKit

/// Options for making one dump after another.
struct LoopOptions: ParsableArguments {
    @Flag(help: "Dump one wiki after another, each in a new process that reads the configuration again.")
    var loop = false

    @Option(
        name: [.customLong("maxfails"), .customLong("max-failures")],
        help: ArgumentHelp(
            "With --loop: how many dumps may fail in a row; one more ends the loop with status 1. (default: 3)",
            valueName: "number"))
    var failures: Int?

    @Option(
        name: [.customLong("sleep"), .customLong("pause")],
        help: ArgumentHelp(
            "With --loop: the longest pause when there is nothing to do, and after a failure. (default: 60)",
            valueName: "seconds"))
    var pause: Int?

    @Flag(
        name: [.customLong("onepass"), .customLong("one-pass")],
        help: "With --loop: end with status 0 when nothing is left to do, as with --cutoff.")
    var onePass = false

    @Option(
        help: ArgumentHelp(
            "Where to look for maintenance.txt, which keeps jobs from starting, and exit.txt, which ends loops.",
            discussion: "Without it: the root of the private tree.", valueName: "folder"), completion: .directory)
    var basedir: String?

    @Flag(name: .customLong("part-of-loop"), help: .hidden)
    var isPartOfLoop = false

    func validate() throws {
        for (isGiven, option) in [(failures != nil, "--maxfails"), (pause != nil, "--sleep"), (onePass, "--onepass")]
        where isGiven && !loop {
            throw ValidationError("\(option) needs --loop.")
        }
        if let failures, failures < 0 { throw ValidationError("--maxfails takes a number from 0.") }
        if let pause, pause < 1 { throw ValidationError("--sleep takes a number of seconds from 1.") }
    }

    func stopFiles(_ farm: FarmSettings) -> StopFiles {
        StopFiles(in: basedir.map { FilePath($0) } ?? farm.privateTree)
    }

    /// When the loop goes on, and when it ends.
    func limits(for request: RunRequest) -> DumpLoop.Limits {
        DumpLoop.Limits(
            failures: failures ?? 3, pause: .seconds(pause ?? 60),
            endsWhenDone: onePass || request.cutoff != nil, endsWithDump: request.wiki != nil)
    }

    /// Limits a pass through all wikis to the day on which it begins. Otherwise a pass that lasts past midnight would find
    /// that every wiki is due again.
    /// - Returns: The request, and the words that were added to the command line.
    static func bounded(_ request: RunRequest, onePass: Bool, today: DumpDate) -> (RunRequest, [String]) {
        guard onePass, request.wiki == nil, request.cutoff == nil, request.date == .automatic, request.jobs.names == nil
        else { return (request, []) }
        var request = request
        request.cutoff = today
        return (request, ["--cutoff", today.description])
    }

    /// Refuses requests that would loop for ever.
    func check(_ request: RunRequest) throws(DumpError) {
        guard loop else { return }
        if request.options.batches {
            throw DumpError(
                .usage, "--batches helps with one job until nothing is left, so a loop has nothing to add",
                remedy: "leave --loop out")
        }
        let isPseudo = try request.jobs.pseudoJob() != nil
        if request.wiki == nil, request.jobs.names != nil, !request.jobs.skipsDone, request.cutoff == nil {
            throw DumpError(
                .usage, "a loop would do the \(isPseudo ? "same" : "named jobs") in all wikis over and over",
                remedy: isPseudo ? "add --cutoff" : "add --skipdone or --cutoff")
        }
    }
}

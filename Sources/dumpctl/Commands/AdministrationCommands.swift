import ArgumentParser
import CLibrary
import SystemPackage
import WikiDumpKit

/// `dumpctl unlock`: removes the lock of a wiki.
struct UnlockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Remove the lock that a dead process left on a wiki.",
        discussion: """
            A lock whose holder may be alive is refused with exit status 11, unless --force is given. Then the holder changes \
            nothing from then on, and ends with 75. Exits with 10 if the wiki is not locked.

            Workers and monitors remove stale locks by themselves.
            """)

    @Argument(help: "The wiki.")
    var wiki: WikiName

    @OptionGroup var configuration: ConfigurationOptions

    @Flag(help: "Take the lock of a process that may be alive too.")
    var force = false

    @OptionGroup var action: ActionOptions

    func run() async throws {
        let farm = FarmAdministration(try configuration.load(ProblemTeller(OutputOptions.plainLogger)))
        let holders =
            try await action.dryRun ? farm.holders(of: wiki) : farm.unlock(wiki, force: force)
        for holder in holders {
            let isRefused = action.dryRun && !force && !holder.isStale
            action.tell(
                isRefused ? "would refuse" : action.verb("removed", "would remove"),
                "the lock of \(wiki) of \(holder.date.dashed), held by process \(holder.processID) on \(holder.host)"
                    + (holder.isStale ? ", which is dead" : ""),
                [
                    "wiki": wiki.description, "date": holder.date.description, "host": holder.host,
                    "process": holder.processID, "stale": holder.isStale, "age": holder.age,
                ])
        }
        guard holders.isEmpty else { return }
        printError("\(wiki) is not locked")
        throw ExitCode(ExitStatus.nothingToDo)
    }
}

/// `dumpctl purge`: removes a run.
struct PurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Remove a run of a wiki: its folders in both trees, and the links to its files.",
        discussion: "Exits with 11 if a process is at work on the wiki. The pages are right after the next sweep.")

    @Argument(help: "The wiki.")
    var wiki: WikiName

    @Argument(help: "The date of the run, such as 20261101 or 2026-11-01.")
    var date: String

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var action: ActionOptions

    func validate() throws {
        if DumpDate(written: date) == nil { throw ValidationError("\(date) is not a date such as 20261101.") }
    }

    func run() async throws {
        guard let date = DumpDate(written: date) else { return }
        let farm = FarmAdministration(try configuration.load(ProblemTeller(OutputOptions.plainLogger)))
        if action.dryRun {
            guard try farm.runs(of: wiki).contains(date) else {
                throw DumpError(.usage, "\(wiki) has no run of \(date)", remedy: "`dumpctl status \(wiki)` tells more")
            }
        } else {
            try await farm.purge(wiki, date)
        }
        action.tell(
            action.verb("removed", "would remove"), "the run of \(wiki) of \(date.dashed)",
            ["wiki": wiki.description, "date": date.description])
    }
}

/// `dumpctl maintenance`: lets no job begin.
struct MaintenanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance",
        abstract: "Let no job begin on any machine of the farm, or with --end let them begin again.",
        discussion: "Jobs at work go on to their end. It stands in a file in the private tree, which all machines see.")

    @Argument(help: "What the index page of the farm says meanwhile.")
    var text: String?

    @Flag(help: "End the maintenance.")
    var end = false

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var action: ActionOptions

    func run() async throws {
        try action.change(.maintenance, text: text ?? "", ends: end, in: configuration, "maintenance")
    }
}

/// `dumpctl exit`: lets loops end.
struct ExitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exit",
        abstract: "Let all loops of the farm end after their current dump, or with --end let them go on.",
        discussion: "It stands in a file in the private tree, which all machines see.")

    @Flag(help: "Let loops begin dumps again.")
    var end = false

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var action: ActionOptions

    func run() async throws {
        try action.change(.exit, text: "", ends: end, in: configuration, "the end of all loops")
    }
}

/// The options of commands that an operator types.
struct ActionOptions: ParsableArguments {
    @Flag(name: [.customLong("dryrun"), .customLong("dry-run")], help: "Say what would be done, and do nothing.")
    var dryRun = false

    @Flag(help: "Print JSON: one object for each thing done.")
    var json = false

    func verb(_ done: String, _ planned: String) -> String { dryRun ? planned : done }

    func tell(_ verb: String, _ what: String, _ object: JSONObject) {
        guard json else { return Output.write("\(verb) \(what)\n", to: STDOUT_FILENO) }
        var object = object
        object["action"] = verb
        JSONOutput.print(object)
    }

    /// Begins or ends what stops all workers.
    func change(
        _ stop: FarmAdministration.Stop, text: String, ends: Bool, in configuration: ConfigurationOptions,
        _ name: String
    ) throws {
        let farm = FarmAdministration(try configuration.load(ProblemTeller(OutputOptions.plainLogger)))
        let file = farm.file(of: stop)
        if !dryRun {
            if ends {
                guard try farm.end(stop) else {
                    printError("\(file) does not exist, so there is nothing to end")
                    throw ExitCode(ExitStatus.nothingToDo)
                }
            } else {
                try farm.begin(stop, text: text)
            }
        }
        tell(
            ends ? verb("ended", "would end") : verb("began", "would begin"), "\(name): \(file)",
            ["file": file.string, "stop": stop.rawValue])
    }
}

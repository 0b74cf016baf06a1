public import ArgumentParser
import CLibrary
public import WikiDumpKit

/// The options of the commands with which an operator looks after a farm.
struct AdminOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions

    @Flag(
        name: [.customLong("dryrun"), .customLong("dry-run"), .customShort("n")],
        help: "Only say what would be done. Changes nothing on disk.")
    var dryRun = false

    @Flag(help: "Print one JSON object.")
    var json = false

    /// The administration of the configured farm.
    func open() throws(DumpError) -> FarmAdministration {
        let logger = OutputOptions.plainLogger
        return try FarmAdministration(
            try configuration.load(ProblemTeller(logger)), isRehearsal: dryRun, logger: logger)
    }

    /// Prints what was done, a line for each thing, or that nothing was.
    func tell(_ deeds: [FarmAdministration.Deed], nothing: String = "nothing to do") {
        if json {
            let list = deeds.map { deed -> JSONObject in
                [
                    "wiki": deed.wiki?.description, "date": deed.date?.description, "text": deed.text,
                    "change": deed.isChange,
                ]
            }
            let object: JSONObject = ["schema": 1, "dryRun": dryRun, "actions": list]
            return JSONOutput.print(object)
        }
        let lines = deeds.isEmpty ? [nothing] : deeds.map(\.text)
        Output.write(lines.map { $0 + "\n" }.joined(), to: STDOUT_FILENO)
    }
}

/// A date on the command line: `20261124` or `2026-11-24`.
struct DateArgument: ExpressibleByArgument {
    let date: DumpDate

    init?(argument: String) {
        guard let date = DumpDate(written: argument) else { return nil }
        self.date = date
    }
}

extension JobStatus: ExpressibleByArgument {}
extension ListedRun.State: ExpressibleByArgument {}
extension FarmAdministration.Stop: ExpressibleByArgument {}

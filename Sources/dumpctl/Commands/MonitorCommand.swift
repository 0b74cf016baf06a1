import ArgumentParser
import CLibrary
import SystemPackage
import WikiDumpKit

/// `dumpctl monitor`: writes the index of the farm and frees wikis whose dump died.
struct MonitorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor",
        abstract: "Sweep all wikis: write the index pages, mark dead dumps, remove stale locks.")

    @OptionGroup var configuration: ConfigurationOptions

    @Flag(help: "Sweep once and exit. This is the default unless --interval is given.")
    var once = false

    @Option(help: ArgumentHelp("Keep sweeping, with this many seconds between sweeps.", valueName: "seconds"))
    var interval: Int?

    @Option(help: "A file whose text is shown as the state of the farm while no dump is running.", completion: .file())
    var maintenance: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if once, interval != nil { throw ValidationError("--once and --interval contradict each other.") }
        if let interval, interval < 1 { throw ValidationError("--interval takes a number of seconds from 1.") }
    }

    func run() async throws {
        let teller = ProblemTeller(output.logger)
        guard let interval else {
            let problems = try await sweep(teller)
            guard problems > 0 else { return }
            throw DumpError(
                .fileSystem, "the pages are written, but some wikis could not be looked at or cleaned up",
                remedy: "see the errors above, then run again")
        }
        // A configuration that is wrong from the start ends the monitor before anything is published.
        _ = try configuration.load(teller)
        let file = configuration.configurationFile.map { ["--configfile", $0] } ?? []
        let command = ShellText.command(["dumpctl", "monitor", "--interval", "\(interval)"] + file)
        try await stoppingOnSignal(resume: { command }) {
            var lastError: String?
            while true {
                // One bad sweep must not end the monitor. The configuration may just be being edited.
                do {
                    _ = try await sweep(teller)
                    lastError = nil
                } catch let error as DumpError {
                    if Task.isCancelled { throw error }
                    if error.description != lastError { printError(error.description) }
                    lastError = error.description
                }
                do { try await Task.sleep(for: .seconds(interval)) } catch {
                    throw DumpError(.cancelled, "stopped on request")
                }
            }
        }
    }

    /// - Returns: How many things went wrong with single wikis.
    private func sweep(_ teller: ProblemTeller) async throws -> Int {
        // The configuration is read again for every sweep.
        let farm = try configuration.load(teller)
        let sweep = try await Monitor(
            configuration: farm, maintenanceFile: maintenance.map { FilePath($0) }, logger: output.logger
        ).sweep()
        if output.json {
            JSONOutput.print(Self.object(sweep))
        } else if !output.quiet {
            let time = SystemWallClock().now().statusText
            let wikis = sweep.entries.count == 1 ? "1 wiki" : "\(sweep.entries.count) wikis"
            Output.write("\(time): \(wikis), \(sweep.status)\n", to: STDERR_FILENO)
        }
        return sweep.problems
    }

    private static func object(_ sweep: SiteRecord) -> JSONObject {
        let wikis = sweep.entries.map { entry -> JSONObject in
            [
                "wiki": entry.wiki.description, "date": entry.date?.description, "status": entry.statusText,
                "private": entry.isPrivate,
            ]
        }
        return ["status": sweep.status, "wikis": wikis]
    }
}

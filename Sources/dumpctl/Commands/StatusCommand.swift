public import ArgumentParser
import CLibrary
public import WikiDumpKit

/// `dumpctl status`: how the wikis of a farm stand.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the wikis stand: newest complete run, age, size, failures, who works on what.",
        discussion: """
            The worst come first. `dumpctl why WIKI` tells the whole story of one wiki. Nothing is changed, and no \
            database is asked.

            With --max-age, exits with 1 if a wiki has no complete run of that time, for cron and monitoring.

            Examples:
              dumpctl status
              dumpctl status --failed
              dumpctl status --late --max-age 9d
              dumpctl status --json | jq '.wikis[] | select(.state == "failed")'
            """)

    @Argument(help: "The wikis to show. All of them without.")
    var wikis: [WikiName] = []

    @OptionGroup var configuration: ConfigurationOptions

    @Option(help: "The order: \(FarmStatus.Order.allCases.map(\.rawValue).joined(separator: ", ")).")
    var sort = FarmStatus.Order.state

    @Flag(help: "Only wikis that failed, whose process died, or that cannot be read.")
    var failed = false

    @Flag(help: "Only wikis that have no complete run of the time that --max-age gives.")
    var late = false

    @Option(help: ArgumentHelp("How old a newest complete run may be, such as 9d, 36h or 90m.", valueName: "age"))
    var maxAge: Age?

    @Flag(help: "Show it again every two seconds until Ctrl-C.")
    var watch = false

    @Flag(help: "Print one JSON object (documented in Documentation/status.md).")
    var json = false

    func validate() throws {
        if late, maxAge == nil { throw ValidationError("--late needs --max-age, which says from when on.") }
        if watch, json { throw ValidationError("--watch is for people and --json for programs.") }
    }

    func run() async throws {
        // Each problem of the configuration is told once, however often it is read.
        let teller = ProblemTeller(OutputOptions.plainLogger)
        guard watch else {
            let (farm, isLate) = try await look(teller)
            if json {
                JSONOutput.print(StatusJSON.object(farm, maxAge: maxAge?.seconds))
            } else {
                Output.write(StatusTable(farm, maxAge: maxAge?.seconds, style: .standardOutput).text, to: STDOUT_FILENO)
            }
            if isLate { throw ExitCode(ExitStatus.failed) }
            return
        }
        var isFirst = true
        while true {
            let (farm, _) = try await look(teller)
            var table = StatusTable(farm, maxAge: maxAge?.seconds, style: .standardOutput)
            // One that is higher than the terminal would scroll away at each look.
            table.keep(lines: TextStyle.terminalHeight - 1)
            // Each line is drawn over the last one. A screen that is cleared first flickers.
            let lines = table.text.split(separator: "\n", omittingEmptySubsequences: false).map { "\($0)\u{1B}[K" }
            let text = (isFirst ? "\u{1B}[2J" : "") + "\u{1B}[H" + lines.joined(separator: "\n") + "\u{1B}[J"
            Output.write(text, to: STDOUT_FILENO)
            isFirst = false
            try await Task.sleep(for: .seconds(2))
        }
    }

    private func look(_ teller: ProblemTeller) async throws -> (FarmStatus, isLate: Bool) {
        let loaded = try configuration.load(teller)
        var farm = try await FarmStatus(loaded, wikis: wikis.map(\.description))
        let limit = maxAge?.seconds
        let isLate = limit.map { limit in farm.wikis.contains { $0.isLate(at: farm.time, after: limit) } } ?? false
        let now = farm.time
        if failed { farm.keep { $0.state <= .interrupted } }
        if late, let limit { farm.keep { $0.isLate(at: now, after: limit) } }
        farm.sort(by: sort)
        return (farm, isLate)
    }
}

extension FarmStatus.Order: ExpressibleByArgument {}

/// A span of time as people write it on a command line: `9d`, `36h`, `90m`, `30s`.
struct Age: ExpressibleByArgument {
    let seconds: Int64

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = argument.last.flatMap({ units[$0] }), let count = Int64(argument.dropLast()), count >= 0
        else { return nil }
        let (seconds, isTooMuch) = count.multipliedReportingOverflow(by: unit)
        if isTooMuch { return nil }
        self.seconds = seconds
    }
}

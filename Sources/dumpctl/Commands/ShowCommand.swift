import ArgumentParser
import CLibrary
import WikiDumpKit

/// `dumpctl show`: the questions that scripts ask about the newest runs.
struct ShowCommand: AsyncParsableCommand {
    /// A question about the newest runs.
    enum Question: ExpressibleByArgument {
        /// The date of the newest run of any wiki.
        case lastRun
        /// Whether the newest run of every wiki that has one is complete.
        case allDone
        /// The wikis whose newest run stands so.
        case wikis(FarmAdministration.Standing)

        init?(argument: String) {
            switch argument {
            case "lastrun": self = .lastRun
            case "alldone": self = .allDone
            case "not-yet": self = .wikis(.never)
            default:
                guard let standing = FarmAdministration.Standing(rawValue: argument) else { return nil }
                self = .wikis(standing)
            }
        }

        static var allValueStrings: [String] {
            ["lastrun", "alldone", "not-yet"]
                + FarmAdministration.Standing.allCases.filter { $0 != .never }.map(\.rawValue)
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Answer a question about the newest runs, for scripts.",
        discussion: """
            lastrun prints the newest date, alldone exits with 0 if every newest run is complete and with 1 if not, \
            and a state prints the wikis whose newest run is in it, a line each. A name with a blank is accepted \
            too: 'not yet'.

            Examples:
              dumpctl show lastrun
              dumpctl show alldone && echo finished
              dumpctl show failed
            """)

    @Argument(help: "lastrun, alldone, or a state: \(Question.allValueStrings.dropFirst(2).joined(separator: ", ")).")
    var question: Question

    @OptionGroup var options: AdminOptions

    func run() async throws {
        let standings = try await options.open().standings()
        switch question {
        case .lastRun:
            let date = standings.compactMap(\.date).max()?.description
            if options.json { return JSONOutput.print(["schema": 1, "lastRun": date] as JSONObject) }
            if let date { Output.write(date + "\n", to: STDOUT_FILENO) }
        case .allDone:
            let isDone = standings.allSatisfy { $0.standing == .complete || $0.standing == .never }
            if options.json {
                JSONOutput.print(["schema": 1, "allDone": isDone] as JSONObject)
            } else {
                Output.write(isDone ? "True\n" : "False\n", to: STDOUT_FILENO)
            }
            if !isDone { throw ExitCode(ExitStatus.failed) }
        case .wikis(let standing):
            let names = standings.filter { $0.standing == standing }.map(\.wiki.description)
            if options.json { return JSONOutput.print(["schema": 1, "wikis": names] as JSONObject) }
            Output.write(names.map { $0 + "\n" }.joined(), to: STDOUT_FILENO)
        }
    }
}

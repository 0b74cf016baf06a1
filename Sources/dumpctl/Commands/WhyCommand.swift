import ArgumentParser
import CLibrary
import WikiDumpKit

/// `dumpctl why`: what is the matter with a wiki, and what to do.
struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Tell in plain words why a wiki stands as it does, and what to do.",
        discussion: """
            Says what failed, is late or is blocked, since when, who holds the lock, the last errors in full, and what \
            happens next. Nothing is changed.

            Example:
              dumpctl why demowiki
            """)

    @Argument(help: "The wiki.")
    var wiki: WikiName

    @OptionGroup var configuration: ConfigurationOptions

    @Flag(help: "Print one JSON object: the wiki as in `dumpctl status --json`, with explanation and command.")
    var json = false

    func run() async throws {
        let loaded = try configuration.load(ProblemTeller(OutputOptions.plainLogger))
        let farm = try await FarmStatus(loaded, wikis: [wiki.description])
        guard let status = farm.wikis.first else { return }
        let explanation = WikiExplanation(status, in: farm)
        let command = command(explanation.step)
        if json {
            var object = StatusJSON.object(status, farm, maxAge: nil)
            object["schema"] = StatusJSON.schema
            object["explanation"] = explanation.sentences.joined(separator: " ")
            object["command"] = command
            JSONOutput.print(object)
            return
        }
        var text = explanation.sentences.joined(separator: " ")
        if let command {
            text += explanation.step.isRepair ? " When the wiki is repaired, type:" : " To do it now, type:"
            text += "\n  \(command)"
        }
        Output.write(text + "\n", to: STDOUT_FILENO)
    }

    private func command(_ step: WikiExplanation.Step) -> String? {
        let file = configuration.configurationFile.map { ["--configfile", $0] } ?? []
        let words: [String]? =
            switch step {
            case .none: nil
            case .run(let date): [wiki.description, "--date", date.description]
            case .repair(let date, let jobs):
                [wiki.description, "--date", date.description, "--job", jobs.joined(separator: ",")]
            }
        return words.map { ShellText.command(["dumpctl", "run"] + $0 + file) }
    }
}

extension WikiExplanation.Step {
    fileprivate var isRepair: Bool { if case .repair = self { true } else { false } }
}

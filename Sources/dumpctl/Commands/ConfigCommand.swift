import ArgumentParser
import WikiDumpKit

/// `dumpctl config`: shows and checks the configuration.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show, check or explain the configuration.",
        subcommands: [Show.self, Check.self, Explain.self, Sample.self],
        defaultSubcommand: Show.self)

    /// `dumpctl config [WIKI]`: the value of every option.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show the effective value of every option and where it was set.")

        @OptionGroup var configuration: ConfigurationOptions

        @Argument(help: "The wiki the values are for. Without it: the values for the farm.")
        var wiki: WikiName?

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let loaded = try configuration.load(ProblemTeller(OutputOptions.plainLogger))
            if let wiki { _ = try WikiFarm(loaded, contentSource: ContentSources.open).wiki("\(wiki)") }
            let values = loaded.effectiveValues(for: wiki)
            if json { return JSONOutput.print(values) }
            var section = ""
            for value in values {
                if value.section != section {
                    print("\(section.isEmpty ? "" : "\n")[\(value.section)]")
                    section = value.section
                }
                print("\(value.key) = \(value.value)")
                print("    # \(value.origin)\(value.unusedBecause.map { "; no effect: \($0)" } ?? "")")
            }
        }
    }

    /// `dumpctl config check`: finds mistakes in the configuration.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Look for mistakes. Exits with 2 if there is an error or a warning.")

        @OptionGroup var configuration: ConfigurationOptions

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let configuration = try ConfigurationLoader().inspect(configuration.configurationFile)
            let problems = configuration.problems + (try await ReadersSurvey(configuration).problems())
            let serious = problems.filter { $0.severity != .note }
            if json {
                JSONOutput.print(problems)
            } else {
                for problem in problems { print("\(problem.severity.rawValue): \(problem)") }
                print(serious.isEmpty ? "The configuration is sound." : "\(serious.count) to correct.")
            }
            if !serious.isEmpty { throw ExitCode(ExitStatus.usage) }
        }
    }

    /// `dumpctl config explain [OPTION]`: explains an option.
    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain", abstract: "Explain an option: its meaning, its values and its default.")

        @Argument(help: "The option, such as maxdamaged or misc.maxdamaged. Without it: all options, a line each.")
        var option: String?

        @Flag(help: "Print JSON.")
        var json = false

        @Flag(help: "Print all options as a page in Markdown.")
        var markdown = false

        func run() throws {
            if markdown { return print(OptionReference.page, terminator: "") }
            let options = try option.map(OptionReference.options) ?? KnownOptions.all
            if json { return JSONOutput.print(options.map(JSONObject.init)) }
            if option != nil {
                print(options.map(OptionReference.explanation).joined(separator: "\n\n"))
            } else {
                for option in options where option.unusedBecause == nil {
                    print("\(option.section).\(option.key): \(option.meaning)")
                }
            }
        }
    }

    /// `dumpctl config sample`: prints a configuration to start from.
    struct Sample: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sample", abstract: "Print a commented wikidump.conf to start from.")

        func run() throws { print(OptionReference.sample, terminator: "") }
    }
}

extension JSONObject {
    /// An option.
    fileprivate init(_ option: OptionDefinition) {
        self = [
            "section": option.section, "key": option.key, "meaning": option.meaning,
            "defaultValue": option.defaultValue, "level": option.level.rawValue, "since": option.since,
            "unusedBecause": option.unusedBecause,
        ]
    }
}

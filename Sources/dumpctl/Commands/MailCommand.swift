import ArgumentParser
import CLibrary
import WikiDumpKit

/// `dumpctl mail`: whether failures would reach anybody.
struct MailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail",
        abstract: "Send a message to those who get mail about failures, to see whether it arrives.",
        discussion: "Exits with 10 if nobody gets mail (adminmail in the section [reporting]).")

    @Flag(help: "Send the message. Without it, only say who would get it.")
    var test = false

    @OptionGroup var configuration: ConfigurationOptions

    func run() async throws {
        let loaded = try configuration.load(ProblemTeller(OutputOptions.plainLogger))
        let mail = loaded.farm.mail
        guard !mail.recipients.isEmpty else {
            printError("nobody gets mail (set adminmail in the section [reporting])")
            throw ExitCode(ExitStatus.nothingToDo)
        }
        let names = mail.recipients.joined(separator: ", ")
        guard test else {
            return Output.write("failures are told to \(names), by \(mail.server)\n", to: STDOUT_FILENO)
        }
        let curl = loaded.wikis.first.map { loaded.settings(for: $0).tools.curl } ?? "curl"
        let reporter = FailureReporter(
            mail, curl: curl, on: loaded.fileSystem, logger: OutputOptions.plainLogger)
        _ = try await reporter.sendTest()
        Output.write("sent to \(names), by \(mail.server)\n", to: STDOUT_FILENO)
    }
}

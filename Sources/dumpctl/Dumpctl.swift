import ArgumentParser
import CLibrary
import MWBzUtils
import WikiDumpKit

/// The command line of the libraries. It only parses arguments and prints.
@main
struct Dumpctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dumpctl",
        abstract: "Produce, watch and read the dumps of MediaWiki wikis.",
        discussion: """
            Exit statuses: 0 done, 1 failed, 2 wrong usage or configuration, 3 output found bad and withheld, or the \
            dump read is damaged or in doubt, 4 the page is not there, 5 done, but damaged items are missing, \
            6 two dumps differ, 10 nothing to do, 11 the lock is held elsewhere, 75 stopped early, 129, 130 and 143 stopped by SIGHUP, \
            Ctrl-C and SIGTERM.
            """,
        version: Program.version,
        groupedSubcommands: [
            CommandGroup(
                name: "Farm",
                subcommands: [
                    RunCommand.self, MonitorCommand.self, StatusCommand.self, WhyCommand.self, ConfigCommand.self,
                    SimCommand.self, ManualCommand.self,
                ]),
            CommandGroup(
                name: "Administration",
                subcommands: [
                    ListCommand.self, JobsCommand.self, ShowCommand.self, RerunCommand.self, UnlockCommand.self,
                    KillCommand.self, PurgeCommand.self, RemoveCommand.self, MarkCommand.self, NoticeCommand.self,
                    MaintenanceCommand.self, ExitCommand.self, UndoCommand.self, MailCommand.self,
                ]),
            CommandGroup(
                name: "Dump reading",
                subcommands: [
                    FetchCommand.self, WaitCommand.self,
                    VerifyCommand.self, CheckTruncationCommand.self, LocatePageCommand.self, IndexCommand.self,
                    ExtractCommand.self,
                    LastIDCommand.self, RevisionsPerPageCommand.self, BlocksCommand.self, CheckRangeCommand.self,
                    DiffCommand.self, ExportCommand.self,
                ]),
            CommandGroup(
                name: "Dump writing",
                subcommands: [
                    RecompressCommand.self, DecompressCommand.self, SalvageCommand.self, AppendCommand.self,
                    JoinCommand.self, SplitCommand.self,
                ]),
            CommandGroup(
                name: "Compatibility",
                subcommands: [CompatCommand.self]),
        ]
    )

    static func main() async {
        ProgramStart.checkDescriptors()
        let arguments = ProgramStart.arguments
        // Under the name of an old program, behave like it, including its death by a broken pipe.
        if let command = arguments.first, let tool = OldTools.named(by: command) {
            ProgramStart.checkThreads()
            let status = await tool.run(Array(arguments.dropFirst()))
            do throws(BzError) { try Output.finish() } catch {
                Output.write("\(tool.name): \(error)\n", to: STDERR_FILENO)
                endProcess(status == 0 ? 1 : status)
            }
            endProcess(status)
        }
        ProgramStart.introduce()
        // A reader of our output that goes away must not kill a dump.
        _ = signal(SIGPIPE, SIG_IGN)
        // The parser answers `help` of anything.
        if arguments.dropFirst().first == "help", let message = misspelling(arguments) {
            printError(message)
            endProcess(ExitStatus.usage)
        }
        do {
            var command = try parseAsRoot(Array(arguments.dropFirst()))
            if var asynchronous = command as? any AsyncParsableCommand {
                ProgramStart.checkThreads()
                try await asynchronous.run()
            } else {
                try command.run()
            }
            try Output.finish()
        } catch let error as DumpError {
            printError(error.description)
            endProcess(ExitStatus.of(error))
        } catch let error as BzError where error.code == .readerLeft {
            // The reader has read as much as it wanted.
            endProcess(ExitStatus.done)
        } catch let error as BzError {
            printError(error.description)
            endProcess(ExitStatus.of(error))
        } catch {
            guard exitCode(for: error) != .validationFailure else {
                printError(misspelling(arguments) ?? fullMessage(for: error))
                endProcess(ExitStatus.usage)
            }
            exit(withError: error)
        }
    }
}

/// What is misspelt among the arguments; nil if nothing is.
private func misspelling(_ arguments: [String]) -> String? {
    (try? HelpTree.of(Dumpctl.self)).flatMap { Misspelling.message(Array(arguments.dropFirst()), $0) }
}

/// Ends the process. Inside a command, the name `exit` means something else.
private func endProcess(_ status: Int32) -> Never { exit(status) }

/// `dumpctl manual`: prints the manual page.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print the manual page of dumpctl, in the format of man.",
        discussion: """
            Examples:
              dumpctl manual | man -l -
              dumpctl --generate-completion-script bash
            """)

    func run() throws { Output.write(ManualPage(root: try HelpTree.of(Dumpctl.self)).text, to: 1) }
}

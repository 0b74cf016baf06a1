import ArgumentParser
import WikiDumpKit

/// `dumpctl manual`: prints the manual page.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print the manual page of dumpctl, in the language of man.",
        discussion: """
            Examples:
              dumpctl manual | man -l -
              dumpctl --generate-completion-script bash
            """)

    func run() throws { Output.write(ManualPage(root: try HelpTree.of(Dumpctl.self)).text, to: 1) }
}

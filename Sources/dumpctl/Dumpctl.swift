import ArgumentParser

/// The command line face of the libraries: it parses arguments and prints, nothing else.
@main
struct Dumpctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dumpctl",
        abstract: "Produce, watch and read the dumps of MediaWiki wikis.",
        subcommands: []
    )
}

/// A program of old that `dumpctl` stands in for when it is started under its name.
protocol OldTool {
    /// The name of the program, as its callers type it.
    static var name: String { get }

    /// Does what the program did.
    /// - Parameter arguments: What stands behind the name on the command line.
    /// - Returns: the exit status.
    static func run(_ arguments: [String]) async -> Int32
}

extension OldTool {
    /// What the old programs exit with on wrong usage, and after their help and version: -1, of which eight bits are left.
    static var usageStatus: Int32 { 255 }

    /// Writes a line to standard error, as the old programs did: without the name of the program.
    static func complain(_ text: String) { Output.write(text + "\n", to: 2) }

    /// Writes why a command line was refused, and the help, to standard error.
    /// - Returns: the exit status.
    static func refuse(_ problem: OldOptions.Problem?, help: String) -> Int32 {
        if let problem { complain(problem.text) }
        Output.write(help, to: 2)
        return usageStatus
    }
}

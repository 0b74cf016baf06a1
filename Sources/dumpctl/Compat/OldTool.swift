import WikiDumpKit

/// A program of old that `dumpctl` stands in for when it is started under its name.
protocol OldTool {
    /// The name of the program, as its callers type it.
    static var name: String { get }

    /// The options that it knows.
    static var options: [OldOptions.Option] { get }
    /// What it says about its use.
    static var help: String { get }
    /// What it says about its version.
    static var version: String { get }
    /// Whether it shows its help when it is asked for that and its version.
    static var tellsHelpFirst: Bool { get }
    /// Its exit status on wrong usage, and after its help and version.
    static var usageStatus: Int32 { get }

    /// Does what the program did.
    /// - Returns: the exit status; nil if it cannot be called like this.
    static func run(_ options: OldOptions) async -> Int32?
}

extension OldTool {
    static var version: String { "\(name) of dumpctl \(Program.version)" }
    static var tellsHelpFirst: Bool { false }
    /// -1, of which eight bits are left.
    static var usageStatus: Int32 { 255 }

    /// Writes a line to standard error, as the old programs did: without the name of the program.
    static func complain(_ text: String) { Output.write(text + "\n", to: 2) }

    /// Runs the program.
    /// - Parameter arguments: What stands behind its name on the command line.
    /// - Returns: the exit status.
    static func run(_ arguments: [String]) async -> Int32 {
        let given: OldOptions
        do { given = try OldOptions(arguments, known: options, program: name) } catch {
            complain(error.text)
            return usage()
        }
        let wantsHelp = given.has("help")
        if given.has("version") || given.has("Version"), !(wantsHelp && tellsHelpFirst) {
            complain(version)
            return usageStatus
        }
        return wantsHelp ? usage() : await run(given) ?? usage()
    }

    private static func usage() -> Int32 {
        Output.write(help, to: 2)
        return usageStatus
    }
}

/// Numbers on old command lines.
enum OldNumbers {
    /// The number that a text begins with, as `atoll` reads it: after blanks and a sign; 0 if there is none. What is
    /// too big for 64 bits gives the greatest or the smallest number.
    static func leading(_ text: String) -> Int64 {
        var rest = text.utf8.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let digits = String(
            decoding: rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }, as: UTF8.self)
        if digits.isEmpty { return 0 }
        return Int64(isNegative ? "-" + digits : digits) ?? (isNegative ? .min : .max)
    }
}

/// How the old programs told where a block is.
enum OldPosition {
    /// The number of the byte before the magic of a block if that is byte-aligned, else of the byte that holds its
    /// first bit.
    static func of(_ bitOffset: Int64) -> Int64 { bitOffset % 8 == 0 ? bitOffset / 8 - 1 : bitOffset / 8 }
}

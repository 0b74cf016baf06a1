import MWBzUtils
import WikiDumpKit

/// An old program that `dumpctl` replaces when started under its name.
protocol OldTool {
    /// The name of the program, as its callers type it.
    static var name: String { get }

    static var options: [OldOptions.Option] { get }
    static var help: String { get }
    static var version: String { get }
    /// Whether it shows its help when asked for both help and version.
    static var tellsHelpFirst: Bool { get }
    /// Its exit status on wrong usage, and after its help and version.
    static var usageStatus: Int32 { get }

    /// What it does, once its options are read.
    /// - Returns: The exit status; nil for wrong usage.
    static func run(_ options: OldOptions) async throws(BzError) -> Int32?
    /// What it writes before the message of an error.
    static var messagePrefix: String { get }
    /// Its exit status if that throws. The message has been written.
    static func status(of error: BzError) -> Int32
}

extension OldTool {
    static var version: String { "\(name) of dumpctl \(Program.version)" }
    static var tellsHelpFirst: Bool { false }
    /// The lower eight bits of -1.
    static var usageStatus: Int32 { 255 }
    static var messagePrefix: String { "" }
    static func status(of error: BzError) -> Int32 { 1 }

    /// Writes a line to standard error, as the old programs did: without the name of the program.
    static func complain(_ text: String) { Output.write(text + "\n", to: 2) }

    /// Runs the program.
    /// - Parameter arguments: The words after its name on the command line.
    /// - Returns: The exit status.
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
        do throws(BzError) { return wantsHelp ? usage() : try await run(given) ?? usage() } catch {
            complain("\(messagePrefix)\(error)")
            return status(of: error)
        }
    }

    private static func usage() -> Int32 {
        Output.write(help, to: 2)
        return usageStatus
    }
}

/// Numbers on old command lines.
enum OldNumbers {
    /// The number at the start of a text, as `atoll` reads it: after spaces and a sign; 0 if there is none. A number
    /// that does not fit 64 bits becomes the greatest or the smallest one.
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

/// How the old programs gave the position of a block.
enum OldPosition {
    /// The number of the byte before the magic of a block if that is byte-aligned, else of the byte that holds its
    /// first bit.
    static func of(_ bitOffset: Int64) -> Int64 { bitOffset % 8 == 0 ? bitOffset / 8 - 1 : bitOffset / 8 }
}

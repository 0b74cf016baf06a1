/// A program of old that `dumpctl` stands in for when it is started under its name.
protocol OldTool {
    /// The name of the program, as its callers type it.
    static var name: String { get }

    /// Does what the program did.
    /// - Parameter arguments: What comes after the name on the command line.
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

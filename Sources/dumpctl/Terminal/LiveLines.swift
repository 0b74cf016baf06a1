import CLibrary

/// Lines on standard error that are drawn again and again in the same place.
struct LiveLines {
    private var count = 0

    /// Draws these lines over the last ones, each cut to the width of the terminal.
    mutating func draw(_ lines: [String]) {
        let width = TextStyle.terminalWidth
        let text = lines.map { "\u{1B}[2K\(Self.cut($0, to: width))\n" }.joined()
        Output.write(top + text + "\u{1B}[J", to: STDERR_FILENO)
        count = lines.count
    }

    /// Takes the lines away. Call it before anything else is printed to the terminal.
    mutating func erase() {
        guard count > 0 else { return }
        Output.write(top + "\u{1B}[J", to: STDERR_FILENO)
        count = 0
    }

    /// What fits into a terminal of so many columns without a break. The last column stays free.
    static func cut(_ line: String, to width: Int) -> Substring { line.prefix(max(20, width - 1)) }

    /// Goes to the beginning of the first line.
    private var top: String { count > 0 ? "\r\u{1B}[\(count)A" : "" }
}

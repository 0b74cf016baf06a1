import CLibrary

/// The colours of text on standard error, if any.
struct TextStyle: Sendable {
    let isColored: Bool

    static var standardError: TextStyle { TextStyle(isColored: isTerminal && !refusesColor) }

    static var standardOutput: TextStyle {
        TextStyle(isColored: !isDumb && isatty(STDOUT_FILENO) == 1 && !refusesColor)
    }

    /// Whether standard error is a terminal on which lines can be redrawn.
    static var isTerminal: Bool { !isDumb && isatty(STDERR_FILENO) == 1 }

    private static var isDumb: Bool { unsafe getenv("TERM").map { unsafe String(cString: $0) == "dumb" } ?? true }

    private static var refusesColor: Bool { unsafe getenv("NO_COLOR").map { unsafe $0.pointee != 0 } ?? false }

    /// The number of columns of the terminal; 80 if unknown.
    static var terminalWidth: Int {
        var size = winsize()
        guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// The number of lines of the terminal that standard output is; 24 if unknown.
    static var terminalHeight: Int { height(STDOUT_FILENO) }

    /// The number of lines of the terminal that standard error is; 24 if unknown.
    static var errorHeight: Int { height(STDERR_FILENO) }

    private static func height(_ descriptor: Int32) -> Int {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }

    func good(_ text: String) -> String { wrap(text, "32") }
    func bad(_ text: String) -> String { wrap(text, "31") }
    func warning(_ text: String) -> String { wrap(text, "33") }
    func strong(_ text: String) -> String { wrap(text, "1") }

    private func wrap(_ text: String, _ code: String) -> String {
        isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

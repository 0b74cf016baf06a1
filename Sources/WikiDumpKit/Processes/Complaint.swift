/// The line among those that a program said which tells what went wrong.
///
/// PHP and MediaWiki say it first, and behind it where it happened, call by call: the last line tells nothing.
enum Complaint {
    private static let longest = 400

    /// The last line that names an error, or else the last that is no part of a trace; shortened if need be.
    /// - Returns: nil if nothing was said.
    static func line(among lines: [String]) -> String? {
        let said = lines.filter { !$0.trimmingBlanks().isEmpty }
        guard let line = said.last(where: isTelling) ?? said.last(where: { !isTrace($0) }) ?? said.last else {
            return nil
        }
        let text = line.trimmingBlanks()
        return text.count <= longest ? String(text) : text.prefix(longest) + "…"
    }

    /// Whether a line names an error of PHP, or an exception as MediaWiki shows it.
    static func isTelling(_ line: String) -> Bool {
        let text = line.trimmingBlanks()
        return text.contains("Fatal error: ") || text.contains("Parse error: ") || text.contains("Uncaught ")
            || ["Error from ", "Caught exception", "MediaWiki internal error"].contains(where: text.hasPrefix)
            || isLogged(text)
    }

    /// `[3f2a…] [no req]   Class: message`: an exception with the number of the request.
    private static func isLogged(_ text: Substring) -> Bool {
        guard text.first == "[", let end = text.firstIndex(of: "]") else { return false }
        let number = text[..<end].dropFirst()
        return number.count >= 8 && number.allSatisfy(\.isHexDigit) && text[end...].contains(": ")
    }

    /// Whether a line is one of those that tell where something happened.
    private static func isTrace(_ line: String) -> Bool {
        let text = line.trimmingBlanks()
        if ["Stack trace:", "Backtrace:", "thrown in ", "from /"].contains(where: text.hasPrefix) { return true }
        return text.first == "#" && text.dropFirst().first?.isNumber == true
    }
}

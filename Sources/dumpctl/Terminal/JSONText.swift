import CLibrary
import FoundationEssentials

/// Values as JSON for scripts.
enum JSONText {
    /// One line, keys sorted, slashes as they are.
    static func line(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding our own plain values cannot fail: no floating point numbers, no keys of other types.
        guard let data = try? encoder.encode(value) else { return "{}\n" }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}

/// Prints values as JSON on standard output.
enum JSONOutput {
    /// Prints one line.
    static func print(_ value: some Encodable) { Output.write(JSONText.line(value), to: STDOUT_FILENO) }
}

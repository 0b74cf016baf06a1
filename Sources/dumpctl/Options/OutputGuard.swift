import ArgumentParser
import SystemPackage
import WikiDumpKit

/// Keeps a command from writing over what it reads.
enum OutputGuard {
    /// Refuses outputs that are one of the inputs, whatever the paths look like, or each other.
    /// - Throws: `ValidationError`, which is wrong usage.
    static func check(_ outputs: [String], inputs: [String]) throws {
        for (place, output) in outputs.enumerated() where output != "-" {
            if inputs.contains(where: { $0 != "-" && areSame($0, output) }) {
                throw ValidationError("\(output) is what is read; name another output.")
            }
            if outputs[..<place].contains(where: { areSame($0, output) }) {
                throw ValidationError("\(output) is named for two outputs.")
            }
        }
    }

    private static func areSame(_ one: String, _ other: String) -> Bool {
        if FilePath(one).lexicallyNormalized() == FilePath(other).lexicallyNormalized() { return true }
        guard let first = try? FileSystem.real.status(FilePath(one)) else { return false }
        return (try? FileSystem.real.status(FilePath(other)))?.identity == first.identity
    }
}

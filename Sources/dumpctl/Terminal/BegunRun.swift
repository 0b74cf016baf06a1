import Synchronization
import WikiDumpKit

/// Remembers which run was begun, for the advice how to go on with it.
final class BegunRun: DumpObserver {
    private let begun = Mutex<(wiki: WikiName, date: DumpDate)?>(nil)

    /// The run; nil if none was begun yet.
    var run: (wiki: WikiName, date: DumpDate)? { begun.withLock { $0 } }

    func observe(_ event: DumpEvent) {
        if case .runStarted(let wiki, let date, _, _) = event { begun.withLock { $0 = (wiki, date) } }
    }
}

/// Tells two observers.
struct ObserverPair: DumpObserver {
    let first: any DumpObserver
    let second: any DumpObserver

    func observe(_ event: DumpEvent) {
        first.observe(event)
        second.observe(event)
    }
}

/// Writes commands that a person can paste into a shell.
enum ShellText {
    static func command(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

    private static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-_./:,=".utf8.contains(byte)
        }
        if plain && !word.isEmpty { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

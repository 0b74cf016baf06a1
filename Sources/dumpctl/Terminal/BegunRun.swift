import Synchronization
import WikiDumpKit

/// Remembers which run was started, or refused, for the advice on how to continue it.
final class BegunRun: DumpObserver {
    struct Begun: Sendable {
        let wiki: WikiName
        let date: DumpDate
        /// Whether it did not start and so has no folder.
        var isRefused = false
    }

    private let begun = Mutex<Begun?>(nil)

    /// The run; nil if there is none yet.
    var run: Begun? { begun.withLock { $0 } }

    func observe(_ event: DumpEvent) {
        switch event {
        case .runStarted(let wiki, let date, _, _): begun.withLock { $0 = Begun(wiki: wiki, date: date) }
        case .runRefused(let wiki, let date, _):
            begun.withLock { $0 = Begun(wiki: wiki, date: date, isRefused: true) }
        default: break
        }
    }
}

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
        let isPlain = word.utf8.allSatisfy { $0.isAlphanumeric || "-_./:=,".utf8.contains($0) }
        return isPlain && !word.isEmpty ? word : word.inSingleQuotes
    }
}

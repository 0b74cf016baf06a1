import Synchronization
import WikiDumpKit

/// A progress bar on standard error for work on files. Draws nothing if standard error is not a terminal.
final class ByteProgress: Sendable {
    private struct State {
        var done: Int64 = 0
        var label: String
        var drawn: ContinuousClock.Instant?
        var lines = LiveLines()
    }

    /// Shorter work needs no bar.
    private static let delay = Duration.milliseconds(400)
    private static let interval = Duration.milliseconds(100)
    private let total: Int64?
    private let isShown: Bool
    private let began = ContinuousClock.now
    private let state: Mutex<State>

    /// Starts a bar.
    /// - Parameters:
    ///   - label: What comes before the bar, such as the name of the file.
    ///   - total: Bytes to do; nil if unknown, as for a pipe.
    ///   - isWanted: False if the output is for a program, or if nothing should be printed.
    init(_ label: String, total: Int64?, isWanted: Bool = true) {
        self.total = total
        isShown = isWanted && TextStyle.isTerminal
        state = Mutex(State(label: label))
    }

    deinit { finish() }

    /// Records how many bytes are done in total.
    func advance(to done: Int64) { update { $0.done = max($0.done, done) } }

    /// Records that this many more bytes are done.
    func advance(by count: Int64) { update { $0.done += count } }

    /// Removes the bar. Call it before anything else is printed to the terminal.
    func finish() {
        state.withLock { state in
            state.lines.erase()
            state.drawn = nil
        }
    }

    private func update(_ change: (inout State) -> Void) {
        guard isShown else { return }
        state.withLock { state in
            change(&state)
            let now = ContinuousClock.now
            guard now - began >= Self.delay, state.drawn.map({ now - $0 >= Self.interval }) ?? true else { return }
            state.drawn = now
            state.lines.draw([line(state, seconds: began.duration(to: now).inSeconds)])
        }
    }

    private func line(_ state: State, seconds: Double) -> String {
        let rate = Double(state.done) / seconds
        var text = "\(state.label) "
        var left = ""
        if let total, total > 0 {
            let share = min(1, Double(state.done) / Double(total))
            let filled = Int(share * 20)
            text += "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled) + "] "
            text += "\(Int(share * 100)) % of \(sizeText(total))"
            if share > 0.01, share < 1, seconds >= 2 { left = ", \(RunText.duration(seconds / share - seconds)) left" }
        } else {
            text += sizeText(state.done)
        }
        return text + ", \(sizeText(Int64(rate)))/s" + left
    }
}

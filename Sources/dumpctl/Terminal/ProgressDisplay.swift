import CLibrary
import Synchronization
import WikiDumpKit

/// Shows on a terminal what a run is doing: a line for each active job, redrawn in place, and a permanent line for
/// each ended job.
final class ProgressDisplay: DumpObserver {
    private struct ActiveJob {
        var name: String
        var began: ContinuousClock.Instant
        var progress = JobProgress()
    }

    private struct State {
        var active: [ActiveJob] = []
        var lines = LiveLines()
    }

    private let state = Mutex(State())
    private let style: TextStyle
    private let clock = ContinuousClock()

    init(style: TextStyle) { self.style = style }

    func observe(_ event: DumpEvent) {
        state.withLock { state in
            switch event {
            case .runStarted(let wiki, let date, let jobs, let isResumed):
                say(
                    style.strong("\(wiki)")
                        + " run of \(date.dashed): \(jobs.count) \(jobs.count == 1 ? "job" : "jobs")"
                        + (isResumed ? ", going on where it stopped" : ""), &state)
            // The error itself is printed when the program ends.
            case .runRefused: break
            case .jobStarted(let name):
                state.active.append(ActiveJob(name: name, began: clock.now))
            case .jobProgress(let name, let progress):
                if let index = state.active.firstIndex(where: { $0.name == name }) {
                    state.active[index].progress = progress
                }
            case .jobEnded(let job):
                let began = state.active.first { $0.name == job.name }?.began
                state.active.removeAll { $0.name == job.name }
                if job.isToldAlong { break }
                say(RunText.ended(job, seconds: began.map { ($0.duration(to: clock.now)).inSeconds }, style), &state)
            case .problem(let job, let problem):
                say(style.warning("  \(job): \(problem)"), &state)
            case .runEnded(let run):
                state.active = []
                say(RunText.summary(run, style), &state)
            }
        }
    }

    /// Redraws until the task is cancelled, then removes the live lines.
    func keepDrawing() async {
        while !Task.isCancelled {
            state.withLock { draw(&$0) }
            try? await Task.sleep(for: .milliseconds(200))
        }
        state.withLock { $0.lines.erase() }
    }

    /// Prints a permanent line above the live lines.
    private func say(_ line: String, _ state: inout State) {
        state.lines.erase()
        Output.write(line + "\n", to: STDERR_FILENO)
    }

    private func draw(_ state: inout State) {
        let now = clock.now
        state.lines.draw(
            state.active.map { RunText.active($0.name, $0.progress, seconds: $0.began.duration(to: now).inSeconds) })
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

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

    /// Removes the lines. Call it before anything else is printed to the terminal.
    mutating func erase() {
        guard count > 0 else { return }
        Output.write(top + "\u{1B}[J", to: STDERR_FILENO)
        count = 0
    }

    /// The part of a line that fits into a terminal of this width. The last column stays free.
    static func cut(_ line: String, to width: Int) -> Substring { line.prefix(max(20, width - 1)) }

    /// Goes to the beginning of the first line.
    private var top: String { count > 0 ? "\r\u{1B}[\(count)A" : "" }
}

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
        /// How many jobs the run has to do, and how many of them have ended.
        var jobs = 0
        var ended = 0
    }

    private let state = Mutex(State())
    private let style: TextStyle
    private let clock = ContinuousClock()

    init(style: TextStyle) { self.style = style }

    func observe(_ event: DumpEvent) {
        state.withLock { state in
            switch event {
            case .runStarted(let wiki, let date, let jobs, let isResumed):
                (state.jobs, state.ended) = (jobs.count, 0)
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
                state.ended += 1
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
        let active = state.active.map { job in
            (job.name, job.progress, seconds: job.began.duration(to: now).inSeconds)
        }
        var lines = active.map { RunText.active($0.0, $0.1, seconds: $0.seconds) }
        if state.jobs > 1, !lines.isEmpty {
            lines.append(RunText.overall(active.map { ($0.1, $0.seconds) }, ended: state.ended, jobs: state.jobs))
        }
        state.lines.draw(LiveLines.fitting(lines, height: TextStyle.errorHeight))
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

    /// As many lines as a terminal has room for, the last one always. More would scroll away at each drawing.
    static func fitting(_ lines: [String], height: Int) -> [String] {
        let room = max(1, height - 1)
        guard lines.count > room else { return lines }
        if room == 1 { return Array(lines.suffix(1)) }
        let shown = room - 2
        let left = lines.count - 1 - shown
        return lines.prefix(shown) + ["  … and \(RunText.number(left, "more job")) at work"] + lines.suffix(1)
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

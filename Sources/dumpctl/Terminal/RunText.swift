import CLibrary
import Synchronization
import WikiDumpKit

enum RunText {
    static func ended(_ job: JobRecord, seconds: Double?, _ style: TextStyle) -> String {
        let time = seconds.map { ", \(duration($0))" } ?? ""
        switch job.status {
        case .done:
            let size = job.files.reduce(0) { $0 + ($1.size ?? 0) }
            let files = files(job.files.count)
            let damage = job.problems.damage
            let missing = damage > 0 ? ", " + style.warning(missingItems(damage)) : ""
            return style.good("✓") + " \(job.name): \(files), \(sizeText(size))\(time)\(missing)"
        case .failed:
            let names = ([job.name] + job.failedAlong).joined(separator: ", ")
            return style.bad("✗") + " \(names): \(reason(job) ?? "failed")\(time)"
        default:
            return "- \(job.name): \(job.status.rawValue)"
        }
    }

    private static func reason(_ job: JobRecord) -> String? { (job.privateMessage ?? job.message)?.namingOptions }

    static func summary(_ run: RunRecord, _ style: TextStyle) -> String {
        let files = run.jobs.flatMap(\.files).filter(\.isComplete)
        let size = files.reduce(0) { $0 + ($1.size ?? 0) }
        let text = "\(run.wiki) \(run.date.dashed): "
        if !run.isFinished { return style.warning(text + "stopped before its end") }
        if run.failures > 0 {
            return style.bad(text + "\(run.failures) of \(jobs(run.jobs.count)) failed")
        }
        let state = run.isComplete && run.lackingJobs == 0 ? "dump complete" : "partial dump"
        let missing = run.damage > 0 ? ", " + style.warning(missingItems(run.damage)) : ""
        return style.good(text + state) + ", \(Self.files(files.count)), \(sizeText(size))\(missing)"
    }

    /// A number of files, such as `1 file`.
    static func files(_ count: Int) -> String { count == 1 ? "1 file" : "\(count) files" }

    /// A number of jobs, such as `1 job`.
    static func jobs(_ count: Int) -> String { count == 1 ? "1 job" : "\(count) jobs" }

    private static func missingItems(_ number: Int64) -> String {
        number == 1 ? "1 damaged item missing" : "\(count(number)) damaged items missing"
    }

    static func failure(_ run: RunRecord) -> String {
        guard let first = run.jobs.first(where: { $0.failure != nil }) else { return "\(run.wiki): failed" }
        let along = first.failedAlong.count
        let rest = run.failures - 1 - along
        let others = rest > 0 ? "; \(rest) more failed, see the page of the run" : ""
        let name = first.name + (along == 0 ? "" : along == 1 ? " and 1 other job" : " and \(along) other jobs")
        return
            "\(run.wiki) \(run.date.dashed): \(name) failed: \(reason(first) ?? "no reason given")\(others)"
    }

    /// What is missing from a finished run, in one line.
    static func omissions(_ run: RunRecord) -> String {
        let jobs = run.jobs.filter { $0.wasRunNow && $0.status == .done && $0.problems.damage > 0 }
        let list = jobs.map { "\($0.name) lacks \(count($0.problems.damage))" }.joined(separator: ", ")
        let first = jobs.first?.problems.examples.first(where: \.isDamage).map { "; the first: \($0)" } ?? ""
        return "\(run.wiki) \(run.date.dashed): done, without items that are damaged in the source: \(list)\(first)"
            + " (the certificates beside the files name all; repair the database and do these jobs again)"
    }

    /// What a process that helped with batches has done.
    static func help(_ tally: BatchTally) -> String {
        func batches(_ count: Int) -> String { count == 1 ? "1 batch" : "\(count) batches" }
        var text = "did \(batches(tally.done)) of \(tally.job) of \(tally.wiki) of \(tally.date.dashed)"
        if tally.lost > 0 { text += "; \(batches(tally.lost)) lost to others" }
        return text
    }

    /// The text for an active job: how much is done, bytes before and after compression, rate, time left.
    static func active(_ name: String, _ progress: JobProgress, seconds: Double) -> String {
        var parts: [String] = []
        var bar = ""
        if let expected = progress.expectedItems, expected > 0 {
            let share = min(1, Double(progress.items) / Double(expected))
            let filled = Int((share * 10).rounded(.down))
            bar = "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 10 - filled) + "] "
            parts.append("\(count(progress.items))/\(count(expected))")
            if share > 0.01, share < 1, seconds >= 2 { parts.append("\(duration(seconds / share - seconds)) left") }
        } else {
            parts.append(count(progress.items))
        }
        if seconds >= 0.5 { parts.append("\(sizeText(Int64(Double(progress.bytesIn) / seconds)))/s") }
        parts.append("\(sizeText(progress.bytesIn)) → \(sizeText(progress.bytesOut))")
        if progress.pages > 0, progress.pages != progress.items {
            parts.append(progress.pages == 1 ? "1 page" : "\(count(progress.pages)) pages")
        }
        return "  \(name) \(bar)\(parts.joined(separator: ", "))"
    }

    /// The line about the whole run: which jobs are at work, and how long those take at least.
    /// - Parameters:
    ///   - active: The progress of the jobs at work, and the seconds since they began.
    ///   - ended: How many jobs have ended.
    ///   - jobs: How many there are.
    static func overall(_ active: [(progress: JobProgress, seconds: Double)], ended: Int, jobs: Int) -> String {
        let first = min(ended + 1, jobs)
        let last = min(ended + max(1, active.count), jobs)
        let which = first == last ? "job \(first)" : "jobs \(first) to \(last)"
        let times = active.compactMap { job -> Double? in
            guard let expected = job.progress.expectedItems, expected > 0, job.seconds >= 2 else { return nil }
            let share = min(1, Double(job.progress.items) / Double(expected))
            return share > 0.01 ? job.seconds / share - job.seconds : nil
        }
        // The jobs that follow have their own time.
        let left = times.max().map { ", \(duration($0)) left for \(active.count == 1 ? "it" : "these")" } ?? ""
        return "  \(which) of \(jobs)\(left)"
    }

    /// A number of things: `1 job`, `12 jobs`.
    static func number(_ number: Int, _ thing: String) -> String {
        number == 1 ? "1 \(thing)" : "\(count(Int64(number))) \(thing)s"
    }

    /// Digits in groups of three.
    static func count(_ number: Int64) -> String {
        var text = ""
        for (place, digit) in String(number).reversed().enumerated() {
            if place > 0, place % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// A time for people: `0.3 s`, `12 s`, `3 min 5 s`, `2 h 4 min`.
    static func duration(_ seconds: Double) -> String {
        if seconds < 10 { return "\((seconds * 10).rounded() / 10) s" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}

/// Reports what a run is doing in plain lines with the time, for logs and pipes.
final class LineReporter: DumpObserver {
    private let say: @Sendable (String) -> Void
    private let lines = Mutex(ProgressLines())

    /// Reports to standard error.
    init(clock: any WallClock) {
        say = { Output.write("\(clock.now().statusText): \($0)\n", to: STDERR_FILENO) }
    }

    /// Reports to somewhere else.
    init(to say: @escaping @Sendable (String) -> Void) { self.say = say }

    func observe(_ event: DumpEvent) {
        switch event {
        case .runStarted(let wiki, let date, let jobs, let isResumed):
            say(
                "\(wiki) run of \(date.dashed): \(RunText.number(jobs.count, "job"))\(isResumed ? ", going on where it stopped" : "")"
            )
        case .jobStarted(let name):
            lines.withLock { $0.begin(name, at: .now) }
            say("\(name): started")
        case .jobProgress(let name, let progress):
            if let line = lines.withLock({ $0.line(name, progress, at: .now) }) { say(line) }
        // The error itself is printed when the program ends.
        case .runRefused: break
        case .jobEnded(let job):
            let seconds = lines.withLock { $0.end(job.name, at: .now) }
            if !job.isToldAlong { say(RunText.ended(job, seconds: seconds, TextStyle(isColored: false))) }
        case .problem(let job, let problem): say("\(job): \(problem)")
        case .runEnded(let run): say(RunText.summary(run, TextStyle(isColored: false)))
        }
    }
}

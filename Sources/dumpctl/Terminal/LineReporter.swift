import CLibrary
import WikiDumpKit

/// Tells what a run is doing in plain lines with the time, for logs and pipes.
struct LineReporter: DumpObserver {
    /// Takes a line.
    let say: @Sendable (String) -> Void

    /// Says it all on standard error.
    init(clock: any WallClock) {
        say = { Output.write("\(clock.now().statusText): \($0)\n", to: STDERR_FILENO) }
    }

    /// Says it all somewhere else.
    init(to say: @escaping @Sendable (String) -> Void) { self.say = say }

    func observe(_ event: DumpEvent) {
        switch event {
        case .runStarted(let wiki, let date, let jobs, let isResumed):
            say("\(wiki) run of \(date.dashed): \(jobs.count) jobs\(isResumed ? ", going on where it stopped" : "")")
        case .jobStarted(let name): say("\(name): started")
        case .jobProgress: break
        // The error itself is told at the end of the program.
        case .runRefused: break
        case .jobEnded(let job) where job.isToldAlong: break
        case .jobEnded(let job): say(RunText.ended(job, seconds: nil, TextStyle(isColored: false)))
        case .problem(let job, let problem): say("\(job): \(problem)")
        case .runEnded(let run): say(RunText.summary(run, TextStyle(isColored: false)))
        }
    }
}

import ArgumentParser
import CLibrary
import Dispatch
import DumpSimulation
import MWBzUtils
import Synchronization

/// `dumpctl sim`: simulates farms in which everything goes wrong, and sees whether anything is lost.
struct SimCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim",
        abstract: "Simulate farms in which everything goes wrong, and see whether anything is lost.",
        discussion: """
            Each seed is a farm of its own in memory, with workers and monitors that run the real code. Processes are killed and \
            stopped, machines crash, the file server loses its power, disks fail and are full, networks are away, clocks are \
            wrong. No file of this machine is touched. The same seed always does the same.

            When something is wrong, the farm is made smaller as long as it stays wrong. What is left of it, and its last events, \
            are printed.

            Exit statuses: 0 nothing is wrong, 1 something is, 2 wrong usage.

            Examples:
              dumpctl sim --seeds 1-2000
              dumpctl sim --seed 17
              dumpctl sim --year
            """)

    @Option(help: ArgumentHelp("Simulate this seed.", valueName: "number"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("Simulate these seeds.", valueName: "first-last"))
    var seeds: String?

    @Flag(help: "Simulate a year of a large farm whose wikis are dumped twice a month.")
    var year = false

    @Option(help: ArgumentHelp("The size of that farm (default: 1000).", valueName: "number"))
    var wikis: Int?

    @Flag(help: "Print what came of it as JSON, one object on each line, on standard output.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing but what is wrong.")
    var quiet = false

    func validate() throws {
        if seed != nil, seeds != nil { throw ValidationError("--seed and --seeds contradict each other.") }
        if let wikis, !year || !(1...100_000).contains(wikis) {
            throw ValidationError("--wikis is the size of the farm of --year: a number from 1 to 100000.")
        }
        if seeds != nil, range == nil { throw ValidationError("--seeds takes two numbers, such as 1-2000.") }
    }

    /// The seeds asked for. If none are, one for a year, and one hundred for other farms.
    private var range: ClosedRange<UInt64>? {
        if let seed { return seed...seed }
        guard let seeds else { return year ? 1...1 : 1...100 }
        let numbers = seeds.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
        guard numbers.count == 2, let first = numbers[0], let last = numbers[1], first <= last, last < .max else {
            return nil
        }
        return first...last
    }

    private func plan(_ seed: UInt64) -> FarmPlan {
        year ? .year(wikis: wikis ?? 1000, seed: seed) : FarmPlan(seed: seed)
    }

    func run() throws {
        guard let range else { return }
        let progress = SimProgress(range, isQuiet: quiet || json)
        DispatchQueue.concurrentPerform(iterations: Processors.count) { _ in
            while let seed = progress.next() { progress.add(Simulation().run(plan(seed))) }
        }
        progress.finish()
        guard let failure = progress.failure else {
            if json {
                JSONOutput.print(
                    SimLine(
                        event: "simulated", seeds: progress.done, calls: progress.calls,
                        hash: seed == nil ? nil : progress.hash))
            } else if !quiet {
                let hash = seed == nil ? "" : ", hash \(progress.hash)"
                Output.write(
                    "\(progress.done) farms with \(progress.calls) calls simulated, nothing is wrong\(hash)\n",
                    to: STDOUT_FILENO)
            }
            return
        }
        show(failure)
        throw ExitCode(ExitStatus.failed)
    }

    private func show(_ failure: Simulation.Outcome) {
        let smaller = Simulation().shrink(failure)
        let (seed, violation) = (failure.plan.seed, failure.violation ?? "")
        if json {
            return JSONOutput.print(
                SimLine(
                    event: "violation", seed: seed, violation: violation, plan: smaller.plan.text,
                    smallest: smaller.violation, remarks: smaller.remarks, events: smaller.events))
        }
        let remarks = smaller.remarks.map { "  \($0)\n" }.joined()
        let events = smaller.events.map { "  \($0)\n" }.joined()
        Output.write(
            """
            seed \(seed): \(violation)
            The smallest farm in which something is wrong:
            \(smaller.plan.text)
            What happened, and what the processes said:
            \(remarks)The last calls:
            \(events)Wrong: \(smaller.violation ?? "")
            Again: dumpctl sim --seed \(seed)\(year ? " --year" : "")\(wikis.map { " --wikis \($0)" } ?? "")

            """, to: STDOUT_FILENO)
    }

    private struct SimLine: Encodable {
        var event: String
        var seed: UInt64?
        var seeds: Int?
        var calls: Int?
        var hash: String?
        var violation: String?
        var plan: String?
        var smallest: String?
        var remarks: [String]?
        var events: [String]?
    }
}

/// How far the seeds are simulated, shared by the threads that do it.
private final class SimProgress: Sendable {
    private struct State {
        var next: UInt64
        var done = 0
        var calls = 0
        var failure: Simulation.Outcome?
        var hash: UInt64 = 0
        var lines = LiveLines()
    }

    private let last: UInt64
    private let state: Mutex<State>
    private let isShown: Bool

    init(_ seeds: ClosedRange<UInt64>, isQuiet: Bool) {
        last = seeds.upperBound
        state = Mutex(State(next: seeds.lowerBound))
        isShown = !isQuiet && TextStyle.isTerminal
    }

    /// The next seed; nil when all are taken, or something is wrong.
    func next() -> UInt64? {
        state.withLock { state in
            guard state.next <= last, state.failure == nil else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    func add(_ outcome: Simulation.Outcome) {
        state.withLock { state in
            state.done += 1
            state.calls += outcome.calls
            state.hash ^= outcome.hash
            if outcome.violation != nil, state.failure.map({ $0.plan.seed > outcome.plan.seed }) ?? true {
                state.failure = outcome
            }
            if isShown { state.lines.draw(["seed \(outcome.plan.seed) of \(last)"]) }
        }
    }

    /// Removes what shows the progress.
    func finish() { state.withLock { $0.lines.erase() } }

    /// How many seeds were simulated.
    var done: Int { state.withLock { $0.done } }
    /// How many calls to the file system they made.
    var calls: Int { state.withLock { $0.calls } }
    /// The lowest seed in which something is wrong.
    var failure: Simulation.Outcome? { state.withLock { $0.failure } }
    /// What is the same if the same happened.
    var hash: String { String(state.withLock { $0.hash }, radix: 16) }
}

import Dispatch
import Synchronization

/// Lets simulated processes run one at a time, in an order that a seed decides, and moves time on when all of them wait.
///
/// Whoever has the turn passes it on: before each call to the file system, maybe; when nothing is left to do, always. So with the
/// same seed the same things happen in the same order. Time is virtual: it passes a little with each call, and jumps to the next
/// alarm when all processes sleep.
final class Scheduler: Sendable {
    fileprivate enum Standing {
        /// Is about to make a call.
        case inCall
        /// Has nothing to do until one of its tasks goes on.
        case idle
        /// Sleeps in a call that cannot suspend, until a time.
        case blocked(Int64)
        case over
    }

    fileprivate struct Process {
        let thread: ProcessThread
        var standing = Standing.idle
        /// Nothing of it runs before this time.
        var stoppedUntil: Int64 = 0
        var isDead = false
        /// Who gets the turn when this process, which is dead, has unwound; 0 for the thread that simulates.
        var heir: Int?
        var cancel: @Sendable () -> Void = {}
    }

    fileprivate struct Sleeper {
        let end: Int64
        let number: Int
        let process: Int
        let wake: CheckedContinuation<Void, any Error>
    }

    fileprivate struct Alarm {
        let time: Int64
        let number: Int
        let body: @Sendable () -> Void
    }

    fileprivate struct State {
        var random: SeededGenerator
        var now: Int64 = 0
        /// The processes by number, from 1.
        var processes: [Process] = []
        /// The places of those in ``processes`` that are not over, ascending.
        var present: [Int] = []
        var sleepers: [Sleeper] = []
        var alarms: [Alarm] = []
        var count = 0
        var calls = 0
        var isHalted = false
    }

    private let state: Mutex<State>
    /// How likely another process goes on after a call, in 65536ths.
    private let restlessness: UInt64
    /// How long a call takes, in nanoseconds.
    private let callTime: Int64
    private let main = Turn()
    /// Called before each call, with its number and the process that makes it.
    private let director: @Sendable (Int, Int) -> Void

    init(
        seed: UInt64, restlessness: UInt64, callTime: Int64, director: @escaping @Sendable (Int, Int) -> Void
    ) {
        state = Mutex(State(random: SeededGenerator(seed: seed)))
        self.restlessness = restlessness
        self.callTime = callTime
        self.director = director
    }

    /// Nanoseconds since the beginning.
    var now: Int64 { state.withLock { $0.now } }

    /// How many calls were made so far.
    var calls: Int { state.withLock { $0.calls } }

    func isDead(_ process: Int) -> Bool { state.withLock { $0.processes[process - 1].isDead } }

    func isOver(_ process: Int) -> Bool {
        state.withLock { if case .over = $0.processes[process - 1].standing { true } else { false } }
    }

    /// Whether a process was stopped and still is.
    func isStopped(_ process: Int) -> Bool { state.withLock { $0.processes[process - 1].stoppedUntil > $0.now } }

    // MARK: - Processes

    /// Adds a process, which runs when it gets its turn.
    /// - Parameter body: Gets its number and its thread.
    func start(_ body: @escaping @Sendable (Int, ProcessThread) async -> Void) -> Int {
        let own = Own()
        let thread = ProcessThread(
            waitForTurn: { [self] in pass(from: own.number, .idle) }, end: { [self] in end(own.number) })
        let number = state.withLock { state in
            state.present.append(state.processes.count)
            state.processes.append(Process(thread: thread))
            return state.processes.count
        }
        own.set(number)
        thread.start()
        let task = Task(executorPreference: thread) {
            await body(number, thread)
            thread.finish()
        }
        state.withLock { $0.processes[number - 1].cancel = { task.cancel() } }
        return number
    }

    /// Ends a process at once. Nothing that it does from now on has an effect.
    func kill(_ number: Int, by current: Int) {
        let (process, sleepers) = state.withLock { state -> (Process?, [Sleeper]) in
            let process = state.processes[number - 1]
            if process.isDead { return (nil, []) }
            if case .over = process.standing { return (nil, []) }
            state.processes[number - 1].isDead = true
            state.processes[number - 1].stoppedUntil = 0
            return (process, state.takeSleepers(of: number))
        }
        guard let process else { return }
        process.cancel()
        for sleeper in sleepers { sleeper.wake.resume(throwing: CancellationError()) }
        if number == current { return }
        // Its tasks come to an end now, so that nothing of it is left. It has its turn until then.
        state.withLock { $0.processes[number - 1].heir = current }
        process.thread.giveTurn()
        takeTurn(current)
    }

    /// Lets nothing of a process run for a while.
    func stop(_ number: Int, for time: Int64) {
        state.withLock {
            $0.processes[number - 1].stoppedUntil = max($0.now + time, $0.processes[number - 1].stoppedUntil)
        }
    }

    /// Lets all processes go on that were stopped.
    func resumeAll() {
        state.withLock { state in for index in state.processes.indices { state.processes[index].stoppedUntil = 0 } }
    }

    // MARK: - Turns

    /// Runs until all processes are over and no alarm is left, or somebody halts it.
    func run() {
        pass(from: 0, .idle)
        // Whoever is left ends here, or its thread would stay.
        for process in 1..<processCount + 1 { kill(process, by: 0) }
    }

    private var processCount: Int { state.withLock { $0.processes.count } }

    /// Ends the simulation: only the thread that simulates goes on.
    func halt() { state.withLock { $0.isHalted = true } }

    /// Does something at a time.
    func at(_ time: Int64, _ body: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.count += 1
            state.alarms.append(Alarm(time: time, number: state.count, body: body))
        }
    }

    /// Comes before each call of a process, and may let others go first.
    func call(_ process: Int) {
        let number = state.withLock { state -> Int? in
            if state.processes[process - 1].isDead { return nil }
            state.calls += 1
            state.now += callTime
            return state.calls
        }
        guard let number else { return }
        director(number, process)
        let isOut = state.withLock { state in
            let own = state.processes[process - 1]
            if own.isDead { return false }
            return own.stoppedUntil > state.now || state.isHalted
                || UInt64.random(in: 0..<65_536, using: &state.random) < restlessness
        }
        if isOut { pass(from: process, .inCall) }
    }

    /// Makes the thread of a process wait.
    func block(_ process: Int, for time: Int64) {
        let (end, isDead) = state.withLock { state in
            (state.now + time, state.processes[process - 1].isDead)
        }
        if !isDead { pass(from: process, .blocked(end)) }
    }

    /// Lets a task sleep.
    func sleep(_ process: Int, until end: Int64) async throws {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (wake: CheckedContinuation<Void, any Error>) in
                let isOff = state.withLock { state in
                    if state.processes[process - 1].isDead || Task.isCancelled { return true }
                    state.sleepers.append(Sleeper(end: end, number: number, process: process, wake: wake))
                    return false
                }
                if isOff { wake.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                state.sleepers.firstIndex { $0.number == number }.map { state.sleepers.remove(at: $0) }
            }
            sleeper?.wake.resume(throwing: CancellationError())
        }
    }

    /// Passes the turn on, and returns when it comes back.
    private func pass(from current: Int, _ standing: Standing) {
        if current > 0 {
            let isDead = state.withLock { state in
                state.processes[current - 1].standing = standing
                // It waits for something that will never come. Its thread must not stay.
                if state.processes[current - 1].isDead { state.processes[current - 1].thread.finish() }
                return state.processes[current - 1].isDead
            }
            if isDead { return }
        }
        let next = chooseNext()
        if next == current { return }
        giveTurn(next)
        takeTurn(current)
    }

    private func giveTurn(_ process: Int) {
        if process == 0 { return main.give() }
        state.withLock { $0.processes[process - 1].thread }.giveTurn()
    }

    private func takeTurn(_ process: Int) {
        if process == 0 { return main.take() }
        state.withLock { $0.processes[process - 1].thread }.takeTurn()
    }

    private func end(_ process: Int) {
        let (heir, sleepers) = state.withLock { state -> (Int?, [Sleeper]) in
            state.processes[process - 1].standing = .over
            state.present.removeAll { $0 == process - 1 }
            return (state.processes[process - 1].heir, state.takeSleepers(of: process))
        }
        for sleeper in sleepers { sleeper.wake.resume(throwing: CancellationError()) }
        giveTurn(heir ?? chooseNext())
    }

    /// Chooses who goes on, and moves the time on if nobody can. 0 is the thread that simulates: nothing is left to do.
    private func chooseNext() -> Int {
        enum Step {
            case go(Int)
            case wake([Sleeper])
            case ring(Alarm)
        }
        while true {
            let step = state.withLock { state -> Step in
                if state.isHalted { return .go(0) }
                let due = state.alarms.indices.filter { state.alarms[$0].time <= state.now }
                if let first = due.min(by: { state.alarms[$0].order < state.alarms[$1].order }) {
                    return .ring(state.alarms.remove(at: first))
                }
                let now = state.now
                let awake = state.takeSleepers { $0.end <= now }
                if !awake.isEmpty { return .wake(awake) }
                let able = state.present.filter { state.canRun($0) }
                if let index = able.randomElement(using: &state.random) { return .go(index + 1) }
                guard let time = state.nextTime else { return .go(0) }
                state.now = max(state.now, time)
                return .wake([])
            }
            switch step {
            case .go(let process): return process
            case .wake(let sleepers): for sleeper in sleepers { sleeper.wake.resume() }
            case .ring(let alarm): alarm.body()
            }
        }
    }

    /// The number of a process, which its thread learns after it was made.
    private final class Own: Sendable {
        private let value = Mutex(0)
        var number: Int { value.withLock { $0 } }
        func set(_ number: Int) { value.withLock { $0 = number } }
    }
}

/// The turn of the thread that simulates.
private final class Turn: Sendable {
    private let turn = DispatchSemaphore(value: 0)
    func give() { turn.signal() }
    func take() { turn.wait() }
}

extension Scheduler.Alarm {
    fileprivate var order: (Int64, Int) { (time, number) }
}

extension Scheduler.State {
    fileprivate mutating func takeSleepers(of process: Int) -> [Scheduler.Sleeper] {
        takeSleepers { $0.process == process }
    }

    /// Takes sleepers out, those first that are due first.
    fileprivate mutating func takeSleepers(where isWanted: (Scheduler.Sleeper) -> Bool) -> [Scheduler.Sleeper] {
        let taken = sleepers.filter(isWanted)
        if taken.isEmpty { return [] }
        sleepers.removeAll(where: isWanted)
        return taken.sorted { ($0.end, $0.number) < ($1.end, $1.number) }
    }

    fileprivate func canRun(_ index: Int) -> Bool {
        let process = processes[index]
        guard process.stoppedUntil <= now else { return false }
        return switch process.standing {
        case .inCall: true
        case .idle: process.thread.hasWork
        case .blocked(let end): end <= now
        case .over: false
        }
    }

    /// When something can happen next, if nothing can now.
    fileprivate var nextTime: Int64? {
        var times = alarms.map(\.time) + sleepers.map(\.end)
        for process in present.map({ processes[$0] }) {
            if process.stoppedUntil > now { times.append(process.stoppedUntil) }
            if case .blocked(let end) = process.standing { times.append(end) }
        }
        return times.filter { $0 > now }.min()
    }
}

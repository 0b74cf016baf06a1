import Logging
import MWBzUtils
import Synchronization
import SystemPackage
import WikiDumpKit
import WikiDumpKitTesting

/// A farm of simulated machines around one file server, from the first run to the last.
///
/// Workers and monitors are started again and again while things go wrong. Then nothing goes wrong any more, hours or days pass, and a
/// monitor and a worker run to their end. After that, every wiki must be dumped, and all must be in order.
final class SimulatedFarm: Sendable {
    private enum Role {
        case worker, monitor, helper
    }

    private struct Slot {
        let role: Role
        let machine: Int
        var lives: Int
    }

    /// A process that was started.
    private struct Member {
        let identity: ProcessIdentity
        let simulated: SimulatedProcess
        let machine: Int
        let slot: Int?
    }

    private struct State {
        var slots: [Slot]
        /// The processes by their numbers.
        var members: [Int: Member] = [:]
        /// How often each machine was started.
        var boots: [Int]
        var faults: ArraySlice<FarmPlan.Fault>
        var random: SeededGenerator
        var fullUntil = 0
        var badUntil = 0
        var badPercent = 0
        /// How long the next process sleeps that takes something over.
        var takeoverSleep: Int64 = 0
        /// Until when each machine is without its network, and whether its calls wait.
        var offline: [Int: (end: Int64, waits: Bool)] = [:]
        var isCalm = false
    }

    private static let start: Int64 = 1_796_115_600

    private let plan: FarmPlan
    private let callLimit: Int
    private let setting: FarmSetting
    private let state: Mutex<State>
    private let scheduler: Scheduler
    private let disk: SimulatedDisk
    let watch: FarmWatch
    /// How many calls the processes made.
    var calls: Int { scheduler.calls }
    private let names: [WikiName]
    private let box: Box

    init(_ plan: FarmPlan, _ setting: FarmSetting) {
        self.plan = plan
        self.setting = setting
        callLimit = plan.days == .max ? 2_000_000 : .max
        names = (0..<plan.wikis).compactMap { WikiName("wiki\($0)") }
        let machines = plan.clockErrors.count
        let roles =
            Array(repeating: Role.worker, count: plan.workers) + Array(repeating: .monitor, count: plan.monitors)
            + Array(repeating: .helper, count: plan.helpers)
        let slots = roles.enumerated().map { Slot(role: $1, machine: $0 % machines, lives: plan.lives) }
        state = Mutex(
            State(
                slots: slots, boots: Array(repeating: 0, count: machines), faults: plan.faults[...],
                random: SeededGenerator(seed: plan.seed ^ 0xFA)))
        let box = Box()
        self.box = box
        let scheduler = Scheduler(
            seed: plan.seed, restlessness: plan.restlessness, callTime: 150_000,
            director: { call, process in box.farm?.direct(call, process) })
        self.scheduler = scheduler
        let disk = SimulatedDisk {
            let now = scheduler.now
            return FileTime(seconds: Self.start + now / Scheduler.second, nanoseconds: now % Scheduler.second)
        }
        self.disk = disk
        watch = FarmWatch(
            disk, staleAge: 3_600, time: { scheduler.now },
            isAlive: { !scheduler.isOver($0) && !scheduler.isDead($0) }, stop: { scheduler.halt() })
        box.set(self)
    }

    /// Plays everything.
    func run() {
        defer { box.set(nil) }
        let calls = disk.calls(for: disk.startProcess(ProcessTraits(on: SimulatedMachine(name: "setup", boot: 0))))
        for folder in ["/public", "/private", "/temp"] { try? calls.makeFolder(FilePath(folder), permissions: 0o755) }
        disk.settle()
        for slot in 0..<plan.workers + plan.monitors + plan.helpers {
            scheduler.at(Int64(slot) * Scheduler.second) { [self] in startNext(slot) }
        }
        scheduler.run()
        guard watch.violation == nil else { return }
        watch.remark(0, "nothing goes wrong any more")
        state.withLock { state in
            (state.isCalm, state.fullUntil, state.badUntil, state.offline, state.takeoverSleep) = (true, 0, 0, [:], 0)
        }
        let last = (lastStart - Self.start) * Scheduler.second
        scheduler.at(last) { [self] in start(nil, machine: 0) { try await $0.watchOnce() } }
        scheduler.at(last + 60 * Scheduler.second) { [self] in
            start(nil, machine: 0) { try await $0.dumpAllAndFailed() }
        }
        scheduler.run()
        guard watch.violation == nil else { return }
        scheduler.at(scheduler.now + 60 * Scheduler.second) { [self] in
            start(nil, machine: 0) { try await $0.watchOnce() }
        }
        scheduler.run()
        guard watch.violation == nil else { return }
        watch.inspect(names.map(\.description), "in the end", isClean: plan.restDays > 0)
        checkEverythingIsDumped(since: last)
    }

    /// When the last processes start: after all locks of the dead are stale, and when all clocks agree about the day.
    private var lastStart: Int64 {
        let day: Int64 = 86_400
        let soon = Self.start + scheduler.now / Scheduler.second + 3 * 3_600
        if plan.restDays > 0 { return (soon / day + Int64(plan.restDays)) * day + day / 2 }
        return (2...21).contains(soon % day / 3_600) ? soon : (soon / day + 1) * day + 3 * 3_600
    }

    /// - Parameter last: When the last worker began. What was dumped shortly before that counts, unless it dumps all anew.
    private func checkEverythingIsDumped(since last: Int64) {
        let age: Int64 = plan.isPatient ? 14 * 86_400 : 0
        let due = DumpDate(UTCTime(seconds: Self.start + last / Scheduler.second - age)).description
        disk.look { current, _ in
            for name in names {
                let inspection = RunInspection(image: current, wiki: name.description)
                if !inspection.dates.contains(where: { $0 >= due && inspection.isDone($0) }) {
                    watch.fail("in the end: \(name) is not dumped; its runs: \(inspection.dates)")
                }
            }
        }
    }

    // MARK: - Processes

    /// Starts the next process of a slot, if it has a life left.
    private func startNext(_ slot: Int) {
        let (found, isCalm) = state.withLock { state in
            if state.slots[slot].lives > 0 { state.slots[slot].lives -= 1 }
            return (state.slots[slot], state.isCalm || scheduler.now / Scheduler.second / 86_400 >= plan.days)
        }
        if isCalm { return }
        start(slot, machine: found.machine) { process in
            switch found.role {
            case .worker: try await process.dumpAll()
            case .monitor: try await process.watchOften()
            case .helper: try await process.helpOften()
            }
        }
    }

    private func start(
        _ slot: Int?, machine: Int, _ body: @escaping @Sendable (FarmProcess) async throws -> Void
    ) {
        _ = scheduler.start { [self] number, thread in
            let process = makeProcess(number, thread, slot, machine)
            watch.remark(number, "begins on machine \(machine)")
            do { try await body(process) } catch { watch.remark(number, "ends: \(error)") }
            watch.end(process: number)
            let open = state.withLock { $0.members[number] }.map { disk.openFiles(of: $0.simulated.number) } ?? 0
            if open > 0, !scheduler.isDead(number) { watch.fail("process \(number) ended and left \(open) files open") }
            if let slot, !scheduler.isDead(number) { renew(slot, after: pause()) }
        }
    }

    /// How long it takes until a process that ended is started again: minutes, or until the next day.
    private func pause() -> Int64 {
        let choice: [Int64] = plan.isPatient ? [7_200, 50_000, 90_000] : [600, 4_200, 7_200, 50_000]
        return state.withLock { state in choice.randomElement(using: &state.random) ?? 600 }
    }

    private func renew(_ slot: Int, after seconds: Int64) {
        guard state.withLock({ !$0.isCalm && $0.slots[slot].lives > 0 }) else { return }
        scheduler.at(scheduler.now + seconds * Scheduler.second) { [self] in startNext(slot) }
    }

    private func makeProcess(_ number: Int, _ thread: ProcessThread, _ slot: Int?, _ machine: Int) -> FarmProcess {
        let (member, token, seed) = state.withLock { state -> (Member, UInt64, UInt64) in
            let boot = state.boots[machine] * 100 + machine
            let host = plan.isContained ? "host" : "host\(machine)"
            let identity = ProcessIdentity(
                host: host, processID: plan.isContained ? 1 : Int32(100 + number), startTicks: UInt64(1_000 + number),
                table: plan.isContained ? "table\(number)" : "boot\(boot)")
            let simulated = disk.startProcess(ProcessTraits(on: SimulatedMachine(name: host, boot: boot)))
            state.members = state.members.filter { !scheduler.isOver($0.key) }
            let member = Member(identity: identity, simulated: simulated, machine: machine, slot: slot)
            state.members[number] = member
            return (member, state.random.next(), state.random.next())
        }
        let random = Mutex(SeededGenerator(seed: seed))
        let timer = VirtualClock(scheduler: scheduler, process: number)
        let clock = SkewedClock(scheduler: scheduler, start: Self.start + plan.clockErrors[machine])
        let surroundings = Surroundings(
            process: member.identity, isRunning: { [self] in isRunning($0) }, clock: clock,
            timer: timer,
            block: { [scheduler] in scheduler.block(number, for: $0.nanoseconds) },
            random: { random.withLock { $0.next() } }, executor: thread)
        let calls = disk.calls(
            for: member.simulated,
            beforeCall: { [self] call throws(Errno) in try before(call, number, machine) },
            afterCall: { [watch] call, error in watch.after(call, error, by: number) },
            temporaryNames: TemporaryNames(token: token | 1 << 60, processID: member.identity.processID))
        let fileSystem = FileSystem(setting.calls(calls), for: surroundings)
        return FarmProcess(
            number: number, wikis: FarmProcess.wikis(names, on: fileSystem), fileSystem: fileSystem, timer: timer,
            clock: clock, lockClock: setting.lockClock(clock), watch: watch, staleAge: watch.staleAge,
            isPatient: plan.isPatient)
    }

    private func isRunning(_ identity: ProcessIdentity) -> Bool {
        let numbers = state.withLock { state in
            state.members.filter { _, member in
                let known = member.identity
                return known.processID == identity.processID && known.host == identity.host
                    && (identity.startTicks == nil || known.startTicks == identity.startTicks)
                    && (identity.table == nil || known.table == identity.table)
            }.keys
        }
        return numbers.contains { !scheduler.isOver($0) && !scheduler.isDead($0) }
    }

    // MARK: - Faults

    private func before(_ call: FileCall, _ process: Int, _ machine: Int) throws(Errno) {
        if call.beginsTakeover {
            let sleep = state.withLock { state in
                defer { state.takeoverSleep = 0 }
                return state.takeoverSleep
            }
            if sleep > 0 {
                watch.remark(0, "process \(process) stops before it takes over: \(call)")
                scheduler.stop(process, for: sleep * Scheduler.second)
            }
        }
        scheduler.call(process)
        if scheduler.isDead(process) { throw .ioError }
        if let offline = state.withLock({ $0.offline[machine] }), offline.end > scheduler.now {
            guard offline.waits else { throw .timedOut }
            scheduler.block(process, for: offline.end - scheduler.now)
            if scheduler.isDead(process) { throw .ioError }
        }
        let number = scheduler.calls
        let error = state.withLock { state -> Errno? in
            if number < state.fullUntil, call.needsRoom { return .noSpace }
            guard number < state.badUntil else { return nil }
            return Int.random(in: 0..<100, using: &state.random) < state.badPercent ? .ioError : nil
        }
        if let error {
            watch.after(call, error, by: process)
            throw error
        }
    }

    /// Lets go wrong what is due.
    private func direct(_ call: Int, _ current: Int) {
        if call > callLimit { return watch.fail("the farm does not come to an end") }
        while let fault = state.withLock({ state -> FarmPlan.Fault? in
            guard !state.isCalm, let next = state.faults.first else { return nil }
            let isDue =
                switch next.moment {
                case .call(let number): number <= call
                case .second(let time): time * Scheduler.second <= scheduler.now
                }
            return isDue ? state.faults.removeFirst() : nil
        }) {
            watch.remark(0, "\(fault.kind)")
            play(fault.kind, call, current)
        }
    }

    private func play(_ kind: FarmPlan.Fault.Kind, _ call: Int, _ current: Int) {
        let machines = plan.clockErrors.count
        switch kind {
        case .kill(let victim):
            guard let number = living(victim) else { return }
            kill([number], by: current)
        case .crash(let machine):
            state.withLock { $0.boots[machine % machines] += 1 }
            kill(living { $0.machine == machine % machines }, by: current)
        case .stop(let victim, let seconds):
            if let number = living(victim) { scheduler.stop(number, for: seconds * Scheduler.second) }
        case .powerCut(let seed):
            let cut: PowerCut = seed % 3 == 0 ? .losingEverything : .random(seed: seed)
            disk.cutPower(cut)
            state.withLock { state in for machine in state.boots.indices { state.boots[machine] += 1 } }
            kill(living { _ in true }, by: current)
            watch.forgetEpochs()
            watch.inspect(names.map(\.description), "after a power cut", isAfterCut: true)
        case .stopAtTakeover(let seconds): state.withLock { $0.takeoverSleep = seconds }
        case .fullDisk(let calls): state.withLock { $0.fullUntil = call + calls }
        case .badDisk(let percent, let calls):
            state.withLock { ($0.badUntil, $0.badPercent) = (call + calls, percent) }
        case .offline(let machine, let seconds, let waits):
            let end = scheduler.now + seconds * Scheduler.second
            state.withLock { $0.offline[machine % machines] = (end, waits) }
        }
    }

    private func living(_ victim: Int) -> Int? {
        let all = living { _ in true }
        return all.isEmpty ? nil : all[victim % all.count]
    }

    private func living(_ isMeant: (Member) -> Bool) -> [Int] {
        let numbers = state.withLock { $0.members.filter { isMeant($0.value) }.keys.sorted() }
        return numbers.filter { !scheduler.isOver($0) && !scheduler.isDead($0) }
    }

    /// Ends processes. The one that runs now ends last, since it gets its turn back after each of the others.
    private func kill(_ numbers: [Int], by current: Int) {
        for number in numbers.filter({ $0 != current }) + numbers.filter({ $0 == current }) {
            guard let member = state.withLock({ $0.members[number] }) else { continue }
            member.simulated.kill()
            scheduler.kill(number, by: current)
            if let slot = member.slot { renew(slot, after: Int64(5 + number * 7 % 90)) }
        }
    }

    /// Knows the farm once it is made.
    private final class Box: Sendable {
        private let value = Mutex<SimulatedFarm?>(nil)
        var farm: SimulatedFarm? { value.withLock { $0 } }
        func set(_ farm: SimulatedFarm?) { value.withLock { $0 = farm } }
    }
}

extension FileCall {
    /// Whether a process that makes this call has looked at what it is about to take over, and has not taken it yet.
    fileprivate var beginsTakeover: Bool {
        guard case .makeFolder(let path, _) = self else { return false }
        return path.lastComponent?.string.hasPrefix(".work-") == true
    }

    /// Whether the call fails on a full disk.
    fileprivate var needsRoom: Bool {
        switch self {
        case .openUnnamed, .makeSymbolicLink, .makeFolder, .link, .file(_, .write): true
        case .open(_, let opening): opening != .read && opening != .readAnywhere
        default: false
        }
    }
}

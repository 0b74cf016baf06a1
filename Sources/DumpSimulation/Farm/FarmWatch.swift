import MWBzUtils
import Synchronization
import SystemPackage

/// Sees every call of the processes of a farm, and what is wrong with it.
///
/// It knows epochs by the names of work folders, as they stand in the paths of calls. So it needs nothing from the code that it
/// watches, and cannot be misled by it.
final class FarmWatch: Sendable {
    /// A call, or a remark.
    struct Event: Sendable {
        let time: Int64
        let process: Int
        let call: FileCall?
        let error: Errno?
        let remark: String
    }

    /// Whose folders are changed: those of a wiki, or the pages of the farm, which have no name.
    fileprivate typealias Subject = String

    fileprivate struct Claim {
        let epoch: Int64
        let token: String
    }

    fileprivate struct Holder {
        let process: Int
        var isDone = false
        var lastTouch: Int64
        /// How long it was silent before that.
        var silence: Int64 = 0
    }

    fileprivate struct State {
        var events: [Event] = []
        /// What the processes said, and what went wrong.
        var remarks: [Event] = []
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var violation: String?
        /// The newest epoch under which something was looked at or changed.
        var begun: [Subject: Claim] = [:]
        /// The claim that each process made last.
        var claims: [Int: [Subject: Claim]] = [:]
        var holders: [Subject: Holder] = [:]
        var lastTouch: [Int: [Subject: Int64]] = [:]
        /// The runs whose removal has begun.
        var removed: [String: Set<String>] = [:]
        /// The runs that a command called complete, and the process that did.
        var acknowledged: [String: [String: Int]] = [:]
    }

    private let state = Mutex(State())
    private let disk: SimulatedDisk
    private let time: @Sendable () -> Int64
    /// Ends the simulation.
    private let stop: @Sendable () -> Void
    private let isAlive: @Sendable (Int) -> Bool
    let staleAge: Int64

    init(
        _ disk: SimulatedDisk, staleAge: Int64, time: @escaping @Sendable () -> Int64,
        isAlive: @escaping @Sendable (Int) -> Bool, stop: @escaping @Sendable () -> Void
    ) {
        self.disk = disk
        self.staleAge = staleAge
        self.time = time
        self.isAlive = isAlive
        self.stop = stop
    }

    /// The first thing that is wrong; nil if nothing is.
    var violation: String? { state.withLock { $0.violation } }
    /// The last calls, the oldest first.
    var events: [Event] { state.withLock { $0.events } }
    /// The last remarks, the oldest first.
    var remarks: [Event] { state.withLock { $0.remarks } }
    /// A number that is the same if the same happened.
    var hash: UInt64 { state.withLock { $0.hash } }

    private static let kept = 600

    /// Notes something for whoever reads the events.
    func remark(_ process: Int, _ text: String) {
        let time = time()
        state.withLock { state in
            state.remarks.add(Event(time: time, process: process, call: nil, error: nil, remark: text), kept: Self.kept)
            for byte in text.utf8 { state.mix(UInt64(byte)) }
        }
    }

    func fail(_ text: String) {
        let isFirst = state.withLock { state in
            if state.violation != nil { return false }
            state.violation = text
            return true
        }
        if isFirst { stop() }
    }

    // MARK: - Calls

    /// Sees a call that a process has made.
    func after(_ call: FileCall, _ error: Errno?, by process: Int) {
        let time = time()
        state.withLock { state in
            state.events.add(Event(time: time, process: process, call: call, error: error, remark: ""), kept: Self.kept)
            state.mix(
                UInt64(process) << 32 ^ UInt64(bitPattern: time) ^ UInt64(UInt32(bitPattern: error?.rawValue ?? 0)))
            for path in call.paths { for byte in path.string.utf8 { state.mix(UInt64(byte)) } }
        }
        guard error == nil, !call.changesNothing else { return }
        let paths = call.paths.map(\.parts)
        guard let first = paths.first, let last = paths.last else { return }
        switch call {
        case .rename:
            noteClaim(last, process)
            noteRemoval(first, process)
        case .touch: return noteTouch(first, process, time)
        case .setTime: return noteTouch(first, process, time)
        case .setPermissions: return
        default: break
        }
        act(call, paths, process)
        guard violation == nil, last.count == 4, last[0] == "public",
            last[3] == "status.html" || last[3] == "dumpruninfo.txt"
        else { return }
        let problems = disk.look { current, _ in RunInspection(image: current, wiki: last[1]).problems(last[2]) }
        if let first = problems.first { fail("promised too early: \(first)") }
    }

    /// Judges a call that may have changed what others see.
    private func act(_ call: FileCall, _ paths: [[String]], _ process: Int) {
        var claim: Claim?
        var subject: Subject?
        for parts in paths {
            if let found = Self.claim(parts) { claim = found }
            guard let about = Self.subject(parts) else { continue }
            if parts.contains(where: { $0.hasPrefix(".dead-") }) {
                claim = claim ?? state.withLock { $0.claims[process]?[about] }
            }
            if Self.isVisible(parts) { subject = about }
        }
        guard let subject else { return }
        guard let claim else { return fail("process \(process) changes \(call.paths) without a work folder") }
        begin(subject, claim, process) { "changes \(call.paths.map(\.string).joined(separator: ", "))" }
        if case .rename = call, paths.first?.last == "latest" {
            fail("\(subject): latest is gone for a moment")
        }
    }

    private func begin(_ subject: Subject, _ claim: Claim, _ process: Int, _ what: () -> String) {
        let problem = state.withLock { state -> String? in
            let known = state.begun[subject]
            if let known, known.epoch > claim.epoch {
                return "process \(process) \(what()) under epoch \(claim.epoch), when \(known.epoch) had begun"
            }
            if let known, known.epoch == claim.epoch, known.token != claim.token, !known.token.isEmpty,
                !claim.token.isEmpty
            {
                return "process \(process) \(what()) under epoch \(claim.epoch), which another process has as well"
            }
            if let known, known.epoch == claim.epoch, claim.token.isEmpty { return nil }
            state.begun[subject] = claim
            return nil
        }
        if let problem { fail(problem) }
    }

    // MARK: - Holders

    /// A worker has a wiki and looks at it.
    func begin(_ wiki: String, epoch: Int64, process: Int) {
        begin(
            wiki, Claim(epoch: epoch, token: state.withLock { $0.claims[process]?[wiki]?.token } ?? ""), process
        ) { "begins" }
        let time = time()
        let problem = state.withLock { state -> String? in
            defer {
                let touch = state.lastTouch[process]?[wiki] ?? time
                state.holders[wiki] = Holder(process: process, lastTouch: touch)
            }
            guard let old = state.holders[wiki], old.process != process, !old.isDone, isAlive(old.process) else {
                return nil
            }
            let limit = staleAge * Scheduler.second * 9 / 10
            guard time - old.lastTouch < limit, old.silence < limit else { return nil }
            return
                "process \(process) takes \(wiki) from process \(old.process), which is alive and gave a sign of life "
                + "\((time - old.lastTouch) / Scheduler.second) s ago"
        }
        if let problem { fail(problem) }
    }

    /// A worker gave a wiki back.
    func end(process: Int) {
        state.withLock { state in
            for (wiki, holder) in state.holders where holder.process == process { state.holders[wiki]?.isDone = true }
        }
    }

    private func noteClaim(_ parts: [String], _ process: Int) {
        guard parts.count > 1, parts[parts.count - 2] == ".fence", let name = parts.last else { return }
        let fields = name.split(separator: "~")
        guard fields.count == 2, let epoch = Int64(fields[0]) else { return }
        let subject = parts.count == 4 ? parts[1] : ""
        state.withLock { $0.claims[process, default: [:]][subject] = Claim(epoch: epoch, token: String(fields[1])) }
    }

    /// Notes that a run is removed, or that a holder gives its own lock back.
    private func noteRemoval(_ parts: [String], _ process: Int) {
        guard parts.count == 3 else { return }
        state.withLock { state in
            if parts[0] == "public", Int(parts[2]) != nil {
                state.removed[parts[1], default: []].insert(parts[2])
            } else if parts[2].hasPrefix("lock_"), state.holders[parts[1]]?.process == process {
                state.holders[parts[1]]?.isDone = true
            }
        }
    }

    private func noteTouch(_ parts: [String], _ process: Int, _ time: Int64) {
        guard parts.count == 3, parts[2].hasPrefix(".lock_") else { return }
        state.withLock { state in
            state.lastTouch[process, default: [:]][parts[1]] = time
            guard let holder = state.holders[parts[1]], holder.process == process else { return }
            state.holders[parts[1]]?.silence = time - holder.lastTouch
            state.holders[parts[1]]?.lastTouch = time
        }
    }

    // MARK: - Promises

    /// A command ended with success: the run of a wiki is complete.
    func acknowledge(_ wiki: String, _ date: String, by process: Int) {
        let problem = state.withLock { state -> String? in
            if let other = state.acknowledged[wiki]?[date] {
                return "process \(process) dumped \(wiki) of \(date) again, which process \(other) had done"
            }
            state.acknowledged[wiki, default: [:]][date] = process
            return nil
        }
        if let problem { return fail(problem) }
        let (now, later) = disk.look { current, durable in
            (problems(wiki, date, current), problems(wiki, date, durable))
        }
        if let first = now.first { return fail("acknowledged too much: \(first)") }
        if let first = later.first { fail("acknowledged what a power cut takes: \(first)") }
    }

    /// Everybody has lost the power. No process of any epoch is left, and the beginning of the last ones may be lost.
    func forgetEpochs() { state.withLock { $0.begun = [:] } }

    /// Sees whether the disk holds what was promised, after a power cut or at the end.
    /// - Parameter isClean: Whether every wiki was dumped since the last process died, so that nothing may be left of any.
    func inspect(_ wikis: [String], _ when: String, isAfterCut: Bool = false, isClean: Bool = false) {
        let (acknowledged, removed) = state.withLock { ($0.acknowledged, $0.removed) }
        let problems = disk.look { current, _ in
            wikis.flatMap { wiki -> [String] in
                let inspection = RunInspection(image: current, wiki: wiki)
                let dates = inspection.dates.filter { removed[wiki]?.contains($0) != true }
                let promised = (acknowledged[wiki] ?? [:]).keys.sorted().filter { removed[wiki]?.contains($0) != true }
                return dates.flatMap { inspection.problems($0, isAfterCut: isAfterCut || $0 != dates.last) }
                    + promised.filter { !inspection.isDone($0) }.map {
                        "\(wiki) \($0) was complete and is not any more"
                    }
                    + inspection.linkProblems + inspection.indexProblems + (isClean ? inspection.leftovers : [])
            }
        }
        if let first = problems.first { fail("\(when): \(first)") }
    }

    private func problems(_ wiki: String, _ date: String, _ image: DiskImage) -> [String] {
        let inspection = RunInspection(image: image, wiki: wiki)
        return (inspection.isDone(date) ? [] : ["\(wiki) \(date) is not done"]) + inspection.problems(date)
    }
}

// MARK: - Paths

extension FarmWatch {
    /// The claim in the name of a work folder in a path.
    private static func claim(_ parts: [String]) -> Claim? {
        guard let folder = parts.first(where: { $0.hasPrefix(".work-") }) else { return nil }
        let fields = folder.dropFirst(6).split(separator: "~")
        guard fields.count == 2, let epoch = Int64(fields[0]) else { return nil }
        return Claim(epoch: epoch, token: String(fields[1]))
    }

    private static func subject(_ parts: [String]) -> Subject? {
        guard let tree = parts.first, tree == "public" || tree == "private", parts.count > 1 else { return nil }
        // Only wikis have folders below the trees. Those of the fence of the farm begin with a dot.
        return parts.count == 2 || parts[1].hasPrefix(".") ? "" : parts[1]
    }

    /// Whether others see what has this path. Locks, the private notes about attempts, and the folders of wikis are not the fence's.
    private static func isVisible(_ parts: [String]) -> Bool {
        guard let last = parts.last, !parts.contains(where: { $0.hasPrefix(".") }) else { return false }
        if parts.count == 2 { return last.contains(".") }
        return !(last.hasPrefix("lock_") || last == "attempts.txt")
    }
}

extension FileCall {
    /// Whether everybody sees the same before and after the call.
    var changesNothing: Bool {
        switch self {
        case .open(_, let opening): opening == .read || opening == .readAnywhere
        case .synchronizeAll: true
        case .file(_, .link): false
        case .file: true
        default: onlyLooks
        }
    }

    /// The paths that the call is about.
    var paths: [FilePath] {
        switch self {
        case .open(let path, _), .openUnnamed(let path, _), .status(let path, _), .mayExecute(let path),
            .names(let path),
            .makeSymbolicLink(let path, _), .target(let path), .unlink(let path), .makeFolder(let path, _),
            .removeFolder(let path), .setPermissions(let path, _), .setTime(let path, _), .touch(let path),
            .synchronizeAll(let path), .enter(let path), .file(_, .link(let path)):
            [path]
        case .rename(let path, let other), .exchange(let path, let other), .link(let path, let other): [path, other]
        case .file: []
        }
    }
}

extension [FarmWatch.Event] {
    /// Adds an event, and forgets the oldest ones from time to time.
    fileprivate mutating func add(_ event: FarmWatch.Event, kept: Int) {
        if count >= 2 * kept { removeFirst(kept) }
        append(event)
    }
}

extension FarmWatch.State {
    /// FNV-1a.
    fileprivate mutating func mix(_ value: UInt64) { hash = (hash ^ value) &* 0x100_0000_01B3 }
}

import Logging
import Synchronization
import SystemPackage

/// How long the jobs of a run took: `jobtimes.json` in the private folder of the run.
///
/// Jobs that were done in one reading of the source are measured together: they form a pass.
struct JobTimes: Sendable, Hashable {
    /// Jobs done together, and how long they took.
    struct Pass: Sendable, Hashable {
        var jobs: [String]
        var milliseconds: Int64
    }

    static let fileName = "jobtimes.json"

    /// What was measured, in the order in which it was.
    var passes: [Pass] = []

    /// The pass in which a job was done.
    func pass(of job: String) -> Pass? { passes.last { $0.jobs.contains(job) } }

    /// How long some jobs took. A pass counts once, and whole.
    func milliseconds(of jobs: Set<String>) -> Int64 {
        passes.filter { !jobs.isDisjoint(with: $0.jobs) }.reduce(0) { $0 + $1.milliseconds }
    }

    /// Notes how long jobs took, in place of what was known of them.
    mutating func note(_ pass: Pass) {
        for index in passes.indices { passes[index].jobs.removeAll(where: pass.jobs.contains) }
        passes.removeAll { $0.jobs.isEmpty }
        passes.append(pass)
    }

    /// Reads the file; nothing is known if it is missing or damaged.
    init(in folder: FilePath) throws(DumpError) {
        let path = folder.appending(Self.fileName)
        guard try FileSystem.status(path) != nil, let json = try? JSONValue(parsing: try FileSystem.read(path)),
            case .array(let list)? = json["passes"]
        else { return }
        passes = list.compactMap { value in
            guard case .array(let jobs)? = value["jobs"], let time = value["milliseconds"]?.integer else { return nil }
            return Pass(jobs: jobs.compactMap(\.string), milliseconds: time)
        }
    }

    /// The content of the file.
    var json: JSONValue {
        let list = passes.map { pass -> JSONValue in
            ["jobs": .array(pass.jobs.map { .string($0) }), "milliseconds": .integer(pass.milliseconds)]
        }
        return ["passes": .array(list)]
    }
}

/// Measures how long jobs take, and writes that when the run is over.
final class JobTimer: DumpObserver {
    private struct State {
        var times: JobTimes
        var active: [String] = []
        var began = ContinuousClock.now
        var ended: [String] = []
    }

    private let folder: FilePath
    private let next: any DumpObserver
    private let logger: Logger
    private let state: Mutex<State>

    /// - Parameter next: is told everything too.
    init(in folder: FilePath, before next: any DumpObserver, logger: Logger) throws(DumpError) {
        self.folder = folder
        self.next = next
        self.logger = logger
        state = Mutex(State(times: try JobTimes(in: folder)))
    }

    func observe(_ event: DumpEvent) {
        switch event {
        case .jobStarted(let name):
            state.withLock { state in
                if state.active.isEmpty { state.began = .now }
                state.active.append(name)
            }
        case .jobEnded(let job): state.withLock { end(job, &$0) }
        case .runEnded: write()
        default: break
        }
        next.observe(event)
    }

    /// Jobs of a pass begin and end together.
    private func end(_ job: JobRecord, _ state: inout State) {
        guard state.active.contains(job.name) else { return }
        state.active.removeAll { $0 == job.name }
        if job.status == .done { state.ended.append(job.name) }
        guard state.active.isEmpty else { return }
        let time = ContinuousClock.now - state.began
        if !state.ended.isEmpty {
            let (seconds, fraction) = time.components
            state.times.note(
                JobTimes.Pass(jobs: state.ended, milliseconds: seconds * 1000 + fraction / 1_000_000_000_000_000))
        }
        state.ended = []
    }

    private func write() {
        let times = state.withLock { $0.times }
        guard !times.passes.isEmpty else { return }
        do throws(DumpError) {
            try FileSystem.write(
                times.json.bytes + [UInt8(ascii: "\n")], to: folder.appending(JobTimes.fileName),
                permissions: WikiDirectories.privateFilePermissions, durable: false)
        } catch {
            logger.warning("\(error)")
        }
    }
}

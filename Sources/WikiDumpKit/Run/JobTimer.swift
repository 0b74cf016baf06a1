import Logging
import Synchronization
import SystemPackage

/// Measures how long jobs take.
final class JobTimer: DumpObserver {
    private struct State {
        var times: JobTimes
        var active: [String] = []
        /// How long those have been active.
        var elapsed: @Sendable () -> Duration = { .zero }
        var ended: [String] = []
    }

    private let folder: FilePath
    private let fileSystem: FileSystem
    private let next: any DumpObserver
    private let logger: Logger
    private let state: Mutex<State>

    /// - Parameter next: The observer to which all events are passed on.
    init(
        in folder: FilePath, on fileSystem: FileSystem, before next: any DumpObserver, logger: Logger
    ) throws(DumpError) {
        self.folder = folder
        self.fileSystem = fileSystem
        self.next = next
        self.logger = logger
        state = Mutex(State(times: try JobTimes(in: folder, on: fileSystem)))
    }

    func observe(_ event: DumpEvent) {
        switch event {
        case .jobStarted(let name):
            state.withLock { state in
                if state.active.isEmpty { state.elapsed = fileSystem.surroundings.timer.stopwatch() }
                state.active.append(name)
            }
        case .jobEnded(let job): state.withLock { end(job, &$0) }
        default: break
        }
        next.observe(event)
    }

    /// Ends the measurement of a job. The jobs of a pass start and end together, so they share one time.
    private func end(_ job: JobRecord, _ state: inout State) {
        guard state.active.contains(job.name) else { return }
        state.active.removeAll { $0 == job.name }
        if job.status == .done { state.ended.append(job.name) }
        guard state.active.isEmpty else { return }
        let time = state.elapsed()
        if !state.ended.isEmpty {
            let (seconds, fraction) = time.components
            state.times.note(
                JobTimes.Pass(jobs: state.ended, milliseconds: seconds * 1000 + fraction / 1_000_000_000_000_000))
        }
        state.ended = []
    }

    /// Writes the times. It comes before the run is published for the last time, as pages show them.
    func write() {
        let times = state.withLock { $0.times }
        guard !times.passes.isEmpty else { return }
        do throws(DumpError) {
            try fileSystem.write(
                times.json.bytes + [UInt8(ascii: "\n")], to: folder.appending(JobTimes.fileName),
                permissions: WikiDirectories.privateFilePermissions, durable: false)
        } catch {
            logger.warning("\(error)")
        }
    }
}

import CLibrary
import Dispatch
import Synchronization

/// The thread of a simulated process. All tasks of the process run on it, one after another, and only while the process has its turn.
///
/// `Task {}` does not inherit the executor of the task around it. Code that starts such tasks takes the executor from its
/// surroundings.
final class ProcessThread: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isOver = false
    }

    private let state = Mutex(State())
    private let turn = DispatchSemaphore(value: 0)
    private let waitForTurn: @Sendable () -> Void
    private let end: @Sendable () -> Void

    /// - Parameters:
    ///   - waitForTurn: Called when nothing is left to do for now. Returns when the process has its turn again.
    ///   - end: Called when the process has ended.
    init(waitForTurn: @escaping @Sendable () -> Void, end: @escaping @Sendable () -> Void) {
        self.waitForTurn = waitForTurn
        self.end = end
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }

    /// Whether there is something to do.
    var hasWork: Bool { state.withLock { !$0.jobs.isEmpty } }

    /// Lets the thread end when nothing is left to do.
    func finish() { state.withLock { $0.isOver = true } }

    /// Begins the turn of the process.
    func giveTurn() { turn.signal() }

    /// Waits until ``giveTurn()``.
    func takeTurn() { turn.wait() }

    /// Starts the thread. It waits for its first turn.
    func start() {
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        #if canImport(Glibc)
            var thread = pthread_t()
            let status = unsafe pthread_create(&thread, nil, { unsafe ProcessThread.run($0) }, context)
            pthread_detach(thread)
        #else
            var thread: pthread_t?
            let status = unsafe pthread_create(&thread, nil, { unsafe ProcessThread.run($0) }, context)
            if let thread = unsafe thread { unsafe pthread_detach(thread) }
        #endif
        precondition(status == 0, "the system refused to start a thread")
    }

    private static func run(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<ProcessThread>.fromOpaque(context).takeRetainedValue().work()
        return nil
    }

    private func work() {
        takeTurn()
        while true {
            while let job = next() { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
            if state.withLock({ $0.isOver }) { break }
            waitForTurn()
        }
        end()
    }

    private func next() -> UnownedJob? {
        state.withLock { state in state.jobs.isEmpty ? nil : state.jobs.removeFirst() }
    }
}

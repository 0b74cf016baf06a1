import CLibrary
private import CMWBz
import Synchronization

/// Threads of our own for work that occupies a thread for long: decoding, and waiting for a file or a pipe.
///
/// The shared threads of Swift tasks are as many as the cores, and no other task makes progress while they are occupied.
/// So tasks that work or wait for long name these threads as their executor.
///
/// Sendable although it holds pointers: they never change, lock and condition are made for many threads, and the state is
/// touched only under the lock.
@safe final class WorkerThreads: TaskExecutor, @unchecked Sendable {
    /// For work: as many threads as cores.
    static let working = WorkerThreads(limit: Processors.count)
    /// For waiting, which takes no core.
    static let waiting = WorkerThreads(limit: 64)

    private struct State {
        var jobs: [UnownedJob] = []
        /// How many of the jobs at the front have been begun.
        var begun = 0
        var idleThreads = 0
        var threads = 0

        var waitingJobs: Int { jobs.count - begun }

        mutating func take() -> UnownedJob? {
            guard begun < jobs.count else { return nil }
            defer { begun += 1 }
            if begun > 1000 {
                jobs.removeSubrange(..<begun)
                begun = 0
            }
            return jobs[begun]
        }
    }

    private let limit: Int
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let jobCame: UnsafeMutablePointer<pthread_cond_t>
    /// Guarded by the lock. Lives as long as the process, as do the threads.
    private let state: UnsafeMutablePointer<State>

    private init(limit: Int) {
        self.limit = limit
        unsafe lock = .allocate(capacity: 1)
        unsafe jobCame = .allocate(capacity: 1)
        unsafe state = .allocate(capacity: 1)
        unsafe pthread_mutex_init(lock, nil)
        unsafe pthread_cond_init(jobCame, nil)
        unsafe state.initialize(to: State())
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        unsafe pthread_mutex_lock(lock)
        unsafe state.pointee.jobs.append(job)
        let needsThread = unsafe state.pointee.waitingJobs > state.pointee.idleThreads && state.pointee.threads < limit
        if needsThread { unsafe state.pointee.threads += 1 }
        unsafe pthread_cond_signal(jobCame)
        unsafe pthread_mutex_unlock(lock)
        if needsThread { startThread() }
    }

    private func startThread() {
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        #if canImport(Glibc)
            var thread = pthread_t()
            let status = unsafe pthread_create(&thread, nil, { unsafe WorkerThreads.work($0) }, context)
        #else
            var thread: pthread_t?
            let status = unsafe pthread_create(&thread, nil, { unsafe WorkerThreads.work($0) }, context)
        #endif
        precondition(status == 0, "the system refused to start a thread")
    }

    private static func work(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context = unsafe context else { return nil }
        let threads = unsafe Unmanaged<WorkerThreads>.fromOpaque(context).takeRetainedValue()
        while true { unsafe threads.nextJob().runSynchronously(on: threads.asUnownedTaskExecutor()) }
    }

    private func nextJob() -> UnownedJob {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        while true {
            if let job = unsafe state.pointee.take() { return job }
            unsafe state.pointee.idleThreads += 1
            unsafe pthread_cond_wait(jobCame, lock)
            unsafe state.pointee.idleThreads -= 1
        }
    }
}

/// The processors of this machine.
public enum Processors {
    /// How many cores this process may use, at least one: those that `taskset` or a container allows, or else all.
    public static var count: Int { max(1, Int(cmwbz_processor_count())) }
}

/// Objects that tasks take turns using, so that their working memory is allocated only once.
///
/// Sendable although the objects are not: an object is either in the list, which the lock guards, or in the hands of the
/// one caller that took it out.
final class ObjectPool<Object: AnyObject>: @unchecked Sendable {
    private let lock = Mutex<Void>(())
    private var objects: [Object] = []
    private let make: @Sendable () -> Object

    init(_ make: @escaping @Sendable () -> Object) { self.make = make }

    /// An object that only the caller uses until it gives it back.
    func take() -> Object { lock.withLock { _ in objects.popLast() } ?? make() }

    func give(_ object: Object) { lock.withLock { _ in objects.append(object) } }
}

/// Does something that waits for long, such as for a server, without keeping one of the threads that tasks share.
package func waitingAside<Value: Sendable, Failure: Error>(
    _ body: @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
    try await withTaskExecutorPreference(WorkerThreads.waiting) { () async throws(Failure) -> Value in try body() }
}

/// Keeps a lock alive while work is done under it.
struct LockKeeper: Sendable {
    /// The time between two signs of life.
    let interval: Duration
    /// How long refreshing may fail, because the lock cannot be reached, before the work is stopped.
    let patience: Duration

    private let surroundings: Surroundings

    /// Creates a keeper.
    /// - Parameters:
    ///   - interval: The time between two signs of life.
    ///   - patience: How long refreshing may fail. It must be well below the age at which others break the lock.
    ///   - surroundings: The process that holds the lock.
    init(
        interval: Duration = .seconds(10), patience: Duration = .seconds(600), in surroundings: Surroundings = .real
    ) {
        self.interval = interval
        self.patience = patience
        self.surroundings = surroundings
    }

    /// Acquires a lock, does the work, and releases the lock whatever happens.
    /// - Throws: What ``Lock/acquire(_:force:)`` throws, or what ``keep(_:of:_:)`` throws.
    func withLock<R: Sendable>(
        _ lock: any Lock, for date: DumpDate, force: Bool = false,
        _ body: @escaping @Sendable (LockGrant) async throws(DumpError) -> R
    ) async throws(DumpError) -> R {
        let grant = try await lock.acquire(date, force: force)
        return try await keep(grant, of: lock) { () async throws(DumpError) in try await body(grant) }
    }

    /// Does work under an existing claim, and releases the claim whatever happens.
    ///
    /// If the claim is lost, the work is cancelled, and this returns after the work has ended. If the caller is cancelled, the
    /// work is cancelled too; it then has as long to end as the lock takes to become stale.
    /// - Throws: ``DumpError`` with code `lockLost` if the claim was lost; otherwise what the work throws; if the work
    ///   succeeded, what ``Lock/release(_:)`` throws.
    func keep<R: Sendable>(
        _ grant: LockGrant, of lock: any Lock, _ body: @escaping @Sendable () async throws(DumpError) -> R
    ) async throws(DumpError) -> R {
        try await keep(HeldLock(lock: lock, grant: grant), body)
    }

    /// Does work under an existing lease, see ``keep(_:of:_:)``.
    func keep<R: Sendable>(
        _ lease: any Lease, _ body: @escaping @Sendable () async throws(DumpError) -> R
    ) async throws(DumpError) -> R {
        let result = await withTaskGroup(of: Ending<R>.self) { group in
            group.addTask {
                do throws(DumpError) { return .work(.success(try await body())) } catch {
                    return .work(.failure(error))
                }
            }
            group.addTask { .keeping(await refreshUntilCancelled(lease)) }
            var loss: DumpError?
            while let ending = await group.next() {
                switch ending {
                case .work(let result):
                    group.cancelAll()
                    return loss.map { .failure($0) } ?? result
                case .keeping(let error):
                    loss = error
                    if error != nil { group.cancelAll() }
                }
            }
            return .failure(loss ?? DumpError(.cancelled, "the work under \(lease.subject) did not begin"))
        }
        do throws(DumpError) { try await lease.releaseUncancelled(in: surroundings) } catch {
            // A failure of the work is more informative. A lock that is left behind becomes stale when we end.
            _ = try result.get()
            throw error
        }
        return try result.get()
    }

    private enum Ending<R: Sendable>: Sendable {
        case work(Result<R, DumpError>)
        case keeping(DumpError?)
    }

    /// Refreshes a lock until it is lost (returns the error) or no longer needed (returns nil).
    private func refreshUntilCancelled(_ lease: any Lease) async -> DumpError? {
        let timer = surroundings.timer
        var silence = timer.stopwatch()
        while true {
            if (try? await timer.sleep(for: interval)) == nil { return nil }
            do throws(DumpError) {
                try await lease.refresh()
                silence = timer.stopwatch()
            } catch {
                // The work has ended and may have released the lock itself, so losing it is not an error.
                if Task.isCancelled { return nil }
                if error.code == .lockLost { return error }
                // A file server may be unavailable for a moment; the lock stays ours until it is stale.
                if silence() > patience {
                    return DumpError(
                        .lockLost, "\(lease.subject) could not be refreshed for \(patience)",
                        remedy: "check that its file system can be reached", cause: error)
                }
            }
        }
    }
}

/// A right that its holder keeps only as long as it gives signs of life.
protocol Lease: Sendable {
    /// What the lease is for, in words: `the lock of demowiki`.
    var subject: String { get }

    /// Signals that the holder is alive.
    /// - Throws: ``DumpError`` with code `lockLost` if the right is no longer ours; the caller must stop writing.
    func refresh() async throws(DumpError)

    /// Releases the right. Never takes it away from another holder, and does nothing if it is not held.
    func release() async throws(DumpError)
}

extension Lease {
    /// Gives the right back even if the caller was cancelled. A release that sends a request would fail in its task.
    func releaseUncancelled(in surroundings: Surroundings) async throws(DumpError) {
        try await Task(executorPreference: surroundings.executor) { () async -> Result<Void, DumpError> in
            do throws(DumpError) { return .success(try await release()) } catch { return .failure(error) }
        }.value.get()
    }
}

extension Lock {
    /// Gives a claim back even if the caller was cancelled.
    func releaseUncancelled(_ grant: LockGrant, in surroundings: Surroundings) async throws(DumpError) {
        try await HeldLock(lock: self, grant: grant).releaseUncancelled(in: surroundings)
    }
}

/// A claim on a wiki, with the lock that granted it.
private struct HeldLock: Lease {
    let lock: any Lock
    let grant: LockGrant
    var subject: String { "the lock of \(lock.wiki)" }
    func refresh() async throws(DumpError) { try await lock.refresh(grant) }
    func release() async throws(DumpError) { try await lock.release(grant) }
}

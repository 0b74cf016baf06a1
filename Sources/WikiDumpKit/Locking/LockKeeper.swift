/// Keeps a lock alive while work is done under it.
public struct LockKeeper: Sendable {
    /// Time between two signs of life.
    public let interval: Duration
    /// How long the lock may stay without one, because its file cannot be reached, before the work is stopped.
    public let patience: Duration

    /// Makes a keeper.
    /// - Parameters:
    ///   - interval: time between two signs of life.
    ///   - patience: has to be well below the age at which others break the lock.
    public init(interval: Duration = .seconds(10), patience: Duration = .seconds(600)) {
        self.interval = interval
        self.patience = patience
    }

    /// Acquires a lock, does the work, and releases the lock whatever happens.
    /// - Throws: what ``Lock/acquire(force:)`` throws, or see ``keep(_:_:)``.
    public func withLock<R: Sendable>(
        _ lock: any Lock, force: Bool = false, _ body: @escaping @Sendable () async throws(DumpError) -> R
    ) async throws(DumpError) -> R {
        try lock.acquire(force: force)
        return try await keep(lock, body)
    }

    /// Does work under a lock, or another lease, that is held already, and releases it whatever happens.
    ///
    /// When the lock is lost the work is cancelled; this returns after the work has ended. When the caller is cancelled,
    /// so is the work, which then has the time until the lock would be stale to come to its end.
    /// - Throws: ``DumpError`` with code `lockLost` when the lock was lost, else what the work throws; if that
    ///   succeeded, what ``Lease/release()`` throws.
    public func keep<R: Sendable>(
        _ lock: any Lease, _ body: @escaping @Sendable () async throws(DumpError) -> R
    ) async throws(DumpError) -> R {
        let result = await withTaskGroup(of: Ending<R>.self) { group in
            group.addTask {
                do throws(DumpError) { return .work(.success(try await body())) } catch {
                    return .work(.failure(error))
                }
            }
            group.addTask { .keeping(await refreshUntilCancelled(lock)) }
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
            return .failure(loss ?? DumpError(.cancelled, "the work under \(lock.subject) did not begin"))
        }
        switch result {
        case .success(let value):
            try lock.release()
            return value
        case .failure(let error):
            // The failure of the work says more than that of the release; a lock left behind is stale once we end.
            try? lock.release()
            throw error
        }
    }

    private enum Ending<R: Sendable>: Sendable {
        case work(Result<R, DumpError>)
        case keeping(DumpError?)
    }

    /// Refreshes a lock until it is lost (returns the error) or nobody needs it any more (returns nil).
    private func refreshUntilCancelled(_ lock: any Lease) async -> DumpError? {
        let clock = ContinuousClock()
        var lastSuccess = clock.now
        while true {
            let isCancelled = (try? await clock.sleep(for: interval)) == nil
            do throws(DumpError) {
                try lock.refresh()
                lastSuccess = clock.now
            } catch {
                // A lock that was released by the work itself is none that was lost.
                if isCancelled { return nil }
                if error.code == .lockLost { return error }
                // A file server may be away for a moment; the lock stays ours until it is stale.
                if clock.now - lastSuccess > patience {
                    return DumpError(
                        .lockLost, "\(lock.subject) could not be refreshed for \(patience)",
                        remedy: "see whether its folder can be written", cause: error)
                }
            }
            if isCancelled { return nil }
        }
    }
}

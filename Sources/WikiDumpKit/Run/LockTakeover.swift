import Logging

/// Waits until a process whose lock was taken by force has noticed that.
///
/// That process checks its lock at each of its signs of life, and then stops. Until then, both processes would write the same
/// files.
struct LockTakeover: Sendable {
    let logger: Logger
    /// Long enough for the other process to check its lock twice.
    var limit = LockKeeper().interval * 2

    /// Returns when the process is dead or the time limit is over.
    /// - Parameter holder: The former holder of the lock; nil if there was none.
    func waitForEnd(of holder: LockHolder?, wiki: WikiName) async throws(DumpError) {
        guard let holder, !holder.isStale else { return }
        logger.warning(
            "took the lock of \(wiki) from process \(holder.processID) on \(holder.host); waiting until it has stopped")
        let start = ContinuousClock.now
        while ContinuousClock.now - start < limit, mayRun(holder) {
            do { try await Task.sleep(for: .milliseconds(100)) } catch {
                throw DumpError(.cancelled, "stopped before the run of \(wiki) began")
            }
        }
    }

    private func mayRun(_ holder: LockHolder) -> Bool {
        guard holder.host == ProcessIdentity.current.host else { return true }
        return ProcessIdentity(host: holder.host, processID: holder.processID, startTicks: nil, table: nil).isRunning
    }
}

import Synchronization
import SystemPackage

/// The right to make the files of a batch, see ``BatchFolder``.
package final class BatchClaim: Lease {
    /// The ids of the pages.
    let pages: ClosedRange<Int64>
    private let folder: BatchFolder
    private let marker: OwnerFile
    private let state = Mutex(State.held)

    private enum State { case held, ending, ended }

    package var subject: String { "batch \(Batch.name(pages)) of \(folder.job)" }

    /// The mark in the temporary names of files written under this claim. No other claim has it.
    package var mark: String { marker.mark }

    /// Creates the marker and its companion. Call it under the guard, before the list says that the batch is claimed.
    init(_ folder: BatchFolder, _ pages: ClosedRange<Int64>) throws(DumpError) {
        self.folder = folder
        self.pages = pages
        let path = folder.path.appending(BatchFolder.markerName(folder.job, pages))
        marker = try OwnerFile(preparing: path, for: folder.owner, clock: folder.leaseClock, on: folder.fileSystem)
        // A leftover marker belongs to nobody, because a batch with a living claim is not open.
        try folder.fileSystem.remove(path)
        guard try marker.publish() else {
            throw DumpError(.lockHeld, "\(path) was made by another program just now")
        }
    }

    /// Signals that the process is alive.
    /// - Throws: ``DumpError`` with code `lockLost` if the batch is no longer ours.
    package func refresh() throws(DumpError) {
        guard state.withLock({ $0 == .held }) else { return }
        do throws(DumpError) {
            if let reason = try marker.refresh(by: folder.leaseClock) { throw lost(reason) }
        } catch {
            // If the marker is gone, the end of the claim may have removed it just now.
            guard state.withLock({ $0 == .held }) else { return }
            throw error
        }
    }

    /// Does something that only the holder may do, such as giving a file its name. Meanwhile no other process can take the
    /// batch.
    /// - Throws: ``DumpError`` with code `lockLost` if the batch is no longer ours. In that case `body` does not run.
    package func whileHeld<R>(_ body: () throws(DumpError) -> R) throws(DumpError) -> R {
        try folder.guarded { () throws(DumpError) in
            try check()
            return try body()
        }
    }

    /// Ends the claim and records the result.
    /// - Throws: ``DumpError`` with code `lockLost` if the batch is no longer ours. In that case nothing is changed.
    func end(_ status: Batch.Status) throws(DumpError) {
        state.withLock { $0 = .ending }
        do throws(DumpError) {
            try folder.update { list throws(DumpError) in
                try check()
                list?.change(pages) { $0.end(status, at: folder.clock.now()) }
            }
        } catch {
            state.withLock { $0 = .held }
            throw error
        }
        state.withLock { $0 = .ended }
    }

    /// Gives the batch back, unless the claim has ended.
    package func release() throws(DumpError) {
        guard state.withLock({ $0 != .ended }) else { return }
        try end(.unclaimed)
    }

    private func check() throws(DumpError) {
        if let reason = try marker.loss() { throw lost(reason) }
    }

    private func lost(_ reason: String) -> DumpError {
        DumpError(
            .lockLost, "\(subject) of \(folder.wiki) of \(folder.date) was lost: \(reason)",
            remedy: "the process that has it now makes its files; find out why this one was silent")
    }
}

import Synchronization
import SystemPackage

/// The right to make the files of a batch, see ``BatchFolder``.
final class BatchClaim: Lease {
    /// The ids of the pages.
    let pages: ClosedRange<Int64>
    private let folder: BatchFolder
    private let marker: OwnerFile
    private let state = Mutex(State.held)

    private enum State { case held, ending, ended }

    var subject: String { "batch \(Batch.name(pages)) of \(folder.job)" }

    /// What stands in the names of the files that are written under the claim; no other claim has it.
    var mark: String { marker.mark }

    /// Makes the marker and its companion. Done under the guard, before the batch is said to be claimed.
    init(_ folder: BatchFolder, _ pages: ClosedRange<Int64>) throws(DumpError) {
        self.folder = folder
        self.pages = pages
        let path = folder.path.appending(BatchFolder.markerName(folder.job, pages))
        marker = try OwnerFile(preparing: path, for: folder.owner, time: folder.clock.now())
        // What has the name belongs to nobody: a living claim is not open.
        try FileSystem.remove(path)
        guard try marker.publish() else {
            throw DumpError(.lockHeld, "\(path) was made by another program just now")
        }
    }

    /// Says that the process is alive.
    /// - Throws: ``DumpError`` with code `lockLost` when the batch is no longer ours.
    func refresh() throws(DumpError) {
        guard state.withLock({ $0 == .held }) else { return }
        do throws(DumpError) {
            if let reason = try marker.refresh(at: folder.clock.now()) { throw lost(reason) }
        } catch {
            // What is not there any more may just have been taken away by the end of the claim.
            guard state.withLock({ $0 == .held }) else { return }
            throw error
        }
    }

    /// Does something that only the holder may do, such as giving a file its name, while nobody can take the batch.
    /// - Throws: ``DumpError`` with code `lockLost` when the batch is no longer ours; then nothing was done.
    func whileHeld<R>(_ body: () throws(DumpError) -> R) throws(DumpError) -> R {
        try folder.guarded { () throws(DumpError) in
            try check()
            return try body()
        }
    }

    /// Ends the claim, and says what came of it.
    /// - Throws: ``DumpError`` with code `lockLost` when the batch is no longer ours; then nothing was changed.
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
    func release() throws(DumpError) {
        guard state.withLock({ $0 != .ended }) else { return }
        try end(.unclaimed)
    }

    private func check() throws(DumpError) {
        if let reason = try marker.loss() { throw lost(reason) }
    }

    private func lost(_ reason: String) -> DumpError {
        DumpError(
            .lockLost, "\(subject) of \(folder.wiki) of \(folder.date) was lost: \(reason)",
            remedy: "whoever has it now makes its files; see why this process was silent")
    }
}

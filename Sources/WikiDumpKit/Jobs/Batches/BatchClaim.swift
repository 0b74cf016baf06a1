import CLibrary
import Synchronization
import SystemPackage

/// The right to make the files of a batch, see ``BatchFolder``.
final class BatchClaim: Lease {
    /// The ids of the pages.
    let pages: ClosedRange<Int64>
    /// What stands in the names of the files that are written under the claim; no other claim has it.
    let mark = BatchClaim.newMark()
    private let folder: BatchFolder
    private let companion: FilePath
    private let state = Mutex(State.held)

    private enum State { case held, ending, ended }

    var subject: String { "batch \(Batch.name(pages)) of \(folder.job)" }

    /// Makes the marker and its companion. Done under the guard, before the batch is said to be claimed.
    init(_ folder: BatchFolder, _ pages: ClosedRange<Int64>) throws(DumpError) {
        self.folder = folder
        self.pages = pages
        let marker = BatchFolder.markerName(folder.job, pages)
        let (owner, ticks) = (folder.owner, folder.owner.startTicks ?? 0)
        companion = folder.path.appending(".\(marker)~\(owner.host)~\(owner.processID)~\(ticks)~\(mark)")
        do throws(Errno) {
            try FileSystem.closing(try FileSystem.create(companion, permissions: BatchFolder.permissions))
        } catch {
            throw DumpError(error, "cannot make the marker \(companion)")
        }
        try FileSystem.setTime(of: companion, to: folder.clock.now())
        let path = folder.path.appending(marker)
        // What has the name belongs to nobody: a living claim is not open.
        try FileSystem.remove(path)
        guard unsafe link(companion.string, path.string) == 0 else {
            throw LockFolder.failure(Errno(rawValue: errno), to: path)
        }
    }

    static func newMark() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }

    /// The process that made a companion, from its name.
    static func owner(ofCompanion name: String) -> ProcessIdentity? {
        let parts = name.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == 5, let number = Int32(parts[2]), let ticks = UInt64(parts[3]) else { return nil }
        return ProcessIdentity(host: String(parts[1]), processID: number, startTicks: ticks == 0 ? nil : ticks)
    }

    /// Says that the process is alive.
    /// - Throws: ``DumpError`` with code `lockLost` when the batch is no longer ours.
    func refresh() throws(DumpError) {
        guard state.withLock({ $0 == .held }) else { return }
        do throws(DumpError) {
            try check()
            try FileSystem.setTime(of: companion, to: folder.clock.now())
        } catch {
            // What is not there any more may just have been taken away by the end of the claim.
            guard state.withLock({ $0 == .held }) else { return }
            // Or taken from us between two steps.
            guard try FileSystem.status(companion) != nil else { throw lost("its marker was removed") }
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
        guard let own = try FileSystem.status(companion) else { throw lost("its marker was removed") }
        let marker = folder.path.appending(BatchFolder.markerName(folder.job, pages))
        guard let found = try FileSystem.status(marker) else { throw lost("its marker was removed") }
        guard found.identity == own.identity else { throw lost("another process has taken it") }
    }

    private func lost(_ reason: String) -> DumpError {
        DumpError(
            .lockLost, "\(subject) of \(folder.wiki) of \(folder.date) was lost: \(reason)",
            remedy: "whoever has it now makes its files; see why this process was silent")
    }
}

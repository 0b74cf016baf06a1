import Logging
import MWBzUtils
import SystemPackage

/// The share of a shared job that falls to the process holding the lock of the wiki. It defines the batches, does batches like
/// every other process, waits for the others, and takes over the batches of dead processes.
///
/// Files made by other processes count like its own once each has been checked against its certificate.
package struct SharedExport: Sendable {
    let sharing: JobSharing
    let context: JobContext

    package init(sharing: JobSharing, context: JobContext) { (self.sharing, self.context) = (sharing, context) }

    private var folder: BatchFolder {
        BatchFolder(context.wiki, context.date, job: sharing.job, clock: context.clock)
    }

    /// How often files are checked before the job fails because they still do not match their certificates.
    private static let checks = 3

    /// - Parameters:
    ///   - tile: The ranges of the file.
    ///   - partCount: The number of parts, which is the size of a batch unless the settings give one.
    package func run(_ tile: [DumpPiece], partCount: Int) async throws(DumpError) -> JobReport {
        try begin(tile, per: sharing.batches.rangesPerBatch ?? partCount)
        let expected = try await context.snapshot.counts().revisions
        var context = context
        let progress = context.progress
        context.progress = { name, now in
            var now = now
            now.expectedItems = expected
            progress(name, now)
        }
        let worker = BatchWorker(sharing: sharing, context: context, folder: folder, tile: tile, waits: true)
        var doubts = 0
        while true {
            try await worker.run()
            // A process that died during the run left temporary files under names that nobody writes again.
            try DeadRunCleaner(wiki: context.wiki, date: context.date, clock: context.clock).run()
            let list = try folder.read()?.batches ?? []
            let failed = list.filter { $0.status == .failed }
            if list.contains(where: { $0.status.isOpen || $0.status == .claimed }) {
                // Batches are left because the requested number has been done.
                return try report(tile, worker)
            }
            guard failed.isEmpty else { throw failure(failed, worker.firstFailure) }
            let report = try report(tile, worker)
            if report.missing.isEmpty { return report }
            doubts += 1
            let names = report.missing.joined(separator: ", ")
            guard doubts < Self.checks else {
                throw DumpError(
                    .outputBad,
                    "job \(sharing.job): these files keep differing from their certificates: \(names)",
                    remedy: "check the disks and the network between the machines")
            }
            context.logger.warning("these files are missing or differ from their certificates: \(names)")
            try reopen(report.missing, tile)
        }
    }

    /// Throws if other processes may be working on the job, because single pieces must not be made beside them.
    func refuseIfAtWork() throws(DumpError) {
        let busy = try folder.read()?.batches.filter { $0.status.isOpen || $0.status == .claimed } ?? []
        if busy.isEmpty { return }
        throw DumpError(
            .usage,
            (busy.count == 1 ? "1 batch of job \(sharing.job) is" : "\(busy.count) batches of job \(sharing.job) are")
                + " not done, and other processes may be working on them",
            remedy: "run the whole job first")
    }

    /// Defines the batches. Finished batches are kept, unless the job is redone, and so are those of helpers, unless these helped an
    /// earlier holder of the wiki and can publish nothing more.
    private func begin(_ tile: [DumpPiece], per count: Int) throws(DumpError) {
        // A later attempt continues what the first attempt started over.
        let isAgain = context.attempt == 1 && (context.redoneJobs.contains(sharing.job) || context.options.cleanup)
        let ranges = tile.map(\.ids)
        try folder.update { list throws(DumpError) in
            if try !WorkFolder.mayHaveHelpers(for: folder.path, on: folder.fileSystem) {
                list?.abortClaims(at: context.clock.now())
            }
            if let known = list, !isAgain {
                list = known.adapted(to: ranges, per: count)
            } else {
                // Processes that still have a batch lose it. While this process holds the guard, they cannot certify anything.
                if isAgain { try BatchFiles(sharing: sharing, context: context).forget(tile) }
                list = BatchList(ranges, per: count)
            }
        }
    }

    /// The report with the proven files and the names of the missing ones.
    private func report(_ tile: [DumpPiece], _ worker: BatchWorker) throws(DumpError) -> JobReport {
        let files = BatchFiles(sharing: sharing, context: context)
        var report = JobReport(files: [], problems: worker.problems)
        for piece in tile {
            if let record = try files.record(of: piece) {
                report.files.append(record)
            } else {
                report.missing.append(files.name(of: piece))
            }
        }
        return report
    }

    /// Reopens the batches to which the given files belong.
    private func reopen(_ names: [String], _ tile: [DumpPiece]) throws(DumpError) {
        let files = BatchFiles(sharing: sharing, context: context)
        let ids = tile.filter { names.contains(files.name(of: $0)) }.map(\.ids)
        try folder.update { list throws(DumpError) in
            for batch in list?.batches ?? [] where batch.status == .done && ids.contains(where: batch.pages.contains) {
                list?.change(batch.pages) { $0.status = .aborted }
            }
        }
    }

    private func failure(_ failed: [Batch], _ cause: DumpError?) -> DumpError {
        let names = failed.map { batch in
            batch.name + (batch.owner.map { " (process \($0.processID) on \($0.host))" } ?? "")
        }
        return DumpError(
            cause.map(\.code).flatMap { [.outputBad, .damaged].contains($0) ? $0 : nil } ?? .jobFailed,
            "job \(sharing.job): \(failed.count == 1 ? "batch" : "batches") \(names.joined(separator: ", ")) failed",
            remedy: "see the logs of the processes, fix the cause and run the job again: it tries only these",
            cause: cause
        )
    }
}

/// The files of a job that several processes share.
struct BatchFiles: Sendable {
    let sharing: JobSharing
    let context: JobContext

    func name(of piece: DumpPiece) -> String {
        context.prefix + piece.name(of: sharing.file)
    }

    /// The record of the file of a range, whichever process made it; nil if the file is missing or not proven.
    ///
    /// The certificate must belong to the file, its counts must be as expected, and the file must have an intact beginning and
    /// end. A file without a certificate is from an earlier attempt, see ``forget(_:)``.
    func record(of piece: DumpPiece) throws(DumpError) -> FileRecord? {
        let name = name(of: piece)
        let path = context.path(name)
        guard
            let record = try FileRecord.stored(
                name, in: path.removingLastComponent(), SmallFiles(context.wiki.fileSystem)),
            let evidence = record.evidence, evidence.expected != nil, evidence.disagreements().isEmpty
        else { return nil }
        do throws(BzError) {
            return try IntegrityCheck(path, on: context.wiki.fileSystem.calls).quick().problems.isEmpty ? record : nil
        } catch {
            throw DumpError(.fileSystem, "cannot inspect the file \(name)", remedy: "check its folder", cause: error)
        }
    }

    /// Removes the certificates of some ranges, so that their files are made again. The files stay until then.
    func forget(_ pieces: [DumpPiece]) throws(DumpError) {
        for piece in pieces {
            try context.wiki.fileSystem.remove(context.path(FileCertificate.name(of: name(of: piece))))
        }
    }
}

public import SystemPackage

/// Makes a sound dump of what is left of a damaged or truncated bzip2 file.
///
/// What stands before the first page and all pages that are whole are kept, before and behind damage; blocks are copied as
/// they are, and only those at the edges of what is lost are compressed again. Streams begin where they did. Files that
/// hold no export keep all their sound blocks. The file itself is only read.
public struct DumpSalvage: Sendable {
    private let file: RandomAccessFile
    private let content: IntegrityReport.Content
    private let stamp: FileStamp

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file, if it cannot be opened or is no regular file.
    public init(_ path: FilePath, content: IntegrityReport.Content = .export) throws(BzError) {
        if let kind = FileKind(of: path), kind != .regular {
            throw BzError(.fileSystem, "is \(kind)", remedy: "name a regular file", file: path)
        }
        file = try RandomAccessFile(path)
        stamp = try FileStamp(path)
        self.content = content
    }

    /// Writes the sound dump.
    ///
    /// Reads the file twice: once to find what is whole, decoding all of it, and once to copy that.
    /// - Parameters:
    ///   - output: Where it will stand, when it is complete.
    ///   - permissions: Those of the output, less what the process does not allow.
    ///   - existing: What to do about a file that has the name of the output.
    ///   - taskCount: How many blocks are decoded at once.
    ///   - progress: Is told how many bytes of the file have been looked at.
    /// - Throws: ``BzError`` with code `wrongFormat` if there is nothing to save, `fileSystem` if a file cannot be read or
    ///   written or changed in the meantime, `cancelled` if the task was cancelled. No output is left then.
    public func run(
        to output: FilePath, permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead],
        existing: ReplacingFile.Existing = .refuse, taskCount: Int, progress: (Int64) -> Void = { _ in }
    ) async throws(BzError) -> SalvageReport {
        // Before the work, so that nobody waits an hour to hear that the disk is read-only.
        let sink = FileSink(try ReplacingFile(output, permissions: permissions, existing: existing))
        var planner = SalvagePlanner(file, isExport: try file.holdsExport(content), size: stamp.size)
        _ = try await BlockWalk(file: file, taskCount: taskCount).run { step in
            if case .block(let block) = step { progress(block.endOffset / 8) }
            planner.take(step)
        }
        let pieces = planner.finish()
        var report = planner.report
        guard report.copiedBlockCount + report.recodedBlockCount > 0 else {
            throw BzError(
                .wrongFormat, "there is nothing to save: no block is whole, or no page",
                remedy: "fetch or write the file again", file: file.path)
        }
        var writer = CopyWriter(taskCount: taskCount) { bytes throws(BzError) in try sink.append(bytes) }
        for piece in pieces { try await writer.append(piece) }
        try await writer.finish()
        guard try FileStamp(file.path) == stamp else {
            throw BzError(
                .fileSystem, "changed while it was read", remedy: "try again when nobody writes it", file: file.path)
        }
        report.outputSize = sink.size
        try sink.commit()
        return report
    }
}

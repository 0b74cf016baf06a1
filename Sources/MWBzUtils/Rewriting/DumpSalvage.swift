public import SystemPackage

/// Makes a sound dump of what is left of a damaged or truncated bzip2 file.
///
/// What comes before the first page and all pages that are whole are kept, before and after damage; blocks are copied as
/// they are, and only those at the edges of what is lost are compressed again. Streams begin where they did. Files that
/// hold no export keep all their sound blocks. The file itself is only read.
public struct DumpSalvage: Sendable {
    private let file: RandomAccessFile
    private let content: IntegrityReport.Content
    private let stamp: FileStamp

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file, if it cannot be opened or is no regular file.
    public init(_ path: FilePath, content: IntegrityReport.Content = .export) throws(BzError) {
        file = try RandomAccessFile(regular: path)
        stamp = try FileStamp(file)
        self.content = content
    }

    /// Writes the sound dump.
    ///
    /// Reads the file twice: once to find what is whole, decoding all of it, and once to copy that.
    /// - Parameters:
    ///   - output: Where it will be, when it is complete.
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
                .wrongFormat, "there is nothing to salvage: no block or no page is intact",
                remedy: "fetch or write the file again", file: file.path)
        }
        var writer = CopyWriter(taskCount: taskCount) { bytes throws(BzError) in try sink.append(bytes) }
        for piece in pieces { try await writer.append(piece) }
        try await writer.finish()
        guard try FileStamp(file) == stamp else {
            throw BzError(
                .fileSystem, "changed while it was being read", remedy: "try again when nobody is writing it",
                file: file.path)
        }
        report.outputSize = sink.size
        try sink.commit()
        return report
    }
}

/// What was saved of a damaged dump, and what was lost.
public struct SalvageReport: Sendable {
    /// A stretch that could not be used.
    public struct Gap: Sendable {
        /// What is wrong there.
        public let problem: BzError
        /// Where the damage begins, in bits from the start of the file.
        public let startOffset: Int64
        /// Where sound data begins again; the end of the file if it does not.
        public let endOffset: Int64
        /// The last page that was saved before it; nil if there is none.
        public internal(set) var pageBefore: Int64?
        /// The first page that was saved after it; nil if there is none.
        public internal(set) var pageAfter: Int64?

        /// The ids that lost pages can have, if the ids rise; nil if no page was lost. An end that is not known is that
        /// of the numbers.
        public var lostPages: ClosedRange<Int64>? {
            let first = pageBefore.map { $0 &+ 1 } ?? 0
            let last = pageAfter.map { $0 &- 1 } ?? .max
            return first <= last ? first...last : nil
        }
    }

    /// Whether nothing was wrong with the dump; the output is then a copy of its content.
    public internal(set) var isSound = true
    /// Pages in the output.
    public internal(set) var pageCount: Int64 = 0
    /// The first and the last page in the output.
    public internal(set) var firstPage: Int64?
    /// The last page in the output.
    public internal(set) var lastPage: Int64?
    /// What was lost, in the order of the file.
    public internal(set) var gaps: [Gap] = []
    /// Gaps that were found and not kept in ``gaps``.
    public internal(set) var omittedGapCount = 0
    /// Whether what comes before the first page was lost, so that the output begins with a bare `<mediawiki>`.
    public internal(set) var isHeaderLost = false
    /// Blocks that were copied as they were.
    public internal(set) var copiedBlockCount = 0
    /// Blocks of which a part had to be compressed again.
    public internal(set) var recodedBlockCount = 0
    /// Bytes of the output.
    public internal(set) var outputSize: Int64 = 0
}

public import SystemPackage

/// Makes an intact dump from what is left of a damaged or truncated bzip2 file.
///
/// The text before the first page and all complete pages are kept, both before and after the damage. Blocks are copied
/// unchanged; only those at the edges of what is lost are compressed again. Streams begin where they did. If a file is not
/// an export, all its intact blocks are kept. The file itself does not change.
public struct DumpSalvage: Sendable {
    private let file: RandomAccessFile
    private let content: IntegrityReport.Content
    private let stamp: FileStamp

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file, if it cannot be opened or is not a regular file.
    public init(_ path: FilePath, content: IntegrityReport.Content = .export) throws(BzError) {
        file = try RandomAccessFile(regular: path)
        stamp = try FileStamp(file)
        self.content = content
    }

    /// Writes the intact dump.
    ///
    /// It reads the file twice: once to decode all of it and find what is intact, and once to copy that.
    /// - Parameters:
    ///   - output: The path of the new dump.
    ///   - permissions: The permissions of the output. The `umask` of the process is applied to them.
    ///   - existing: What to do if a file already has the name of the output.
    ///   - taskCount: How many blocks are decoded at once.
    ///   - progress: Called with the number of bytes of the file that have been examined.
    /// - Throws: ``BzError`` with code `wrongFormat` if there is nothing to salvage, `fileSystem` if a file cannot be read or
    ///   written or has changed meanwhile, `cancelled` if the task was cancelled. There is no output then.
    public func run(
        to output: FilePath, permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead],
        existing: ReplacingFile.Existing = .refuse, taskCount: Int, progress: (Int64) -> Void = { _ in }
    ) async throws(BzError) -> SalvageReport {
        // The output is opened before the work, so that nobody waits an hour to learn that the disk is read-only.
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

/// What was saved from a damaged dump, and what was lost.
public struct SalvageReport: Sendable {
    /// A section that could not be used.
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

        /// The possible ids of lost pages if ids rise; nil if no page was lost. An unknown end of the range is the smallest or
        /// the largest number.
        public var lostPages: ClosedRange<Int64>? {
            let first = pageBefore.map { $0 &+ 1 } ?? 0
            let last = pageAfter.map { $0 &- 1 } ?? .max
            return first <= last ? first...last : nil
        }
    }

    /// Whether the dump was intact. The output is then a copy of its content.
    public internal(set) var isSound = true
    /// Pages in the output.
    public internal(set) var pageCount: Int64 = 0
    /// The first and the last page in the output.
    public internal(set) var firstPage: Int64?
    /// The last page in the output.
    public internal(set) var lastPage: Int64?
    /// What was lost, in the order of the file.
    public internal(set) var gaps: [Gap] = []
    /// How many gaps were found but are not in ``gaps``.
    public internal(set) var omittedGapCount = 0
    /// Whether the text before the first page was lost, so that the output begins with a bare `<mediawiki>`.
    public internal(set) var isHeaderLost = false
    /// Whether the export has no `</mediawiki>` although the file is sound to its end, so that nobody knows what came after the
    /// last page.
    public internal(set) var isEndLost = false
    /// Blocks that were copied as they were.
    public internal(set) var copiedBlockCount = 0
    /// Blocks of which a part had to be compressed again.
    public internal(set) var recodedBlockCount = 0
    /// Bytes of the output.
    public internal(set) var outputSize: Int64 = 0
}

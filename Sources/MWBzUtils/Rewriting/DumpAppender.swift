public import SystemPackage

/// Appends the pages of a dump, or text, to a bzip2 file. The blocks of the file are copied unchanged.
public struct DumpAppender: Sendable {
    private let file: RandomAccessFile
    private let joiner: BzStreamJoiner
    private let content: IntegrityReport.Content
    private let asStream: Bool

    /// Opens the file to append to.
    /// - Parameters:
    ///   - path: The file.
    ///   - content: `export` to append pages before the `</mediawiki>` of the file; `anything` to append text.
    ///   - provesBlocks: Whether each block of the file is decoded first. Otherwise damage inside a block is copied with it.
    ///   - asStream: Whether the appended data gets its own stream. Otherwise it goes into the last stream.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(
        to path: FilePath, content: IntegrityReport.Content = .export, asStream: Bool = false,
        provesBlocks: Bool = false
    ) throws(BzError) {
        joiner = try BzStreamJoiner([path], content: content, shape: .streams, provesBlocks: provesBlocks)
        file = try RandomAccessFile(path)
        self.content = content
        self.asStream = asStream
    }

    /// Writes the result.
    /// - Parameters:
    ///   - source: What to append. If the file is an export, only the pages of the source are appended.
    ///   - output: The path of the result. It may be the file itself, which is replaced in one step.
    ///   - permissions: The permissions of the output. The `umask` of the process is applied to them.
    ///   - existing: What to do if a file already has the name of the output.
    ///   - taskCount: How many blocks are compressed at once.
    /// - Returns: the size of the result in bytes.
    /// - Throws: ``BzError`` if a file cannot be read or written, or is damaged. Nothing is changed then.
    public func append(
        _ source: DumpText, output: FilePath,
        permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead],
        existing: ReplacingFile.Existing = .replace, taskCount: Int
    ) async throws(BzError) -> Int64 {
        let sink = FileSink(try ReplacingFile(output, permissions: permissions, existing: existing))
        let stamp = try FileStamp(file)
        let isExport = try file.holdsExport(content)
        var writer = CopyWriter(taskCount: taskCount) { bytes throws(BzError) in try sink.append(bytes) }
        try await joiner.append(to: &writer, dropsLastEnd: isExport, taskCount: taskCount)
        if asStream { try await writer.append(.stream(level: 9)) }
        // If the file is an export, only the pages of the source are wanted.
        var cutter = PageRangeCutter([Int64.min...Int64.max], writesHeader: false)
        try await source.read(taskCount: taskCount) { text throws(BzError) in
            guard isExport else {
                try await writer.append(.text(text))
                return true
            }
            do throws(BzError) {
                for piece in try cutter.append(text) { try await writer.append(.text(Array(piece.bytes))) }
            } catch {
                throw error.naming(source.name)
            }
            return !cutter.isDone
        }
        do throws(BzError) { if isExport { try cutter.finish() } } catch { throw error.naming(source.name) }
        if isExport { try await writer.append(.text(PageRangeCutter.footer)) }
        try await writer.finish()
        guard try FileStamp(file) == stamp else {
            throw BzError(
                .fileSystem, "changed while it was being read", remedy: "try again when nobody is writing it",
                file: file.path)
        }
        try sink.commit()
        return sink.size
    }
}

public import SystemPackage

/// Joins bzip2 files by copying their bits: nothing is decoded but the blocks at the edges, nothing compressed but parts of
/// those.
///
/// Of exports, the first keeps what stands before its pages and the last its `</mediawiki>`; what stands between is
/// dropped, so that the result is one export with all pages in their order. Blocks that are copied are decoded only where
/// that is asked for, to prove them.
public struct BzStreamJoiner: Sendable {
    /// How the streams of the files become those of the result.
    public enum Shape: Sendable, Hashable {
        /// One stream for all.
        case oneStream
        /// Streams begin where they begin in the files. Blocks keep their places in their streams.
        case streams
    }

    private let files: [RandomAccessFile]
    private let content: IntegrityReport.Content
    private let shape: Shape
    private let provesBlocks: Bool

    /// Opens the files.
    /// - Parameters:
    ///   - paths: At least one, in order.
    ///   - content: `export` to join exports to one; `anything` to join what they hold as it is.
    ///   - shape: How the streams of the files become those of the result.
    ///   - provesBlocks: Whether each block is decoded before anything is written. Else damage inside of a block is
    ///     copied with it.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(
        _ paths: [FilePath], content: IntegrityReport.Content = .export, shape: Shape = .oneStream,
        provesBlocks: Bool = false
    ) throws(BzError) {
        var files: [RandomAccessFile] = []
        for path in paths {
            if let kind = FileKind(of: path), kind != .regular {
                throw BzError(.fileSystem, "is \(kind)", remedy: "name a regular file", file: path)
            }
            files.append(try RandomAccessFile(path))
        }
        self.files = files
        self.content = content
        self.shape = shape
        self.provesBlocks = provesBlocks
    }

    /// Writes the joined data.
    /// - Parameters:
    ///   - taskCount: How many blocks are decoded or compressed at once.
    ///   - proven: Is told how many bytes of all files have been proven, if blocks are.
    ///   - sink: Gets the bytes, in order.
    /// - Throws: ``BzError`` with code `damaged`, `truncated` or `wrongFormat` if a file is not sound or no export, or
    ///   what `sink` throws.
    public func join(
        taskCount: Int, proven: (Int64) -> Void = { _ in },
        to sink: @escaping ([UInt8]) throws(BzError) -> Void
    ) async throws(BzError) {
        var writer = CopyWriter(taskCount: taskCount, sink: sink)
        try await append(to: &writer, dropsLastEnd: false, taskCount: taskCount, proven)
        try await writer.finish()
    }

    /// Writes the joined data to a new file, which stands under its name when it is complete.
    /// - Parameters:
    ///   - output: The new file.
    ///   - taskCount: How many blocks are decoded or compressed at once.
    ///   - proven: Is told how many bytes of all files have been proven, if blocks are.
    ///   - progress: Is told how many bytes are written.
    /// - Returns: the size of the file in bytes.
    /// - Throws: ``BzError`` as ``join(taskCount:proven:to:)``, or with code `fileSystem` if the file exists or cannot be
    ///   written.
    public func write(
        to output: FilePath, taskCount: Int, proven: (Int64) -> Void = { _ in },
        progress: @escaping (Int64) -> Void = { _ in }
    ) async throws(BzError) -> Int64 {
        let sink = FileSink(try ReplacingFile(output, existing: .refuse))
        try await join(taskCount: taskCount, proven: proven) { bytes throws(BzError) in
            try sink.append(bytes)
            progress(sink.size)
        }
        try sink.commit()
        return sink.size
    }

    /// - Parameter dropsLastEnd: whether the last file loses its `</mediawiki>` too, for something to follow.
    func append(
        to writer: inout CopyWriter, dropsLastEnd: Bool, taskCount: Int, _ proven: (Int64) -> Void = { _ in }
    ) async throws(BzError) {
        var layouts: [BlockLayout] = []
        var before: Int64 = 0
        for file in files {
            layouts.append(
                try await BlockLayout.find(file, provesBlocks: provesBlocks, taskCount: taskCount) {
                    proven(before + $0)
                })
            before += try file.size()
        }
        let level = layouts.flatMap { $0.blocks.map(\.level) }.max() ?? 9
        for (index, (file, layout)) in zip(files, layouts).enumerated() {
            let isExport = try file.holdsExport(content)
            let edges = ExportEdges(file, layout)
            let pieces = Self.pieces(
                file, layout, keepsStreams: shape == .streams,
                start: isExport && index > 0 ? try edges.start() : nil,
                end: isExport && (index < files.count - 1 || dropsLastEnd) ? try edges.end() : nil)
            if shape == .oneStream, index == 0 { try await writer.append(.stream(level: level)) }
            for piece in pieces { try await writer.append(piece) }
        }
    }

    private static func pieces(
        _ file: RandomAccessFile, _ layout: BlockLayout, keepsStreams: Bool, start: ExportEdges.Place?,
        end: ExportEdges.Place?
    ) -> [CopyPiece] {
        var collector = BlockCollector(file, keepsStreams: keepsStreams)
        guard let first = layout.blocks.first else { return [] }
        var isDone = false
        for block in layout.blocks where !isDone {
            // The size of a block is not known without decoding it; only one that is cut matters, and it is then read.
            collector.hold(
                BlockCollector.Block(
                    bitOffset: block.bitOffset, bitCount: block.endOffset - block.bitOffset, crc: block.crc,
                    size: .max, level: block.level, stream: block.stream))
            if !collector.isOpen {
                if block.bitOffset < start?.block ?? 0 {
                    collector.dropHeld()
                    continue
                }
                collector.begin(at: start ?? ExportEdges.Place(block: first.bitOffset, offset: 0))
            }
            if let end, block.bitOffset == end.block {
                collector.end(at: end)
                isDone = true
            } else {
                collector.keep(before: block.bitOffset)
            }
        }
        if !isDone { collector.endAll() }
        return collector.takePieces()
    }
}

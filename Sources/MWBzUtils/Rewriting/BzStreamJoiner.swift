public import SystemPackage

/// Joins bzip2 files by copying their bits. Only the blocks at the edges are decoded, and only parts of those are compressed
/// again.
///
/// If the files are exports, the header of the first and the `</mediawiki>` of the last are kept. All other headers and
/// ends are dropped, so the result is one export with all pages in order. Copied blocks are decoded only on request, to
/// verify them.
public struct BzStreamJoiner: Sendable {
    /// How the streams of the files become the streams of the result.
    public enum Shape: Sendable, Hashable {
        /// One stream for all.
        case oneStream
        /// The streams of the files, each with its own blocks.
        case streams
    }

    private let files: [RandomAccessFile]
    private let content: IntegrityReport.Content
    private let shape: Shape
    private let provesBlocks: Bool

    /// Opens the files.
    /// - Parameters:
    ///   - paths: At least one, in order.
    ///   - content: `export` to join exports into one; `anything` to join the contents unchanged.
    ///   - shape: How the streams of the files become the streams of the result.
    ///   - provesBlocks: Whether each block is decoded before anything is written. Otherwise damage inside a block is
    ///     copied with it.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(
        _ paths: [FilePath], content: IntegrityReport.Content = .export, shape: Shape = .oneStream,
        provesBlocks: Bool = false
    ) throws(BzError) {
        try self.init(
            paths, content: content, shape: shape, provesBlocks: provesBlocks, on: WebCalls.of(paths.first ?? ""))
    }

    /// Opens the files of a file system.
    package init(
        _ paths: [FilePath], content: IntegrityReport.Content = .export, shape: Shape = .oneStream,
        provesBlocks: Bool = false, on calls: any FileCalls
    ) throws(BzError) {
        var files: [RandomAccessFile] = []
        for path in paths { files.append(try RandomAccessFile(regular: path, on: calls)) }
        self.files = files
        self.content = content
        self.shape = shape
        self.provesBlocks = provesBlocks
    }

    /// Checks that the pages of each export come behind those of the one before it.
    ///
    /// Files whose ids do not rise, or that are no exports, are passed over.
    /// - Throws: ``BzError`` with code `unordered`, naming the file, if they do not; another one if a file cannot be read.
    public func checkOrder(taskCount: Int) async throws(BzError) {
        var last: (id: Int64, file: FilePath)?
        for file in files where try file.holdsExport(content) {
            let locator = try PageLocator(file.path, on: file.calls)
            do throws(BzError) {
                guard case .absent(_, let first?) = try await locator.locate(id: .min, taskCount: taskCount),
                    let end = try await locator.locateLast(taskCount: taskCount)
                else { continue }
                if let last, first.id <= last.id {
                    throw BzError(
                        .unordered,
                        "begins with page \(first.id), but \(last.file), before it, ends with page \(last.id)",
                        remedy: "name the files in the order of their pages", file: file.path)
                }
                last = (end.id, file.path)
            } catch {
                // With a place, it is about the order inside the file.
                guard error.code == .unordered, error.bitOffset != nil else { throw error }
            }
        }
    }

    /// Writes the joined data.
    /// - Parameters:
    ///   - taskCount: How many blocks are decoded or compressed at once.
    ///   - proven: Called with the number of bytes of all files that have been verified, if blocks are.
    ///   - sink: Gets the bytes, in order.
    /// - Throws: ``BzError`` with code `damaged`, `truncated` or `wrongFormat` if a file is damaged or not an export, or
    ///   what `sink` throws.
    public func join(
        taskCount: Int, proven: (Int64) -> Void = { _ in },
        to sink: @escaping ([UInt8]) throws(BzError) -> Void
    ) async throws(BzError) {
        var writer = CopyWriter(taskCount: taskCount, sink: sink)
        try await append(to: &writer, dropsLastEnd: false, taskCount: taskCount, proven)
        try await writer.finish()
    }

    /// Writes the joined data to a new file, which gets its name when it is complete.
    /// - Parameters:
    ///   - output: The new file.
    ///   - taskCount: How many blocks are decoded or compressed at once.
    ///   - proven: Called with the number of bytes of all files that have been verified, if blocks are.
    ///   - progress: Called with the number of bytes written.
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

    /// - Parameter dropsLastEnd: whether the `</mediawiki>` of the last file is dropped too, because something follows.
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
            // The size of a block is unknown until it is decoded. It matters only for a block that is cut, and that one is
            // decoded anyway.
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

/// The places in the blocks of a file where the pages of its export begin and end: after the description of the wiki and
/// before `</mediawiki>`.
struct ExportEdges {
    typealias Place = BlockPageScanner.Place

    /// How many blocks are searched for an edge. The description of a wiki with all its namespaces has 20 KB.
    private static let limit = 64
    private let file: RandomAccessFile
    private let blocks: [BlockLayout.Block]
    private let decoder = BzFastDecoder()

    init(_ file: RandomAccessFile, _ layout: BlockLayout) {
        self.file = file
        blocks = layout.blocks
    }

    private func content(_ block: BlockLayout.Block) throws(BzError) -> [UInt8] {
        try file.decodeBlock(at: block.bitOffset, level: block.level, with: decoder).content()
    }

    /// The place after the line on which the description of the wiki ends.
    func start() throws(BzError) -> Place {
        var text: [UInt8] = []
        var starts: [(block: Int64, offset: Int)] = []
        var scanner = PageScanner()
        var end: Int?
        for block in blocks.prefix(Self.limit) {
            starts.append((block.bitOffset, text.count))
            let bytes = try content(block)
            text += bytes
            for event in scanner.scan(bytes) where end == nil {
                switch event {
                case .headerEnd(let offset): end = Self.behindLine(text, from: Int(offset))
                case .page(let page): end = Self.indent(text, before: Int(page.offset))
                case .exportEnd(let offset):
                    end = text[..<Int(offset)].lastIndex(of: UInt8(ascii: "<")) ?? Int(offset)
                default: break
                }
            }
            // The line may continue in the next block.
            if let end, end < text.count || block.bitOffset == blocks.last?.bitOffset { break }
        }
        guard let end, let place = starts.last(where: { $0.offset <= end }) else {
            throw BzError(
                .wrongFormat, "neither a page nor </siteinfo> is near the beginning",
                remedy: "check that this is an export", file: file.path, bitOffset: 0)
        }
        return Place(block: place.block, offset: end - place.offset)
    }

    /// The place before the last `</mediawiki>`. Only blanks may follow the tag.
    func end() throws(BzError) -> Place {
        let tag = Array("</mediawiki>".utf8)
        var text: [UInt8] = []
        for block in blocks.suffix(Self.limit).reversed() {
            text = try content(block) + text
            let tail = text.reversed().drop { $0 <= UInt8(ascii: " ") }
            if tail.count < tag.count { continue }
            guard tail.starts(with: tag.reversed()) else { break }
            let offset = tail.count - tag.count
            // If the tag begins in the first byte of this text, the blocks before it end at their own end.
            return Place(block: block.bitOffset, offset: offset)
        }
        throw BzError(
            .truncated, "does not end with </mediawiki>", remedy: "salvage it first",
            file: file.path)
    }

    private static func behindLine(_ text: [UInt8], from start: Int) -> Int {
        let rest = text[start...]
        guard let end = rest.firstIndex(where: { $0 != 0x20 && $0 != 9 && $0 != 13 }) else { return text.count }
        return text[end] == 10 ? end + 1 : start
    }

    private static func indent(_ text: [UInt8], before index: Int) -> Int {
        var start = index
        while start > 0, text[start - 1] == 0x20 || text[start - 1] == 9 { start -= 1 }
        return start
    }
}

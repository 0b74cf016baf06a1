public import SystemPackage

/// Splits a bzip2 dump into complete exports. Blocks are copied; only those at the edges are compressed again.
public struct DumpSplitter: Sendable {
    /// Where one part ends and the next begins.
    public enum Rule: Sendable, Hashable {
        /// A part ends at the first page that begins this many bytes, compressed, after its start.
        case size(Int64)
        /// There is a part for each range of page ids. Pages outside all ranges are dropped. A page in several ranges goes to
        /// the first.
        case pages([ClosedRange<Int64>])
    }

    /// A part that can be written.
    public struct Part: Sendable {
        /// Its ids: the requested range, or from its first page to its last.
        public let range: ClosedRange<Int64>
        /// The number of its pages.
        public let pageCount: Int64
        let pieces: [CopyPiece]
    }

    private let file: RandomAccessFile
    private let rule: Rule

    /// Opens a dump.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file, if it cannot be opened or is not a regular file.
    public init(_ path: FilePath, by rule: Rule) throws(BzError) {
        file = try RandomAccessFile(regular: path)
        self.rule = rule
    }

    /// Reads the dump and finds what belongs to which part.
    /// - Parameters:
    ///   - taskCount: How many blocks are decoded at once.
    ///   - progress: Called with the number of bytes of the file that are done.
    /// - Returns: the parts, in the order of the file; of ranges, only those that have pages.
    /// - Throws: ``BzError`` for the first problem of the dump.
    public func parts(taskCount: Int, progress: (Int64) -> Void = { _ in }) async throws(BzError) -> [Part] {
        var planner = SplitPlanner(file, rule)
        _ = try await BlockWalk(file: file, taskCount: taskCount).run { step throws(BzError) in
            switch step {
            case .block(let block):
                progress(block.endOffset / 8)
                try planner.take(block)
            case .damage(let damage): throw damage.error
            case .streamEnd(let end):
                guard end.agrees != false else { throw end.mismatch(in: file.path, at: end.bitOffset) }
                planner.streamCount += 1
            case .streamBegin, .trailing: break
            }
        }
        return try planner.finish()
    }

    /// Writes a part to a new file, which gets its name when it is complete.
    /// - Returns: the size of the file in bytes.
    /// - Throws: ``BzError`` with code `fileSystem` if the file exists or cannot be written.
    public func write(
        _ part: Part, to output: FilePath,
        permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead], taskCount: Int
    ) async throws(BzError) -> Int64 {
        let sink = FileSink(try ReplacingFile(output, permissions: permissions, existing: .refuse))
        var writer = CopyWriter(taskCount: taskCount) { bytes throws(BzError) in try sink.append(bytes) }
        for piece in part.pieces { try await writer.append(piece) }
        try await writer.finish()
        try sink.commit()
        return sink.size
    }
}

/// Finds out which data of a dump belongs to which part.
struct SplitPlanner {
    typealias Place = BlockPageScanner.Place

    private static let longestHeader = 16 << 20
    private let file: RandomAccessFile
    private let rule: DumpSplitter.Rule
    private var collector: BlockCollector
    private var scanner = BlockPageScanner()
    private var header: [UInt8] = []
    private var headerBlocks: [(block: Int64, offset: Int)] = []
    private var isInHeader = true
    /// How the dump ends its lines, and what comes before its pages.
    private var lineEnd = "\n"
    private var indent: [UInt8] = []
    private var hasEnded = false
    /// The part that is open: its range, pages, and where it began in the file.
    private var open: (index: Int, first: Int64, last: Int64, count: Int64, start: Int64)?
    private var lastEnd: Place?
    private var openPage: Int64?
    private var results: [(index: Int, range: ClosedRange<Int64>, count: Int64, pieces: [CopyPiece])] = []
    var streamCount = 0

    init(_ file: RandomAccessFile, _ rule: DumpSplitter.Rule) {
        self.file = file
        self.rule = rule
        collector = BlockCollector(file, keepsStreams: true)
    }

    mutating func take(_ block: WalkedBlock) throws(BzError) {
        let content = block.decoded.content()
        if isInHeader {
            headerBlocks.append((block.bitOffset, header.count))
            header += content
            guard header.count <= Self.longestHeader + content.count else {
                throw BzError(
                    .wrongFormat, "no page begins near the beginning", remedy: "check the file", file: file.path)
            }
        }
        collector.hold(
            BlockCollector.Block(
                bitOffset: block.bitOffset, bitCount: Int64(block.decoded.bitCount), crc: block.decoded.crc,
                size: content.count, level: block.level, stream: block.stream))
        for event in scanner.scan(content, block: block.bitOffset) {
            switch event {
            case .page(let page, let place): try begin(page.id, at: place)
            case .pageEnd(let place, _):
                guard let id = openPage else { continue }
                openPage = nil
                guard open != nil else { continue }
                collector.keep(before: place.block)
                lastEnd = place
                open?.last = id
                open?.count += 1
            case .exportEnd: hasEnded = openPage == nil
            case .unreadableID(let place):
                throw BzError.unreadableID(at: Int64(place.offset), of: "the block").naming(file.path)
            case .headerEnd, .revision: break
            }
        }
        if !scanner.isPageOpening { collector.dropHeld() }
    }

    private mutating func begin(_ id: Int64, at place: Place) throws(BzError) {
        if isInHeader { endHeader(at: place) }
        openPage = id
        switch rule {
        case .size(let size):
            if let open, (place.block - open.start) / 8 < size { return }
            close()
            openPart(results.count, id, at: place)
        case .pages(let ranges):
            let index = ranges.firstIndex { $0.contains(id) }
            if let open, open.index == index { return }
            close()
            guard let index else { return }
            guard !results.contains(where: { $0.index == index }) else {
                throw BzError(
                    .damaged, "the ids of the pages stop rising at page \(id)",
                    remedy: "split it by size instead", file: file.path, bitOffset: place.block)
            }
            openPart(index, id, at: place)
        }
    }

    private mutating func endHeader(at place: Place) {
        isInHeader = false
        let start = headerBlocks.last { $0.block == place.block }?.offset ?? 0
        header.removeSubrange(min(header.count, start + place.offset)...)
        let lines = header.reversed().drop { $0 == 0x20 || $0 == 9 }.count
        indent = Array(header[lines...])
        header.removeSubrange(lines...)
        if header.suffix(2) == [13, 10] { lineEnd = "\r\n" }
    }

    private mutating func openPart(_ index: Int, _ id: Int64, at place: Place) {
        open = (index, id, id, 0, place.block)
        collector.append(header + indent)
        collector.begin(at: place)
    }

    private mutating func close() {
        guard let part = open, let lastEnd else { return }
        open = nil
        self.lastEnd = nil
        collector.end(at: lastEnd)
        collector.append("\(lineEnd)</mediawiki>\(lineEnd)")
        let range =
            switch rule {
            case .size: min(part.first, part.last)...max(part.first, part.last)
            // A range without an end gets the id of its last page.
            case .pages(let ranges) where ranges[part.index].upperBound == .max:
                ranges[part.index].lowerBound...part.last
            case .pages(let ranges): ranges[part.index]
            }
        results.append((part.index, range, part.count, collector.takePieces()))
    }

    mutating func finish() throws(BzError) -> [DumpSplitter.Part] {
        guard hasEnded else {
            throw BzError(
                .truncated, "the export ends without </mediawiki>", remedy: "salvage it first",
                file: file.path)
        }
        close()
        let isOneStream = streamCount <= 1
        return results.map { result in
            // A dump of one stream is split into dumps of one stream.
            let pieces = result.pieces.enumerated().filter { index, piece in
                if case .stream = piece { return index == 0 || !isOneStream }
                return true
            }
            return DumpSplitter.Part(range: result.range, pageCount: result.count, pieces: pieces.map(\.element))
        }
    }
}

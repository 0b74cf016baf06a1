/// Writes the text of a dump again, as one stream or as a multistream with its index. Uses all cores.
public struct Recompression: Sendable {
    /// How the text is divided into streams.
    public enum Layout: Sendable, Hashable {
        /// One stream. The text may be anything.
        case singleStream
        /// A stream for the header, one for each group of pages, and one for the end. The text must be an export.
        case multistream(pagesPerStream: Int)
    }

    /// What was written.
    public struct Summary: Sendable, Hashable {
        /// Bytes of the text.
        public var textSize: Int64 = 0
        /// Bytes of the output.
        public var size: Int64 = 0
        /// Streams.
        public var streamCount = 0
        /// Pages, if the output is a multistream.
        public var pageCount = 0
        /// What the dump was stored as.
        public var sourceFormat = DumpFormat.plain
        /// The offset in the dump of bytes that belong to no stream and were left out; nil if there are none.
        public var trailingOffset: Int64?
    }

    private let dump: DumpText
    private let layout: Layout
    private let coding: StreamCoding
    private let taskCount: Int
    /// Parts whose streams are written empty.
    private let withheld: Set<MultistreamCutter.Part>

    /// Prepares the work.
    /// - Parameters:
    ///   - dump: Where the text comes from.
    ///   - layout: How it is divided into streams.
    ///   - coding: How they are stored.
    ///   - withheld: Parts of a multistream for which an empty stream is written.
    ///   - taskCount: How many blocks are processed at once. The number of cores is best.
    public init(
        _ dump: DumpText, as layout: Layout, coding: StreamCoding = .bzip2(),
        withholding withheld: Set<MultistreamCutter.Part> = [], taskCount: Int
    ) {
        self.dump = dump
        self.layout = layout
        self.coding = coding
        self.withheld = withheld
        self.taskCount = max(1, taskCount)
    }

    /// Reads the dump and writes it to an output.
    /// - Parameters:
    ///   - output: Receives the streams. The caller finishes it.
    ///   - index: Receives the lines for the pages of a multistream.
    ///   - pageIndex: Receives each bzip2 block. The caller ends it when the output is complete.
    ///   - progress: Called with the number of bytes of text that have been read.
    /// - Throws: ``BzError`` of the dump or of an output.
    public func callAsFunction(
        to output: any DumpOutput, index: (any DumpOutput)? = nil, pageIndex: DumpIndexBuilder? = nil,
        progress: (Int64) -> Void = { _ in }
    ) async throws(BzError) -> Summary {
        let result: Result<Summary, BzError> = await withTaskGroup(of: StreamPipeline.Finished.self) { group in
            var cutter = TextCutter(layout, level: coding.level)
            var pipeline = StreamPipeline(
                coding, limit: 2 * taskCount, output: output, index: index, pageIndex: pageIndex)
            do throws(BzError) {
                var textSize: Int64 = 0
                let reading = try await dump.read(taskCount: taskCount) { text throws(BzError) in
                    textSize += Int64(text.count)
                    progress(textSize)
                    let pieces: [MultistreamCutter.Piece]
                    do throws(BzError) { pieces = try cutter.append(text) } catch { throw error.naming(dump.name) }
                    for piece in pieces { try await pipeline.take(withholding(piece), &group) }
                    return true
                }
                let last: [MultistreamCutter.Piece]
                do throws(BzError) { last = try cutter.finish() } catch { throw error.naming(dump.name) }
                for piece in last { try await pipeline.take(withholding(piece), &group) }
                try await pipeline.finish(&group)
                pipeline.summary.textSize = textSize
                pipeline.summary.sourceFormat = reading.format
                pipeline.summary.trailingOffset = reading.trailingOffset
                return .success(pipeline.summary)
            } catch {
                group.cancelAll()
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func withholding(_ piece: MultistreamCutter.Piece) -> MultistreamCutter.Piece {
        guard withheld.contains(piece.part) else { return piece }
        var empty = piece
        empty.bytes = []
        return empty
    }
}

/// Cuts text for either layout.
private struct TextCutter {
    /// Follows the text if it is an export, since one that is cut short must not pass for a whole one.
    private var check = ExportCheck(atStart: true)
    // These are two values, not the cases of an enum, so that they are changed in place. They may hold much data.
    private var single: BzBlockCutter
    private var multi: MultistreamCutter?

    init(_ layout: Recompression.Layout, level: Int) {
        single = BzBlockCutter(level: level)
        if case .multistream(let count) = layout { multi = MultistreamCutter(pagesPerStream: count, level: level) }
    }

    mutating func append(_ text: [UInt8]) throws(BzError) -> [MultistreamCutter.Piece] {
        if let pieces = try multi?.append(text) { return pieces }
        check.add(text, block: -1)
        return single.append(text).map {
            MultistreamCutter.Piece(bytes: $0, part: .pages, endsStream: false, pages: [])
        }
    }

    mutating func finish() throws(BzError) -> [MultistreamCutter.Piece] {
        if let pieces = try multi?.finish() { return pieces }
        if check.isExport == true, !check.isComplete, let problem = check.problem(at: 0) {
            throw BzError(
                .truncated, problem.message, remedy: "fetch or write the dump again, or salvage what is left of it")
        }
        return [MultistreamCutter.Piece(bytes: single.flush() ?? [], part: .pages, endsStream: true, pages: [])]
    }
}

/// How the streams of a recompressed dump are stored.
public struct StreamCoding: Sendable {
    private enum Kind: Sendable {
        case bzip2(level: Int, isReference: Bool)
        case gzip
        case plain
    }

    /// The result for a piece.
    enum Coded: Sendable {
        case blocks([BzBlock])
        case bytes([UInt8])
    }

    private let kind: Kind

    /// Streams of bzip2.
    /// - Parameters:
    ///   - level: 1 to 9: the size of blocks in units of 100,000 bytes.
    ///   - isReference: Whether libbz2 makes the blocks. Then they are identical to those of other programs that use
    ///     libbz2.
    public static func bzip2(level: Int = 9, isReference: Bool = false) -> StreamCoding {
        StreamCoding(kind: .bzip2(level: level, isReference: isReference))
    }

    /// Members of gzip.
    public static let gzip = StreamCoding(kind: .gzip)
    /// The text as it is.
    public static let plain = StreamCoding(kind: .plain)

    /// The size of blocks in units of 100,000 bytes.
    var level: Int { if case .bzip2(let level, _) = kind { level } else { 9 } }

    func encode(_ bytes: [UInt8]) throws(BzError) -> Coded {
        switch kind {
        case .bzip2(let level, false): .blocks(try BzBlock.encode(bytes, level: level))
        case .bzip2(let level, true):
            .blocks(try BzBlock.encode(bytes, level: level, with: BzLibraryEncoder()))
        case .gzip: .bytes(bytes.isEmpty ? [] : try GzipMember.compress(bytes))
        case .plain: .bytes(bytes)
        }
    }

    /// The end of a stream that the assembler has written.
    func end(_ assembler: inout BzStreamAssembler) -> [UInt8] {
        if case .bzip2 = kind { assembler.finish() } else { [] }
    }
}

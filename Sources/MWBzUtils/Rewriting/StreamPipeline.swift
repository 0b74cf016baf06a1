/// Compresses several pieces at the same time and writes them in order.
struct StreamPipeline {
    /// A piece that a task has compressed.
    struct Finished: Sendable {
        let number: Int
        let piece: MultistreamCutter.Piece
        /// Bytes of its text.
        let size: Int
        let coded: Result<StreamCoding.Coded, BzError>
    }

    private let coding: StreamCoding
    private let limit: Int
    /// How many bytes of text may be held at once, not counting one piece. A piece of zeros can be 46 MB but is quickly done.
    private static let textLimit = 24 << 20
    private var heldText = 0
    private let output: any DumpOutput
    private let index: (any DumpOutput)?
    private let pageIndex: DumpIndexBuilder?
    private var assembler: BzStreamAssembler
    private var begun = 0
    private var written = 0
    private var waiting: [Int: Finished] = [:]
    /// Where the stream that is being written begins.
    private var streamOffset: Int64 = 0
    /// Bytes of the text that are written.
    private var textOffset: Int64 = 0
    var summary = Recompression.Summary()

    init(
        _ coding: StreamCoding, limit: Int, output: any DumpOutput, index: (any DumpOutput)?,
        pageIndex: DumpIndexBuilder?
    ) {
        self.coding = coding
        self.limit = limit
        self.output = output
        self.index = index
        self.pageIndex = pageIndex
        assembler = BzStreamAssembler(level: coding.level)
    }

    /// Begins to compress a piece. If too many are in progress, finished ones are written first.
    mutating func take(_ piece: MultistreamCutter.Piece, _ group: inout TaskGroup<Finished>) async throws(BzError) {
        while begun - written >= limit || begun > written && heldText + piece.bytes.count > Self.textLimit,
            let finished = await group.next()
        {
            try await accept(finished)
        }
        heldText += piece.bytes.count
        let number = begun
        begun += 1
        group.addTask(executorPreference: WorkerThreads.working) { [coding, keepsText = pageIndex != nil] in
            let encode = { () throws(BzError) in try coding.encode(piece.bytes) }
            var piece = piece
            let coded = Result(catching: encode)
            let size = piece.bytes.count
            if !keepsText { piece.bytes = [] }
            return Finished(number: number, piece: piece, size: size, coded: coded)
        }
        // Before the next one gathers.
        while heldText > Self.textLimit, let finished = await group.next() { try await accept(finished) }
    }

    /// Writes what is left.
    mutating func finish(_ group: inout TaskGroup<Finished>) async throws(BzError) {
        while let finished = await group.next() { try await accept(finished) }
    }

    private mutating func accept(_ finished: Finished) async throws(BzError) {
        waiting[finished.number] = finished
        while let next = waiting.removeValue(forKey: written) {
            written += 1
            heldText -= next.size
            try await write(next)
        }
    }

    private mutating func write(_ finished: Finished) async throws(BzError) {
        var bytes: [UInt8]
        switch try finished.coded.get() {
        case .blocks(let blocks):
            try note(blocks, of: finished.piece.bytes)
            bytes = assembler.append(blocks)
        case .bytes(let plain): bytes = plain
        }
        if finished.piece.endsStream { bytes += coding.end(&assembler) }
        if !bytes.isEmpty { try await output.append(bytes) }
        summary.size += Int64(bytes.count)
        guard finished.piece.endsStream else { return }
        summary.streamCount += 1
        summary.pageCount += finished.piece.pages.count
        if let index, !finished.piece.pages.isEmpty {
            var lines: [UInt8] = []
            for page in finished.piece.pages {
                lines += MultistreamIndex.line(offset: streamOffset, pageID: page.id, title: page.title)
            }
            try await index.append(lines)
        }
        streamOffset = summary.size
    }

    /// Tells the index of pages where blocks will be.
    private mutating func note(_ blocks: [BzBlock], of text: [UInt8]) throws(BzError) {
        guard let pageIndex else { return }
        var (place, start) = (assembler.nextBlockOffset, 0)
        for block in blocks {
            let content = Array(text[start..<start + block.uncompressedSize])
            try pageIndex.append(
                IndexedBlock(
                    uncompressedOffset: textOffset, uncompressedSize: content.count, bitOffset: place,
                    bitCount: block.bitCount, crc: block.crc, stream: summary.streamCount, level: coding.level),
                content: content)
            textOffset += Int64(content.count)
            place += Int64(block.bitCount)
            start += content.count
        }
    }
}

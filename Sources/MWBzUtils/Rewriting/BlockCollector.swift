/// Collects stretches of the content of a file as pieces: whole blocks as runs, and only those at the edges in part.
struct BlockCollector {
    /// What has to be known of a block.
    struct Block: Sendable {
        let bitOffset: Int64
        let bitCount: Int64
        let crc: UInt32
        let size: Int
        let level: Int
        let stream: Int
    }

    typealias Place = BlockPageScanner.Place

    private let file: RandomAccessFile
    /// Whether streams begin where they do in the file.
    private let keepsStreams: Bool
    private(set) var pieces: [CopyPiece] = []
    /// Blocks of which it is not known yet whether they belong to the stretch.
    private var held: [Block] = []
    /// Bytes of the first held block that stand before the stretch.
    private var skipped = 0
    private var run: BzBlockRun?
    private var stream = -1
    /// Whether a stretch has begun and not ended.
    private(set) var isOpen = false

    init(_ file: RandomAccessFile, keepsStreams: Bool) {
        self.file = file
        self.keepsStreams = keepsStreams
    }

    /// Takes the next block of the file.
    mutating func hold(_ block: Block) { held.append(block) }

    /// Forgets all blocks but the last that no stretch has begun in.
    mutating func dropHeld(keepingLast count: Int = 0) {
        if !isOpen { held.removeFirst(max(0, held.count - count)) }
    }

    /// Begins a stretch in a block that is held.
    mutating func begin(at place: Place) {
        held.removeAll { $0.bitOffset < place.block }
        skipped = place.offset
        isOpen = true
    }

    /// Puts the held blocks before one into the pieces.
    mutating func keep(before block: Int64) {
        while let first = held.first, first.bitOffset < block { keepFirst(first) }
    }

    /// Ends the stretch in a block that is held. That block stays held, for a stretch that begins in it.
    mutating func end(at place: Place) {
        keep(before: place.block)
        if let block = held.first {
            if skipped == 0, place.offset == block.size {
                add(block)
            } else if skipped < place.offset {
                add(part: skipped..<place.offset, of: block)
            }
        }
        endRun()
        isOpen = false
    }

    /// Ends the stretch after the last block.
    mutating func endAll() {
        keep(before: .max)
        endRun()
        isOpen = false
    }

    /// Gives the stretch up from its last kept block on, with all that is held.
    mutating func forgetHeld() {
        held = []
        endRun()
        isOpen = false
    }

    mutating func append(_ text: String) { append(Array(text.utf8)) }

    mutating func append(_ text: [UInt8]) {
        if pieces.isEmpty { pieces.append(.stream(level: 9)) }
        endRun()
        pieces.append(.text(text))
    }

    /// What is taken apart from now on, such as the pieces of another output, begins its own stream.
    mutating func takePieces() -> [CopyPiece] {
        endRun()
        defer { pieces = [] }
        stream = -1
        return pieces
    }

    /// Lets the next block begin a stream.
    mutating func breakStream() { stream = -1 }

    private mutating func keepFirst(_ block: Block) {
        if skipped == 0 { add(block) } else if skipped < block.size { add(part: skipped..<block.size, of: block) }
        skipped = 0
        held.removeFirst()
    }

    private mutating func beginStream(_ block: Block) {
        guard keepsStreams, stream != block.stream else { return }
        endRun()
        stream = block.stream
        pieces.append(.stream(level: block.level))
    }

    private mutating func add(_ block: Block) {
        beginStream(block)
        if run?.endOffset == block.bitOffset {
            run?.append(bitCount: block.bitCount, crc: block.crc)
        } else {
            endRun()
            run = BzBlockRun(bitOffset: block.bitOffset, bitCount: block.bitCount, crc: block.crc)
        }
    }

    private mutating func add(part range: Range<Int>, of block: Block) {
        beginStream(block)
        endRun()
        pieces.append(.part(file, block: block.bitOffset, level: block.level, range))
    }

    private mutating func endRun() {
        if let run { pieces.append(.run(file, run)) }
        run = nil
    }
}

/// Blocks that follow each other in one stream of a file.
public struct BzBlockRun: Sendable, Hashable {
    /// Where the magic of the first begins, in bits from the start of the file.
    public private(set) var bitOffset: Int64
    /// Bits from there to after the last.
    public private(set) var bitCount: Int64
    /// How many there are.
    public private(set) var blockCount: Int
    /// The combined checksum of a stream that has these blocks and no others.
    public private(set) var combinedCRC: UInt32

    /// Makes a run of one block.
    public init(bitOffset: Int64, bitCount: Int64, crc: UInt32) {
        self.bitOffset = bitOffset
        self.bitCount = bitCount
        blockCount = 1
        combinedCRC = crc
    }

    /// The bit after the last block.
    public var endOffset: Int64 { bitOffset + bitCount }

    /// Appends a block that begins where the run ends.
    mutating func append(bitCount: Int64, crc: UInt32) {
        self.bitCount += bitCount
        blockCount += 1
        combinedCRC = BzStream.combinedCRC(combinedCRC, adding: crc)
    }

    /// The combined checksum of a stream when these blocks follow those it had.
    ///
    /// The sum turns by one bit for each block, so the sum before only has to be turned by as many bits.
    func combined(after crc: UInt32) -> UInt32 {
        let turn = UInt32(blockCount % 32)
        return (turn == 0 ? crc : crc << turn | crc >> (32 - turn)) ^ combinedCRC
    }
}

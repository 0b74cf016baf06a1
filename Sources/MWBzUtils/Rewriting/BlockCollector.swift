/// Collects sections of the content of a file as pieces. Whole blocks become runs; only the blocks at the edges are split.
struct BlockCollector {
    /// What must be known about a block.
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
    /// Blocks that may or may not belong to the section.
    private var held: [Block] = []
    /// How many bytes of the first held block come before the section.
    private var skipped = 0
    private var run: BzBlockRun?
    private var stream = -1
    /// Whether a section has begun and not ended.
    private(set) var isOpen = false

    init(_ file: RandomAccessFile, keepsStreams: Bool) {
        self.file = file
        self.keepsStreams = keepsStreams
    }

    /// Takes the next block of the file.
    mutating func hold(_ block: Block) { held.append(block) }

    /// Drops all blocks except the last in which no section has begun.
    mutating func dropHeld(keepingLast count: Int = 0) {
        if !isOpen { held.removeFirst(max(0, held.count - count)) }
    }

    /// Begins a section in a block that is held.
    mutating func begin(at place: Place) {
        held.removeAll { $0.bitOffset < place.block }
        skipped = place.offset
        isOpen = true
    }

    /// Adds the held blocks before a block to the pieces.
    mutating func keep(before block: Int64) {
        while let first = held.first, first.bitOffset < block { keepFirst(first) }
    }

    /// Ends the section in a block that is held. The block stays held, because the next section may begin in it.
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

    /// Ends the section after the last block.
    mutating func endAll() {
        keep(before: .max)
        endRun()
        isOpen = false
    }

    /// Drops the section from its last kept block on, and everything that is held.
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

    /// Returns the pieces so far. Those that follow, such as the pieces of another output, begin their own stream.
    mutating func takePieces() -> [CopyPiece] {
        endRun()
        defer { pieces = [] }
        stream = -1
        return pieces
    }

    /// Makes the next block begin a stream.
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

/// Consecutive blocks in one stream of a file.
public struct BzBlockRun: Sendable, Hashable {
    /// Where the magic of the first begins, in bits from the start of the file.
    public private(set) var bitOffset: Int64
    /// Bits from there to after the last.
    public private(set) var bitCount: Int64
    /// How many there are.
    public private(set) var blockCount: Int
    /// The combined checksum of a stream that consists of these blocks.
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

    /// The combined checksum of a stream after these blocks are appended to it.
    ///
    /// The sum is rotated by one bit for each block, so the previous sum is rotated by the number of blocks.
    func combined(after crc: UInt32) -> UInt32 {
        let turn = UInt32(blockCount % 32)
        return (turn == 0 ? crc : crc << turn | crc >> (32 - turn)) ^ combinedCRC
    }
}

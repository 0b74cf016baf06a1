/// Cuts a stream of bytes into pieces that each fill one bzip2 block.
///
/// The blocks are those of the `bzip2` command for the same input and level, unless ``flush()`` ended one early. If the
/// pieces are compressed with ``BzLibraryEncoder`` and joined with ``BzStreamAssembler``, the result is identical to that of
/// the command.
///
/// It passes over the bytes once and copies them once. It holds the piece that is not full yet, usually below 1 MB; a piece
/// of one repeated byte can reach 46 MB.
public struct BzBlockCutter: Sendable {
    private static let usualPiece = 2 << 20
    private let level: Int
    private var meter: RunLengthMeter
    private var pending: [UInt8] = []

    /// Makes a cutter for a compression level.
    /// - Parameter level: 1 to 9: the size of a block in units of 100,000 bytes.
    public init(level: Int = 9) {
        self.level = level
        meter = RunLengthMeter(level: level)
    }

    /// Takes the next bytes, any number of them.
    /// - Returns: the pieces that are full now, in order, often none.
    public mutating func append(_ bytes: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        unsafe bytes.withUnsafeBufferPointer { buffer in
            while let end = unsafe meter.cut(buffer, from: start) {
                // This is done in place, because a piece of zeros would be in memory twice otherwise.
                pending += bytes[start..<end]
                pieces.append(pending)
                pending = []
                start = end
            }
        }
        if pending.isEmpty, start < bytes.count {
            // This much is enough for a block of text, so that the piece does not move while it grows.
            pending.reserveCapacity(level * 102_000)
        }
        if pending.count > Self.usualPiece, pending.count + bytes.count - start > pending.capacity {
            // The piece is full of runs. Room for the longest piece is reserved at once, because each move to a larger place
            // takes memory for both. Memory that has not been written to costs nothing.
            pending.reserveCapacity(level * 100_000 / 5 * 259)
        }
        pending += bytes[start...]
        return pieces
    }

    /// Ends the current block. What follows begins a new one.
    /// - Returns: the bytes that were waiting for the block to fill; nil if there are none.
    public mutating func flush() -> [UInt8]? {
        defer { pending = [] }
        meter.restart()
        return pending.isEmpty ? nil : pending
    }
}

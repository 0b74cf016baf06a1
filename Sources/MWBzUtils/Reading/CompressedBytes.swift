import SystemPackage

/// Compressed data that is read at places: a file, or what is kept of a pipe.
protocol CompressedBytes: Sendable {
    /// What messages call it.
    var path: FilePath { get }

    /// Bytes in all; of a pipe, known only at its end, so it is read to there.
    func size() throws(BzError) -> Int64

    /// Reads bytes at a place; fewer than `count` only where the data ends.
    func read(at offset: Int64, count: Int) throws(BzError) -> [UInt8]

    /// Says that nothing before a place will be read any more.
    func forget(before offset: Int64)
}

extension RandomAccessFile: CompressedBytes {
    /// A file has nothing to forget.
    func forget(before offset: Int64) {}
}

extension CompressedBytes {
    /// Bytes from the start of a block that hold all of it and the magic behind it.
    private var blockReach: Int { 1_200_000 }

    /// Decodes the block that begins at a bit of the data.
    /// - Throws: ``BzError`` as ``BzBlockDecoder/decode(_:at:level:)``, with the file and the offset in it.
    func decodeBlock(at bitOffset: Int64, level: Int, with decoder: some BzBlockDecoder) throws(BzError)
        -> BzDecodedBlock
    {
        let bytes = try read(at: bitOffset / 8, count: blockReach)
        do {
            return try decoder.decode(bytes, at: Int(bitOffset % 8), level: level)
        } catch {
            throw BzError(
                error.code, error.message, remedy: error.remedy, file: path, bitOffset: bitOffset, cause: error.cause)
        }
    }
}

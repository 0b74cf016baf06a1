extension RandomAccessFile {
    /// Bytes from the start of a block that hold all of it and the mark behind it.
    private static let blockReach = 1_200_000

    /// Decodes the block that begins at a bit of the file.
    /// - Throws: ``BzError`` as ``BzBlockDecoder/decode(_:at:level:)``, with the file and the offset in it.
    func decodeBlock(at bitOffset: Int64, level: Int, with decoder: some BzBlockDecoder) throws(BzError)
        -> BzDecodedBlock
    {
        let bytes = try read(at: bitOffset / 8, count: Self.blockReach)
        do {
            return try decoder.decode(bytes, at: Int(bitOffset % 8), level: level)
        } catch {
            throw BzError(
                error.code, error.message, remedy: error.remedy, file: path, bitOffset: bitOffset, cause: error.cause)
        }
    }
}

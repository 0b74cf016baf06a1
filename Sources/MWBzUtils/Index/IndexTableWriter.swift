/// Writes one table of the index, record by record, in the order of the keys.
struct IndexTableWriter<Record: IndexRecord> {
    private var chunk: [UInt8] = []
    private var firstKey: Int64 = 0
    private var directory: [UInt8] = []
    private(set) var place = IndexTablePlace()

    /// - Parameter offset: Where the table begins in the index.
    init(at offset: Int64) {
        place.offset = offset
        chunk.reserveCapacity(IndexFormat.chunkSize)
    }

    /// Takes a record.
    /// - Returns: the bytes that are complete now; often none.
    mutating func append(_ record: Record) -> [UInt8] {
        if chunk.isEmpty { firstKey = record.key }
        record.encode(to: &chunk)
        place.recordCount += 1
        return chunk.count == Record.recordsPerChunk * Record.size ? finish() : []
    }

    /// Ends the last chunk.
    mutating func finish() -> [UInt8] {
        guard !chunk.isEmpty else { return [] }
        directory.append(littleEndian: firstKey)
        directory.append(littleEndian: BzCRC.of(chunk))
        defer { chunk.removeAll(keepingCapacity: true) }
        return chunk
    }

    /// The directory, which belongs at `offset`.
    mutating func finishDirectory(at offset: Int64) -> [UInt8] {
        place.directoryOffset = offset
        place.directoryCRC = BzCRC.of(directory)
        return directory
    }
}

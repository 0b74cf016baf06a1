/// What an index remembers of its dump, to notice that the dump has changed.
///
/// Times are not part of it, so both files can be copied. The last bytes hold the combined checksum of the last stream.
struct DumpFingerprint: Equatable {
    /// Bytes of the dump.
    var fileSize: Int64 = 0
    /// The checksums of its first and its last bytes.
    var startCRC: UInt32 = 0
    var endCRC: UInt32 = 0

    static let size = 16

    init() {}

    init(of file: RandomAccessFile) throws(BzError) {
        let edge = IndexFormat.dumpEdge
        fileSize = try file.size()
        startCRC = BzCRC.of(try file.read(at: 0, count: edge))
        endCRC = BzCRC.of(try file.read(at: max(0, fileSize - Int64(edge)), count: edge))
    }

    init(_ bytes: [UInt8], at start: Int) {
        fileSize = bytes.number(at: start)
        startCRC = bytes.number(at: start + 8)
        endCRC = bytes.number(at: start + 12)
    }

    func encode(to bytes: inout [UInt8]) {
        bytes.append(littleEndian: fileSize)
        bytes.append(littleEndian: startCRC)
        bytes.append(littleEndian: endCRC)
    }
}

/// The layout of the sidecar index. The article "The index of a dump" describes it.
enum IndexFormat {
    /// The first bytes of the file. They show whether a transfer changed line ends or dropped the eighth bit.
    static let magic: [UInt8] = [0x89] + Array("MWIDX\r\n".utf8)
    /// The last bytes of the file.
    static let endMagic: [UInt8] = Array("\nMWIDXE".utf8) + [0x89]
    static let version: UInt32 = 1
    /// Magic, version and a checksum of both.
    static let headerSize = 16
    static let trailerSize = 192
    /// The largest size in bytes of a chunk of a table. Each chunk has its own checksum.
    static let chunkSize = 1 << 15
    /// The size in bytes of an entry in the directory of a table: the first key of a chunk and its checksum.
    static let entrySize = 12
    /// How many bytes at each end of the dump the index keeps a checksum of.
    static let dumpEdge = 4096

    static var header: [UInt8] {
        var bytes = magic
        bytes.append(littleEndian: version)
        bytes.append(littleEndian: BzCRC.of(bytes))
        return bytes
    }
}

extension BzCRC {
    static func of(_ bytes: [UInt8]) -> UInt32 {
        var crc = BzCRC()
        crc.add(bytes)
        return crc.value
    }
}

extension [UInt8] {
    /// Appends a number, least significant byte first.
    mutating func append(littleEndian number: some FixedWidthInteger) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// The number at an offset, least significant byte first. All its bytes must exist.
    func number<Number: FixedWidthInteger>(at offset: Int, as _: Number.Type = Number.self) -> Number {
        var number: Number = 0
        for index in (0..<Number.bitWidth / 8).reversed() {
            number = number << 8 | Number(truncatingIfNeeded: self[offset + index])
        }
        return number
    }
}

/// Where a table is in the index.
struct IndexTablePlace: Equatable {
    /// Where its first record begins, in bytes from the start of the index.
    var offset: Int64 = 0
    var recordCount: Int64 = 0
    /// Where its directory begins.
    var directoryOffset: Int64 = 0
    var directoryCRC: UInt32 = 0

    static let size = 28

    func encode(to bytes: inout [UInt8]) {
        bytes.append(littleEndian: offset)
        bytes.append(littleEndian: recordCount)
        bytes.append(littleEndian: directoryOffset)
        bytes.append(littleEndian: directoryCRC)
    }

    init() {}

    init(_ bytes: [UInt8], at start: Int) {
        offset = bytes.number(at: start)
        recordCount = bytes.number(at: start + 8)
        directoryOffset = bytes.number(at: start + 16)
        directoryCRC = bytes.number(at: start + 24)
    }
}

/// The last bytes of the index. They say where everything is and which dump the index belongs to.
struct IndexTrailer: Equatable {
    var blocks = IndexTablePlace()
    var pages = IndexTablePlace()
    var titles = IndexTablePlace()
    var dump = DumpFingerprint()
    var uncompressedSize: Int64 = 0
    var streamCount: Int64 = 0
    var revisionCount: Int64 = 0
    /// Bytes of the whole index.
    var indexSize: Int64 = 0
    /// 1 if the ids of the pages rise through the dump.
    var risingIDs: UInt64 = 1

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for table in [blocks, pages, titles] { table.encode(to: &bytes) }
        dump.encode(to: &bytes)
        for number in [uncompressedSize, streamCount, revisionCount, indexSize] {
            bytes.append(littleEndian: number)
        }
        bytes.append(littleEndian: risingIDs)
        bytes += repeatElement(0, count: IndexFormat.trailerSize - 16 - bytes.count)
        bytes.append(littleEndian: IndexFormat.version)
        bytes.append(littleEndian: BzCRC.of(bytes))
        return bytes + IndexFormat.endMagic
    }

    init() {}

    /// - Returns: nil if a checksum or a magic number is wrong.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == IndexFormat.trailerSize, Array(bytes.suffix(8)) == IndexFormat.endMagic else { return nil }
        let sum = IndexFormat.trailerSize - 12
        guard BzCRC.of(Array(bytes[..<sum])) == bytes.number(at: sum, as: UInt32.self) else { return nil }
        let size = IndexTablePlace.size
        blocks = IndexTablePlace(bytes, at: 0)
        pages = IndexTablePlace(bytes, at: size)
        titles = IndexTablePlace(bytes, at: 2 * size)
        dump = DumpFingerprint(bytes, at: 3 * size)
        let rest = 3 * size + DumpFingerprint.size
        uncompressedSize = bytes.number(at: rest)
        streamCount = bytes.number(at: rest + 8)
        revisionCount = bytes.number(at: rest + 16)
        indexSize = bytes.number(at: rest + 24)
        risingIDs = bytes.number(at: rest + 32)
    }
}

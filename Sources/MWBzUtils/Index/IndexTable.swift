internal import SystemPackage

/// The file of an index. Every place in it is checked before it is read.
struct IndexFile: Sendable {
    let path: FilePath
    let size: Int
    private let file: RandomAccessFile

    init(_ path: FilePath) throws(BzError) {
        self.path = path
        file = try RandomAccessFile(path)
        size = Int(try file.size())
    }

    /// - Throws: ``BzError`` with code `damaged` if the bytes are not in the file.
    func bytes(at offset: Int64, count: Int) throws(BzError) -> [UInt8] {
        guard offset >= 0, count >= 0, count <= size, offset <= Int64(size - count) else { throw .damagedIndex(path) }
        let bytes = try file.read(at: offset, count: count)
        // The file may have been truncated since it was opened.
        guard bytes.count == count else { throw .damagedIndex(path) }
        return bytes
    }
}

/// A record of a table of the index. It has a fixed size and is found by a number.
protocol IndexRecord {
    /// Bytes of a record.
    static var size: Int { get }
    /// The table is sorted by this.
    var key: Int64 { get }
    func encode(to bytes: inout [UInt8])
    /// Reads a record of ``size`` bytes.
    init(_ bytes: [UInt8], at start: Int)
}

extension IndexRecord {
    static var recordsPerChunk: Int { IndexFormat.chunkSize / size }
}

/// A place in the decoded dump and its key: the id of a page or the hash of a title.
struct IndexPlace: IndexRecord, Hashable, Comparable {
    static let size = 16
    let key: Int64
    let offset: Int64

    init(key: Int64, offset: Int64) {
        self.key = key
        self.offset = offset
    }

    init(_ bytes: [UInt8], at start: Int) {
        key = bytes.number(at: start)
        offset = bytes.number(at: start + 8)
    }

    func encode(to bytes: inout [UInt8]) {
        bytes.append(littleEndian: key)
        bytes.append(littleEndian: offset)
    }

    static func < (left: IndexPlace, right: IndexPlace) -> Bool { (left.key, left.offset) < (right.key, right.offset) }
}

/// A sorted table of the index. Opening it reads only the directory. Each chunk is checked when it is used.
struct IndexTable<Record: IndexRecord>: Sendable {
    private let file: IndexFile
    private let offset: Int64
    private let directory: [UInt8]
    let count: Int

    /// - Throws: ``BzError`` if the table does not lie inside the file or its directory is damaged.
    init(_ file: IndexFile, _ place: IndexTablePlace) throws(BzError) {
        let size = Int64(file.size)
        let record = Int64(Record.size)
        guard place.offset >= 0, place.recordCount >= 0, place.recordCount <= size / record,
            place.offset <= size - place.recordCount * record
        else { throw .damagedIndex(file.path) }
        count = Int(place.recordCount)
        let chunks = (count + Record.recordsPerChunk - 1) / Record.recordsPerChunk
        directory = try file.bytes(at: place.directoryOffset, count: chunks * IndexFormat.entrySize)
        guard BzCRC.of(directory) == place.directoryCRC else { throw .damagedIndex(file.path) }
        self.file = file
        offset = place.offset
    }

    var chunkCount: Int { directory.count / IndexFormat.entrySize }

    private func firstKey(ofChunk chunk: Int) -> Int64 { directory.number(at: chunk * IndexFormat.entrySize) }

    /// The records of a chunk.
    /// - Throws: ``BzError`` with code `damaged` if its checksum does not match.
    func chunk(_ chunk: Int) throws(BzError) -> [UInt8] {
        let first = chunk * Record.recordsPerChunk
        let records = min(Record.recordsPerChunk, count - first)
        let bytes = try file.bytes(at: offset + Int64(first * Record.size), count: records * Record.size)
        guard BzCRC.of(bytes) == directory.number(at: chunk * IndexFormat.entrySize + 8, as: UInt32.self) else {
            throw .damagedIndex(file.path)
        }
        return bytes
    }

    subscript(index: Int) -> Record {
        get throws(BzError) {
            let bytes = try chunk(index / Record.recordsPerChunk)
            return Record(bytes, at: index % Record.recordsPerChunk * Record.size)
        }
    }

    /// The index of the first record whose key is at least the given one; ``count`` if there is none.
    func firstIndex(notLess key: Int64) throws(BzError) -> Int {
        // The record is in the last chunk that begins with a smaller key, or begins the next chunk.
        let chunk = max(0, Self.lowerBound(0..<chunkCount) { firstKey(ofChunk: $0) < key } - 1)
        guard chunk < chunkCount else { return 0 }
        let bytes = try self.chunk(chunk)
        let index = Self.lowerBound(0..<bytes.count / Record.size) { Record(bytes, at: $0 * Record.size).key < key }
        return chunk * Record.recordsPerChunk + index
    }

    /// Calls `body` with each record from `start` on, until it returns false.
    func forEach(from start: Int = 0, _ body: (Int, Record) throws(BzError) -> Bool) throws(BzError) {
        var index = max(0, start)
        while index < count {
            let chunk = index / Record.recordsPerChunk
            let bytes = try self.chunk(chunk)
            let first = chunk * Record.recordsPerChunk
            while index < first + bytes.count / Record.size {
                guard try body(index, Record(bytes, at: (index - first) * Record.size)) else { return }
                index += 1
            }
        }
    }

    private static func lowerBound(_ range: Range<Int>, _ isLess: (Int) -> Bool) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if isLess(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension BzError {
    static func damagedIndex(_ path: FilePath) -> BzError {
        BzError(.damaged, "the index is damaged", remedy: "make it again", file: path)
    }
}

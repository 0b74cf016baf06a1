/// Revisions as read from the tables, packed tightly in memory until they are sorted by page.
///
/// The tables are stored in the order of revision ids. Reading them in any other order costs several times as much, because
/// each lookup lands on another block of the file. So they are read in their own order, packed at about a hundred bytes each,
/// sorted, and only then unpacked.
struct PackedRevisions {
    /// The location of a packed revision.
    struct Entry {
        let page: Int64
        let revision: Int64
        let offset: Int
    }

    private(set) var entries: [Entry] = []
    private var bytes: [UInt8] = []

    /// Removes everything but keeps the memory.
    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Sorts the entries by page, then revision.
    mutating func sort() {
        entries.sort { $0.page == $1.page ? $0.revision < $1.revision : $0.page < $1.page }
    }

    /// Starts a revision. Everything written until the next call belongs to it.
    mutating func begin(page: Int64, revision: Int64) {
        entries.append(Entry(page: page, revision: revision, offset: bytes.count))
    }

    /// Writes a number in as few bytes as possible.
    mutating func write(_ number: Int64) { Self.write(number, to: &bytes) }

    private static func write(_ number: Int64, to bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: number)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Writes a byte count, then the bytes.
    mutating func write(_ memory: UnsafeRawBufferPointer) {
        write(Int64(memory.count))
        unsafe bytes.append(contentsOf: memory)
    }

    /// Appends an entry to a buffer, in the form that ``adopt(_:)`` reads.
    func append(_ place: Int, to buffer: inout [UInt8]) {
        let entry = entries[place]
        let end = place + 1 < entries.count ? entries[place + 1].offset : bytes.count
        Self.write(entry.page, to: &buffer)
        Self.write(entry.revision, to: &buffer)
        Self.write(Int64(end - entry.offset), to: &buffer)
        buffer += bytes[entry.offset..<end]
    }

    /// Replaces the contents with a buffer of appended entries.
    mutating func adopt(_ buffer: [UInt8]) {
        entries.removeAll(keepingCapacity: true)
        bytes = buffer
        var reader = Reader(bytes: buffer, position: 0)
        while reader.position < buffer.count {
            let page = reader.number()
            let revision = reader.number()
            let count = Int(reader.number())
            entries.append(Entry(page: page, revision: revision, offset: reader.position))
            reader.position += count
        }
    }

    func reader(at entry: Entry) -> Reader { Reader(bytes: bytes, position: entry.offset) }

    /// Reads values in the order in which they were written.
    struct Reader {
        fileprivate let bytes: [UInt8]
        fileprivate var position: Int

        mutating func number() -> Int64 {
            var result = UInt64(bytes[position])
            position += 1
            if result < 0x80 { return Int64(bitPattern: result) }
            result &= 0x7f
            var shift: UInt64 = 7
            while true {
                let byte = bytes[position]
                position += 1
                result |= UInt64(byte & 0x7f) << shift
                if byte < 0x80 { return Int64(bitPattern: result) }
                shift += 7
            }
        }

        mutating func array() -> [UInt8] {
            let count = Int(number())
            defer { position += count }
            return count == 0 ? [] : Array(bytes[position..<position + count])
        }

        /// The next bytes. Only the first 31 are kept.
        mutating func short() -> (value: ShortBytes, isCut: Bool) {
            let count = Int(number())
            defer { position += count }
            let value = unsafe bytes.withUnsafeBytes { memory in
                unsafe ShortBytes(UnsafeRawBufferPointer(rebasing: memory[position..<position + count]))
            }
            return (value, count > ShortBytes.capacity)
        }

        mutating func string() -> String {
            let count = Int(number())
            defer { position += count }
            return String(decoding: bytes[position..<position + count], as: UTF8.self)
        }
    }
}

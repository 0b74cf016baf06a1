import SystemPackage

@testable import MWBzUtils
@testable import WikiDumpKit

/// The index beside a dump. What it says is wrong or right, but what is read with its help is what the dump holds.
///
/// The checksums of an input are put right first. Otherwise hardly any would get past them.
enum IndexChecks {
    /// The text of a dump of a few pages.
    private static let text: [UInt8] = {
        let pages = (1...6).map { id in
            """
              <page>
                <title>Page &amp; \(id)</title>
                <ns>0</ns>
                <id>\(id * 10)</id>
                <revision>
                  <id>\(id * 100)</id>
                  <text bytes="\(id * 50)">\(String(repeating: "word \(id) ", count: id * 8))</text>
                </revision>
              </page>

            """
        }
        return Array(("<mediawiki>\n  <siteinfo>\n  </siteinfo>\n" + pages.joined() + "</mediawiki>\n").utf8)
    }()

    /// The dump, in streams of two pages.
    private static let dump: [UInt8] = {
        var cutter = MultistreamCutter(pagesPerStream: 2)
        let pieces = ((try? cutter.append(text)) ?? []) + ((try? cutter.finish()) ?? [])
        return pieces.flatMap { (try? BzStream.compress($0.bytes, level: 1)) ?? [] }
    }()

    static func run(_ data: [UInt8]) throws {
        let system = FileSystem.real
        let folder = try temporaryFolder()
        defer { try? system.removeTree(folder) }
        let (dump, path) = (folder.appending("dump.xml.bz2"), folder.appending("dump.xml.bz2.mwidx"))
        try write(Self.dump, to: dump)
        // An input of nothing stands for the true index, whose pages must all be found.
        if data.isEmpty {
            _ = try waiting { try await DumpIndexer(dump).make(taskCount: 1) }
            let found = try pages(of: try IndexedDump(dump))
            try require(found == [10, 20, 30, 40, 50, 60], "the true index finds only \(found)")
            return
        }
        try write(data, to: path)
        _ = try? DumpIndex(path).checkAll()
        try write(mended(data, for: try DumpFingerprint(of: RandomAccessFile(dump))), to: path)
        do throws(BzError) { try look(into: try IndexedDump(dump)) } catch { return }
    }

    private static func look(into dump: IndexedDump) throws(BzError) {
        try? dump.index.checkAll()
        _ = try? dump.index.lastPageID()
        _ = try? dump.index.neighbours(of: 35)
        _ = try? dump.page(title: "Page & 3")
        for offset in [0, 1, 500, 2000, dump.index.uncompressedSize &- 1] {
            _ = try? dump.page(around: offset)
            _ = try? dump.read(at: offset, count: 3000)
        }
        for id in [100, 300, 600] as [Int64] { _ = try? waiting { try await dump.revision(id: id) } }
        _ = try? pages(of: dump)
    }

    /// Reads some pages that the index names, as the dump holds them.
    private static func pages(of dump: IndexedDump) throws -> [Int64] {
        var found: [Int64] = []
        for number in 0..<min(8, dump.index.pageCount) {
            let id = try dump.index.pages[number].key
            guard let page = try? dump.page(id: id) else { continue }
            var bytes: [UInt8] = []
            do throws(BzError) { try dump.read(page) { bytes += $0 } } catch { continue }
            let own = bytes.starts(with: "<page>".utf8) && bytes.firstRange(of: Array("<id>\(id)</id>".utf8)) != nil
            if !own || text.firstRange(of: bytes) == nil { throw Violation(description: "another page \(id)") }
            found.append(id)
        }
        return found
    }

    /// The index with right checksums, and the fingerprint of the dump.
    private static func mended(_ data: [UInt8], for dump: DumpFingerprint) -> [UInt8] {
        let trailer = data.count - IndexFormat.trailerSize
        guard trailer >= IndexFormat.headerSize else { return data }
        var bytes = data
        func put(_ number: some FixedWidthInteger, at offset: Int) {
            var encoded: [UInt8] = []
            encoded.append(littleEndian: number)
            bytes.replaceSubrange(offset..<offset + encoded.count, with: encoded)
        }
        func sum(_ range: Range<Int>) -> UInt32 { BzCRC.of(Array(bytes[range])) }
        bytes.replaceSubrange(0..<IndexFormat.headerSize, with: IndexFormat.header)
        for (table, record) in [IndexedBlock.size, IndexPlace.size, IndexPlace.size].enumerated() {
            let start = trailer + table * IndexTablePlace.size
            let place = IndexTablePlace(bytes, at: start)
            guard let records = Int(exactly: place.recordCount), let offset = Int(exactly: place.offset),
                let directory = Int(exactly: place.directoryOffset), (0...trailer / record).contains(records),
                (0...trailer - records * record).contains(offset)
            else { continue }
            let chunk = IndexFormat.chunkSize / record
            let chunks = (records + chunk - 1) / chunk
            guard (0...max(0, trailer - chunks * IndexFormat.entrySize)).contains(directory) else { continue }
            for number in 0..<chunks {
                let first = offset + number * chunk * record
                put(
                    sum(first..<first + min(chunk, records - number * chunk) * record),
                    at: directory + number * IndexFormat.entrySize + 8)
            }
            put(sum(directory..<directory + chunks * IndexFormat.entrySize), at: start + IndexTablePlace.size - 4)
        }
        var fingerprint: [UInt8] = []
        dump.encode(to: &fingerprint)
        let place = trailer + 3 * IndexTablePlace.size
        bytes.replaceSubrange(place..<place + DumpFingerprint.size, with: fingerprint)
        put(Int64(bytes.count), at: place + DumpFingerprint.size + 24)
        let end = bytes.count - 12
        put(IndexFormat.version, at: end - 4)
        put(sum(trailer..<end), at: end)
        bytes.replaceSubrange(end + 4..<bytes.count, with: IndexFormat.endMagic)
        return bytes
    }

    private static func temporaryFolder() throws -> FilePath {
        let parent = FilePath(ProcessEnvironment.value("TMPDIR") ?? "/tmp")
        let folder = parent.appending("hostile-\(FileSystem.real.surroundings.newMark())")
        try FileSystem.real.makeDirectory(folder)
        return folder
    }

    private static func write(_ bytes: [UInt8], to path: FilePath) throws {
        let file = try FileSystem.real.calls.open(path, .create(0o600))
        try file.write(bytes)
        try file.close()
    }
}

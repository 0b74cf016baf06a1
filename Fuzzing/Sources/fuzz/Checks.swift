import Dispatch
import MWBzUtils
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What must hold for any data. The first byte chooses the check, the others are the data.
enum Checks {
    static func run(_ input: [UInt8]) {
        guard let kind = input.first else { return }
        let data = Array(input.dropFirst())
        switch kind {
        case 253: return readObject(data)
        case 254: return readItems(data)
        default: break
        }
        switch kind % 6 {
        case 0: decodeBlock(data)
        case 1: readFile(data)
        case 2: scanMarks(data)
        case 3: encode(data)
        case 4: readPages(data)
        default: cutRuns(data)
        }
    }

    private static func require(_ condition: Bool, _ what: @autoclosure () -> String) {
        if !condition { fatalError(what()) }
    }

    /// Both decoders agree on the block that begins behind the header.
    private static func decodeBlock(_ data: [UInt8]) {
        let ours = Result { () throws(BzError) in try BzFastDecoder().decode(data, at: 32, level: 1) }
        let theirs = Result { () throws(BzError) in try BzLibraryDecoder().decode(data, at: 32, level: 1) }
        switch (ours, theirs) {
        case (.success(let our), .success(let their)):
            require(our.content() == their.content() && our.bitCount == their.bitCount, "the contents differ")
        case (.failure(let our), .failure(let their)):
            require(our.code == their.code, "\(our) is not \(their)")
        // libbz2 cannot tell where a block ends that no magic follows.
        case (.success, .failure): break
        case (.failure(let our), .success): fatalError("only libbz2 decodes it: \(our)")
        }
    }

    /// The reader gives what libbz2 gives, and no more before an error than is right.
    private static func readFile(_ data: [UInt8]) {
        var decoder = BzDecoder(MemoryBytes(data))
        var theirs: [UInt8] = []
        var theirError: BzError?
        do {
            while let chunk = try decoder.next(), theirs.count < 50_000_000 { theirs += chunk }
        } catch { theirError = error }
        if theirs.count >= 50_000_000 { return }
        let result = wait {
            var ours: [UInt8] = []
            do {
                _ = try await BzBlockReader(MemoryBytes(data), named: "input", taskCount: 2).read { ours += $0.bytes }
                return (ours, nil)
            } catch { return (ours, error as? BzError) }
        }
        if theirError == nil {
            require(result.1 == nil, "only libbz2 reads it: \(result.1.map { "\($0)" } ?? "")")
            require(result.0 == theirs, "the contents differ")
        } else {
            require(result.1 != nil, "libbz2 says \(theirError.map { "\($0)" } ?? ""), the reader nothing")
            require(provenText(data).starts(with: result.0), "the reader gave something else before its error")
        }
    }

    /// The text of all blocks, from the first, that stand where a block must stand and whose checksums hold.
    ///
    /// libbz2 as a stream tells less: it keeps back what it has decoded when it meets an error.
    private static func provenText(_ data: [UInt8]) -> [UInt8] {
        func word(_ bit: Int, _ count: Int) -> UInt64? {
            guard bit >= 0, bit + count <= data.count * 8 else { return nil }
            return (bit..<bit + count).reduce(0) { $0 << 1 | UInt64(data[$1 / 8] >> UInt8(7 - $1 % 8) & 1) }
        }
        var text: [UInt8] = []
        var bit = 0
        // "BZh" and a digit begin a stream.
        while let header = word(bit, 32), header >> 8 == 0x425A68, (0x31...0x39).contains(header & 0xFF) {
            bit += 32
            while word(bit, 48) == 0x3141_5926_5359 {
                let level = Int(header & 0xFF) - 0x30
                guard let block = try? BzFastDecoder().decode(data, at: bit, level: level) else { return text }
                text += block.content()
                bit += block.bitCount
            }
            guard word(bit, 48) == 0x1772_4538_5090 else { return text }
            bit = (bit + 80 + 7) / 8 * 8
        }
        return text
    }

    private static func wait(
        _ body: @escaping @Sendable () async -> ([UInt8], BzError?)
    ) -> ([UInt8], BzError?) {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<([UInt8], BzError?)>(([], nil))
        let box = Box(result: result)
        Task {
            let value = await body()
            box.result.withLock { $0 = value }
            done.signal()
        }
        done.wait()
        return box.result.withLock { $0 }
    }

    private final class Box: Sendable {
        let result: Mutex<([UInt8], BzError?)>
        init(result: consuming sending Mutex<([UInt8], BzError?)>) { self.result = result }
    }

    /// The scanner finds what a look at every bit finds, however the data is cut.
    private static func scanMarks(_ data: [UInt8]) {
        guard data.count < 5000 else { return }
        var expected: [BzMagic] = []
        var word: UInt64 = 0
        for bit in 0..<data.count * 8 {
            word = word << 1 & 0xFFFF_FFFF_FFFF | UInt64(data[bit / 8] >> UInt8(7 - bit % 8) & 1)
            guard bit >= 47 else { continue }
            if word == 0x3141_5926_5359 { expected.append(BzMagic(.block, at: Int64(bit - 47))) }
            if word == 0x1772_4538_5090 { expected.append(BzMagic(.footer, at: Int64(bit - 47))) }
        }
        var scanner = BzMagicScanner()
        var found: [BzMagic] = []
        let size = 1 + Int(data.first ?? 0)
        for start in stride(from: 0, to: data.count, by: size) {
            found += scanner.scan(Array(data[start..<min(start + size, data.count)]))
        }
        require(found + scanner.finish() == expected, "other magic numbers")
    }

    /// libbz2 reads what our encoder writes.
    private static func encode(_ data: [UInt8]) {
        guard let first = data.first else { return }
        // Few letters and repetition make more of a little data than it is.
        let letters = data.map { $0 & (first | 3) }
        let bytes = first % 4 == 0 ? Array((0..<Int(first) + 1).map { _ in letters }.joined()) : letters
        do {
            var decoder = BzDecoder(MemoryBytes(try BzStream.compress(bytes, level: 1)))
            require(try decoder.readAll() == bytes, "the encoder changed the data")
        } catch { fatalError("libbz2 does not read what the encoder wrote: \(error)") }
    }

    /// Pages are found alike however the text is cut, and no text is lost.
    private static func readPages(_ data: [UInt8]) {
        var scanner = PageScanner()
        let whole = scanner.scan(data)
        var other = PageScanner()
        require(data.reduce(into: []) { $0 += other.scan([$1]) } == whole, "other pages, byte by byte")
        var cutter = MultistreamCutter(pagesPerStream: 2)
        var pieces: [MultistreamCutter.Piece] = []
        do {
            for byte in data { pieces += try cutter.append([byte]) }
            pieces += try cutter.finish()
        } catch { return }
        require(pieces.reduce(into: []) { $0 += $1.bytes } == data, "text was lost")
    }

    /// A stored object is read or refused, and takes no more memory than it may.
    private static func readObject(_ data: [UInt8]) {
        guard let object = try? TextObject(serialized: data[...], allowsDouble: true), case .blob(let blob) = object
        else { return }
        require(blob.byteCount <= RawDeflate.limit * 2, "a blob is too big")
        _ = (blob.text, blob.item("0"))
    }

    /// The same of what lies compressed inside of objects.
    private static func readItems(_ data: [UInt8]) {
        guard let count = UInt16(exactly: data.count) else { return }
        // A block of deflate that is only stored.
        let packed = [1] + [count, ~count].flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } + data
        func property(_ name: String) -> PHPValue {
            name == "mCompressed" ? .string(packed[...]) : name == "mItems" ? .string(packed[...]) : .null
        }
        let blobs: [(any HistoryBlob)?] = [try? DiffBlob(property), try? ConcatenatedBlob(property)]
        for blob in blobs { require((blob?.byteCount ?? 0) <= RawDeflate.limit * 2, "a blob is too big") }
    }

    /// Runs are cut into blocks that fit.
    private static func cutRuns(_ data: [UInt8]) {
        var bytes: [UInt8] = []
        for pair in stride(from: 0, to: data.count - 1, by: 2) {
            bytes += repeatElement(data[pair] & 3, count: Int(data[pair + 1]))
        }
        var cutter = BzBlockCutter(level: 1)
        var pieces = cutter.append(bytes)
        if let last = cutter.flush() { pieces.append(last) }
        require(pieces.reduce([], +) == bytes, "bytes were lost")
        for piece in pieces {
            guard let blocks = try? BzBlock.encode(piece, level: 1) else { fatalError("not encoded") }
            require(blocks.count == 1, "a piece does not fit a block")
        }
    }
}

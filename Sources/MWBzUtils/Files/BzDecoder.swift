/// Decodes bzip2 data from front to back in bounded memory, one stream after the other.
///
/// Any number of streams may follow each other, including empty ones. The data ends where a complete stream is followed
/// by bytes that begin no other stream: see ``trailingOffset``. libbz2 verifies a block only at its end. So after an
/// error, the last block that ``next()`` returned may be wrong.
public struct BzDecoder<Source: ByteStream & ~Copyable>: ByteStream, ~Copyable {
    private var parts: PartsDecoder<Source, BzStreamDecoder>

    /// Makes a decoder.
    /// - Parameter source: The compressed bytes.
    public init(_ source: consuming Source) { parts = PartsDecoder(source) }

    /// The number of complete streams so far.
    public var streamCount: Int { parts.count }

    /// The offset of the first byte that belongs to no stream; nil if there is none. It is known once ``next()`` has
    /// returned nil.
    public var trailingOffset: Int64? { parts.trailingOffset }

    /// The next decoded bytes, at most 64 KiB; nil at the end.
    ///
    /// - Throws: ``BzError`` with code `wrongFormat` if the data does not begin with a stream, `truncated` if it ends
    ///   inside one, `damaged` if a checksum or a rule of the format is violated, or an error of the source.
    public mutating func next() throws(BzError) -> [UInt8]? { try parts.next() }
}

/// Decodes parts that follow each other in one source, in bounded memory.
struct PartsDecoder<Source: ByteStream & ~Copyable, Part: PartDecoder>: ~Copyable {
    /// Bytes returned at a time. 64 KiB is faster than 1 MiB, which does not fit into the cache.
    private static var chunkSize: Int { 1 << 16 }
    private var source: Source
    private var input = InputWindow()
    private var part: Part?
    private var isFinished = false
    private(set) var count = 0
    private(set) var trailingOffset: Int64?

    init(_ source: consuming Source) { self.source = source }

    mutating func next() throws(BzError) -> [UInt8]? {
        while !isFinished {
            guard let part else {
                isFinished = try !begin()
                continue
            }
            if input.isEmpty { try fill() }
            let step = try unsafe input.consume { bytes throws(BzError) in
                try unsafe part.decode(bytes, atMost: Self.chunkSize)
            }
            switch step.outcome {
            case .ended:
                count += 1
                self.part = nil
            case .goesOn:
                // Without this, libbz2 would ask for more forever at the end of truncated data.
                if step.output.isEmpty, input.isEmpty, input.isAtEnd { throw error(.truncated, "ends inside a") }
            case .damaged:
                throw error(.damaged, "is damaged in a")
            }
            if !step.output.isEmpty { return step.output }
        }
        return nil
    }

    /// Begins the next part, if there is one.
    private mutating func begin() throws(BzError) -> Bool {
        while input.count < Part.magicSize, !input.isAtEnd { try fill() }
        let bytes = input.prefix(Part.magicSize)
        if bytes.isEmpty, count > 0 { return false }
        switch Part.beginning(bytes) {
        case .part:
            part = try Part()
            return true
        case .cutShort where !bytes.isEmpty:
            throw error(.truncated, "ends at the start of a")
        case .cutShort, .somethingElse:
            guard count > 0 else {
                throw BzError(
                    .wrongFormat, "not \(Part.formatName) data", remedy: "check the file and its name", bitOffset: 0)
            }
            trailingOffset = input.offset
            return false
        }
    }

    private mutating func fill() throws(BzError) { input.append(try source.next()) }

    private func error(_ code: BzError.Code, _ what: String) -> BzError {
        BzError(
            code, "the \(Part.formatName) data \(what) \(Part.partName)", remedy: "fetch or write the file again",
            bitOffset: input.offset * 8)
    }
}

/// The compressed bytes that a decoder has received but not used yet, and their offset in the data.
struct InputWindow: Sendable {
    private var bytes: [UInt8] = []
    private var start = 0
    /// Bytes used so far.
    private(set) var offset: Int64 = 0
    /// Whether the source has no more.
    private(set) var isAtEnd = false

    var count: Int { bytes.count - start }
    var isEmpty: Bool { count == 0 }

    /// Adds what a source returned; nil at its end.
    mutating func append(_ chunk: [UInt8]?) {
        guard let chunk else {
            isAtEnd = true
            return
        }
        if isEmpty {
            bytes = chunk
        } else {
            bytes = bytes[start...] + chunk
        }
        start = 0
    }

    /// The first bytes, at most `limit`.
    func prefix(_ limit: Int) -> [UInt8] { Array(bytes[start...].prefix(limit)) }

    /// Lets `body` look at the bytes and drops those it says it used.
    mutating func consume<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(BzError) -> (used: Int, result: Result)
    ) throws(BzError) -> Result {
        let (used, result) = try unsafe bytes.withUnsafeBufferPointer { buffer throws(BzError) in
            try unsafe body(UnsafeBufferPointer(rebasing: buffer[start...]))
        }
        start += used
        offset += Int64(used)
        return result
    }
}

/// Decodes parts that follow each other in one source, in bounded memory.
struct PartsDecoder<Source: ByteStream & ~Copyable, Part: PartDecoder>: ~Copyable {
    /// Bytes given out at a time. 64 KiB is faster than 1 MiB, which leaves the cache.
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
                // Without this, libbz2 would say "go on" for ever at the end of truncated data.
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

/// Reads a bzip2 file from front to back, many blocks at once, and continues after damage.
struct BlockWalk: Sendable {
    enum Step: Sendable {
        case streamBegin(level: Int)
        case block(WalkedBlock)
        case streamEnd(BzStreamEnd)
        case damage(Damage)
        /// This many bytes after the last stream belong to no stream.
        case trailing(Int64)
    }

    /// A section that could not be read.
    struct Damage: Sendable {
        /// What is wrong at its start.
        let error: BzError
        /// Where it begins, in bits.
        let bitOffset: Int64
        /// Where the next sound block begins; nil if there is none.
        let resumeOffset: Int64?
        let stream: Int
        /// Blocks that were read before it.
        let block: Int

        /// Whether no block can be missing, because the section is shorter than the smallest block. Then it held only a
        /// header, or a footer and the header after it.
        var isSeamless: Bool {
            guard let resumeOffset else { return false }
            let headerBits = Int64(BzStream.headerSize * 8)
            return bitOffset % 8 == 0 && resumeOffset == bitOffset + headerBits
                || resumeOffset == (bitOffset + 80 + 7) / 8 * 8 + headerBits
        }
    }

    let file: RandomAccessFile
    let taskCount: Int

    /// Reads the file to its end.
    /// - Throws: ``BzError`` if the file cannot be read, with code `cancelled` if the task was cancelled, or what
    ///   `body` throws. Damage is a step and is not thrown.
    func run(_ body: (Step) throws(BzError) -> Void) async throws(BzError) -> BzFileSummary {
        let result: Result<BzFileSummary, BzError> = await withTaskGroup(of: Decoded.self) { group in
            var reader = Reader(file: file, taskCount: taskCount)
            do throws(BzError) {
                while let step = try await reader.next(&group) { try body(step) }
                return .success(reader.summary)
            } catch {
                group.cancelAll()
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// A block that was read on a walk.
struct WalkedBlock: Sendable {
    let decoded: BzDecodedBlock
    let bitOffset: Int64
    let level: Int
    /// The number of its stream in the file, from 0.
    let stream: Int
    /// How many intact blocks come before it in the file.
    let number: Int
    /// The offset of its content in the decoded data.
    let uncompressedOffset: Int64

    var endOffset: Int64 { bitOffset + Int64(decoded.bitCount) }
}

extension BlockWalk {
    /// The state of a walk.
    private struct Reader {
        private let file: RandomAccessFile
        private let limit: Int
        private let pool = DecoderPool<BzFastDecoder>()
        private var chain: StreamChain
        private var candidates: BlockCandidates
        private var ahead = ReadAhead()
        /// A block that was decoded in the search for the place to continue.
        private var found: (bitOffset: Int64, block: BzDecodedBlock)?
        private var isAtEnd = false

        init(file: RandomAccessFile, taskCount: Int) {
            self.file = file
            limit = 2 * max(1, taskCount)
            chain = StreamChain(file)
            candidates = BlockCandidates(file)
        }

        var summary: BzFileSummary { chain.summary }

        mutating func next(_ group: inout TaskGroup<Decoded>) async throws(BzError) -> Step? {
            if isAtEnd { return nil }
            if Task.isCancelled {
                throw BzError(.cancelled, "the reading was stopped", file: file.path, bitOffset: chain.bitOffset)
            }
            let place = chain.bitOffset
            do throws(BzError) {
                switch try chain.step() {
                case .begin(let level): return .streamBegin(level: level)
                case .footer(let end): return .streamEnd(end)
                case .block(let bitOffset, let level):
                    let block = try await block(at: bitOffset, level: level, &group)
                    let walked = WalkedBlock(
                        decoded: block, bitOffset: bitOffset, level: level, stream: chain.stream,
                        number: summary.blockCount, uncompressedOffset: summary.uncompressedSize)
                    chain.pass(block)
                    return .block(walked)
                case .end:
                    guard summary.trailingByteCount > 0 else {
                        isAtEnd = true
                        return nil
                    }
                    let rest = summary.trailingByteCount
                    let error = BzError(
                        .damaged, "the header of a stream is damaged", remedy: "fetch or write the file again",
                        file: file.path, bitOffset: place)
                    let damage = try await skip(from: place, error, &group)
                    return isAtEnd ? .trailing(rest) : .damage(damage)
                }
            } catch {
                guard error.isAboutData else { throw error }
                return .damage(try await skip(from: place, error, &group))
            }
        }

        private mutating func block(
            at bitOffset: Int64, level: Int, _ group: inout TaskGroup<Decoded>
        ) async throws(BzError) -> BzDecodedBlock {
            if let found, found.bitOffset == bitOffset {
                self.found = nil
                return found.block
            }
            ahead.drop(before: bitOffset)
            try fill(from: bitOffset, level: level, &group)
            while ahead.isWaiting(for: bitOffset), let decoded = await group.next() { ahead.accept(decoded) }
            if let block = ahead.take(bitOffset, level: level) { return block }
            // There is no early result if a magic number inside the block cut its bytes short, its level was not known yet,
            // or it is damaged.
            return try file.decodeBlock(at: bitOffset, level: level, with: BzFastDecoder())
        }

        private mutating func fill(
            from bitOffset: Int64, level: Int, _ group: inout TaskGroup<Decoded>
        ) throws(BzError) {
            while ahead.count < limit, let candidate = try candidates.next() {
                guard candidate.bitOffset >= bitOffset else { continue }
                ahead.begin(candidate.bitOffset)
                group.addTask { [pool] in
                    let block = try? pool.decode(candidate.bytes, at: Int(candidate.bitOffset % 8), level: level)
                    return Decoded(bitOffset: candidate.bitOffset, level: level, block: block)
                }
            }
        }

        /// Searches for the next intact block after a place.
        private mutating func skip(
            from place: Int64, _ error: BzError, _ group: inout TaskGroup<Decoded>
        ) async throws(BzError) -> Damage {
            let (stream, block) = (chain.stream, summary.blockCount)
            ahead.drop(before: place + 1)
            while true {
                try fill(from: place + 1, level: 9, &group)
                guard let candidate = ahead.first else { break }
                while ahead.isWaiting(for: candidate), let decoded = await group.next() { ahead.accept(decoded) }
                var sound = ahead.take(candidate, level: 9)
                if sound == nil {
                    do throws(BzError) {
                        sound = try file.decodeBlock(at: candidate, level: 9, with: BzFastDecoder())
                    } catch {
                        guard error.isAboutData else { throw error }
                    }
                }
                guard let sound else { continue }
                found = (candidate, sound)
                chain.skip(to: candidate, streamCount: try footers(from: place, to: candidate))
                return Damage(
                    error: error, bitOffset: place, resumeOffset: candidate, stream: stream, block: block)
            }
            isAtEnd = true
            return Damage(error: error, bitOffset: place, resumeOffset: nil, stream: stream, block: block)
        }

        /// How many streams seem to end in a section.
        private func footers(from start: Int64, to end: Int64) throws(BzError) -> Int {
            var count = 0
            var scanner = BzMagicScanner(startingAt: start / 8)
            var offset = start / 8
            while offset < end / 8 {
                let chunk = try file.read(at: offset, count: Int(min(1 << 20, end / 8 + 8 - offset)))
                if chunk.isEmpty { break }
                offset += Int64(chunk.count)
                count += scanner.scan(chunk).count { $0.kind == .footer && $0.bitOffset >= start && $0.bitOffset < end }
            }
            return count
        }
    }
}

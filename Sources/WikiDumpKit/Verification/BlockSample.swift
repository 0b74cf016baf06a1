import MWBzUtils
import SystemPackage

struct BlockSample {
    struct Outcome {
        /// The total size of the decoded blocks in the file.
        var provenBytes: Int64 = 0
        var problems: [FileVerdict.Problem] = []
        /// Whether time ran out before enough blocks were verified.
        var isCutShort = false
    }

    /// The largest possible distance in bytes from one block to the next.
    private static let reach = 1_200_000
    private let file: RandomAccessFile
    private let size: Int64

    init(_ path: FilePath, on fileSystem: FileSystem) throws(BzError) {
        file = try RandomAccessFile(path, on: fileSystem.calls)
        size = try file.size()
    }

    /// Decodes blocks until a given share of the file is verified.
    func prove(
        _ share: Double, _ random: inout SplitMixGenerator, width: Int, until deadline: ContinuousClock.Instant?
    ) async throws(BzError) -> Outcome {
        var outcome = Outcome()
        var seen: Set<Int64> = []
        let wanted = Int64(Double(size) * min(1, share))
        // A random place may hit a block that was chosen before. Many such misses in a row mean that few blocks are left.
        var misses = 0
        while outcome.provenBytes < wanted, misses < 50 {
            if let deadline, ContinuousClock.now >= deadline {
                outcome.isCutShort = true
                break
            }
            if Task.isCancelled { throw BzError(.cancelled, "the verification was stopped", file: file.path) }
            let places = (0..<max(1, width)).map { _ in Int64.random(in: 0..<max(1, size), using: &random) }
            let results = await withTaskGroup(of: Result<Proof, BzError>.self) { group in
                for place in places { group.addTask { Result { () throws(BzError) in try proof(at: place) } } }
                var results: [Result<Proof, BzError>] = []
                for await result in group { results.append(result) }
                return results
            }
            for result in results {
                let proof = try result.get()
                guard seen.insert(proof.bitOffset).inserted else {
                    misses += 1
                    continue
                }
                // In a file without blocks, every place is a problem and proves nothing.
                misses = proof.problem == nil ? 0 : misses + 1
                outcome.provenBytes += proof.byteCount
                if let problem = proof.problem { outcome.problems.append(problem) }
            }
        }
        outcome.problems.sort { ($0.offset ?? 0) < ($1.offset ?? 0) }
        return outcome
    }

    /// What is known about the block after a place.
    private struct Proof {
        /// The bit offset of the block, or of the place if no block follows.
        var bitOffset: Int64
        var byteCount: Int64 = 0
        var problem: FileVerdict.Problem?
    }

    private func proof(at place: Int64) throws(BzError) -> Proof {
        let bytes = try file.read(at: place, count: Self.reach)
        var scanner = BzMagicScanner(startingAt: place)
        let magics = scanner.scan(bytes) + scanner.finish()
        guard let magic = magics.first(where: { $0.kind == .block }) else {
            if place + Int64(bytes.count) >= size { return Proof(bitOffset: -1) }
            return Proof(
                bitOffset: place * 8,
                problem: FileVerdict.Problem("no block begins in the \(bytes.count) bytes that start", offset: place))
        }
        let start = magic.bitOffset / 8
        let block = try file.read(at: start, count: Self.reach)
        do {
            let decoded = try BzFastDecoder().decode(block, at: Int(magic.bitOffset % 8), level: 9)
            return Proof(bitOffset: magic.bitOffset, byteCount: Int64(decoded.bitCount / 8))
        } catch {
            return Proof(bitOffset: magic.bitOffset, problem: FileVerdict.Problem(error.message, offset: start))
        }
    }
}

/// Random numbers from a seed, so that a sample can be repeated.
struct SplitMixGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

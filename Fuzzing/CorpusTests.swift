import DumpSimulation
import Foundation
import Testing

/// Every input of the corpus again, as part of the ordinary tests: the seeds, and what the fuzzer has found.
@Suite struct CorpusTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    private static func inputs(_ target: HostileTarget) throws -> [(name: String, bytes: [UInt8])] {
        try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: "Corpus/\(target.name)"), includingPropertiesForKeys: nil
        ).map { ($0.lastPathComponent, Array(try Data(contentsOf: $0))) }
    }

    /// Checks on a thread of its own: a check may wait for a task, which needs one of the few threads of the tests.
    private static func fault(of target: HostileTarget, _ bytes: [UInt8]) async -> (any Error)? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                do {
                    try target.check(bytes)
                    continuation.resume(returning: nil)
                } catch {
                    continuation.resume(returning: error)
                }
            }
        }
    }

    @Test(arguments: HostileTarget.all) func corpusHolds(_ target: HostileTarget) async throws {
        let inputs = try Self.inputs(target)
        #expect(!inputs.isEmpty)
        for input in inputs {
            let fault = await Self.fault(of: target, input.bytes)
            #expect(fault == nil, "\(target.name)/\(input.name): \(fault.map { "\($0)" } ?? "")")
        }
    }

    private static let environment = ProcessInfo.processInfo.environment

    /// Without a fuzzer as well, inputs are bent at random. `HOSTILE_ROUNDS` says how many of each target, and
    /// `HOSTILE_TARGET` of which; the input that is tried then is kept in the temporary folder, in case that it ends the process.
    @Test(
        .timeLimit(.minutes(60)),
        arguments: HostileTarget.all.filter { $0.name == environment["HOSTILE_TARGET"] ?? $0.name })
    func bentInputsHold(_ target: HostileTarget) async throws {
        let inputs = try Self.inputs(target).map(\.bytes)
        let rounds = Self.environment["HOSTILE_ROUNDS"].flatMap { Int($0) }
        let seed = rounds == nil ? 1 : UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<(rounds ?? 100) {
            let bent = random.bent(inputs.randomElement(using: &random) ?? [], with: inputs)
            if rounds != nil {
                try Data(bent).write(to: URL(filePath: NSTemporaryDirectory() + "/hostile-input-\(target.name)"))
            }
            guard let fault = await Self.fault(of: target, bent) else { continue }
            Issue.record("\(target.name), seed \(seed): \(fault) \(Data(bent).base64EncodedString())")
            return
        }
    }

    /// A long input takes time in proportion. What takes the square of its length does not end in time.
    @Test(.timeLimit(.minutes(5)), arguments: HostileTarget.all.filter(\.repeats))
    func longInputsTakeTimeInProportion(_ target: HostileTarget) async throws {
        for input in try Self.inputs(target) where !input.name.hasPrefix("found-") && !input.bytes.isEmpty {
            let long = (0...(1 << 17) / input.bytes.count).flatMap { _ in input.bytes }
            let fault = await Self.fault(of: target, long)
            #expect(fault == nil, "\(target.name)/\(input.name), many times: \(fault.map { "\($0)" } ?? "")")
        }
    }

    @Test func everyFolderBelongsToATarget() throws {
        let names = Set(HostileTarget.all.map(\.name))
        func held(_ name: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: Self.folder.appending(path: name).path())
        }
        #expect(Set(try held("Corpus")) == names)
        #expect(Set(try held("Dictionaries").map { String($0.prefix { $0 != "." }) }).isSubset(of: names))
    }
}

extension SeededGenerator {
    /// An input with a few changes: bytes, numbers, cuts, and pieces of itself and of others in other places.
    fileprivate mutating func bent(_ input: [UInt8], with others: [[UInt8]]) -> [UInt8] {
        var bytes = input
        for _ in 0..<Int.random(in: 1...6, using: &self) {
            let place = Int.random(in: 0...bytes.count, using: &self)
            let end = min(bytes.count, place + Int.random(in: 0...40, using: &self))
            switch Int.random(in: 0..<7, using: &self) {
            case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &self)
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &self))
            case 4:
                let words = [
                    "9223372036854775807", "-1", "\n", "\r\n", "\u{301}", "../", "<", "\"", "'", "00000", "\0", " ",
                ]
                bytes.replaceSubrange(place..<place, with: Array((words.randomElement(using: &self) ?? "").utf8))
            case 5:
                let other = others.randomElement(using: &self) ?? []
                let start = Int.random(in: 0...other.count, using: &self)
                bytes.insert(contentsOf: other[start...].prefix(60), at: place)
            default: if Bool.random(using: &self) { bytes.removeSubrange(place...) }
            }
        }
        return Array(bytes.prefix(1 << 14))
    }
}

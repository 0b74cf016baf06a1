import MWBzUtils
import Testing

/// Files bent at random: whatever libbz2 makes of them, our decoder does too.
@Suite struct MutationTests {
    @Test("Bent blocks decode to the same or not at all", arguments: [UInt64](1...8))
    func blocks(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let content = TestData.mixture(count: 2000, seed: seed)
        let sound = try BzStream.compress(content, level: 1)
        let (fast, library) = (BzFastDecoder(), BzLibraryDecoder())
        for _ in 0..<60 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 4..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 2: bytes.remove(at: place)
                default: bytes.removeSubrange(max(20, place)...)
                }
            }
            let ours = Result { () throws(BzError) in try fast.decode(bytes, at: 32, level: 1) }
            let theirs = Result { () throws(BzError) in try library.decode(bytes, at: 32, level: 1) }
            switch (ours, theirs) {
            case (.success(let our), .success(let their)):
                #expect(our.content() == their.content() && our.bitCount == their.bitCount)
            case (.failure(let our), .failure(let their)): #expect(our.code == their.code)
            // libbz2 alone cannot tell where a block ends that no magic follows.
            case (.success(let our), .failure): #expect(our.content() == content)
            case (.failure(let our), .success): Issue.record("only libbz2 decodes it: \(our)")
            }
        }
    }

    @Test("Noise in the place of a block", arguments: [UInt64](1...4))
    func noise(seed: UInt64) {
        let decoder = BzFastDecoder()
        let magic: [UInt8] = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]
        for count in stride(from: 0, to: 400, by: 7) {
            let bytes = magic + TestData.noise(count: count, seed: seed &+ UInt64(count))
            #expect(throws: BzError.self) { try decoder.decode(bytes, at: 0, level: 9) }
        }
    }
}

import MWBzUtils
import Testing

@Suite struct MagicScannerTests {
    private static let patterns: [(kind: BzMagic.Kind, bits: UInt64)] = [
        (.block, 0x3141_5926_5359), (.footer, 0x1772_4538_5090),
    ]

    private func scan(_ bytes: [UInt8], chunk: Int) -> [BzMagic] {
        var scanner = BzMagicScanner()
        var magics: [BzMagic] = []
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            magics += scanner.scan(Array(bytes[start..<min(bytes.count, start + chunk)]))
        }
        return magics + scanner.finish()
    }

    @Test("A magic number is found at every bit offset, up to the last that fits", arguments: [1, 3, 64])
    func everyOffset(chunk: Int) {
        for (kind, bits) in Self.patterns {
            for offset in 0...80 {
                var data = [Bool](repeating: false, count: 128)
                data.replaceSubrange(offset..<offset + 48, with: Bits.of(bits, count: 48))
                #expect(scan(Bits.bytes(data), chunk: chunk) == [BzMagic(kind, at: Int64(offset))])
            }
        }
    }

    @Test("Nothing is found that is not there, nor behind the end")
    func nothing() {
        for (_, bits) in Self.patterns {
            for missing in 1...8 {
                let cut = Bits.bytes([true] + Bits.of(bits, count: 48).dropLast(missing))
                #expect(scan(cut, chunk: 5).allSatisfy { $0.bitOffset + 48 <= Int64(cut.count * 8) })
            }
            for bit in 0..<48 {
                #expect(scan(Bits.bytes(Bits.of(bits ^ 1 << UInt64(bit), count: 48)), chunk: 100).isEmpty)
            }
        }
        #expect(scan([], chunk: 1).isEmpty)
    }

    @Test(
        "The same magic numbers as a look at every bit, in noise with magic numbers planted", arguments: [UInt64](1...6)
    )
    func againstEveryBit(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var data = Bits.of(TestData.noise(count: 3000, seed: seed))
        for _ in 0..<40 {
            let place = Int.random(in: 0..<data.count - 48, using: &generator)
            let bits = Self.patterns[Int.random(in: 0..<2, using: &generator)].bits
            data.replaceSubrange(place..<place + 48, with: Bits.of(bits, count: 48))
        }
        var expected: [BzMagic] = []
        var window: UInt64 = 0
        for (index, bit) in data.enumerated() {
            window = (window << 1 | (bit ? 1 : 0)) & 0xFFFF_FFFF_FFFF
            for (kind, bits) in Self.patterns where window == bits && index >= 47 {
                expected.append(BzMagic(kind, at: Int64(index - 47)))
            }
        }
        #expect(expected.count > 20)
        for chunk in [1, 2, 13, 1000, 10_000] { #expect(scan(Bits.bytes(data), chunk: chunk) == expected) }
    }
}

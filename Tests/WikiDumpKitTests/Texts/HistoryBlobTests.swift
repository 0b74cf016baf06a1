import Foundation
import Testing

@testable import WikiDumpKit

/// Objects that MediaWiki's own classes wrote: `Scripts/fixtures/historyblobs.php`.
struct PHPObject: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let object: Data
    let text: Data?
    let items: [String: Data]

    var testDescription: String { name }
    var bytes: ArraySlice<UInt8> { ArraySlice(object) }

    static let all: [PHPObject] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try? Data(contentsOf: root.appending(path: "Fixtures/historyblobs.json"))
        return data.flatMap { try? JSONDecoder().decode([PHPObject].self, from: $0) } ?? []
    }()
}

@Suite struct HistoryBlobTests {
    @Test func theFixtureIsThere() { #expect(PHPObject.all.count == 7) }

    @Test(arguments: PHPObject.all)
    func readsWhatPHPWrote(object: PHPObject) throws {
        guard case .blob(let blob) = try TextObject(serialized: object.bytes, allowsDouble: true) else {
            Issue.record("no blob")
            return
        }
        #expect(blob.text.map { Data($0) } == object.text)
        for (key, item) in object.items { #expect(blob.item(key).map { Data($0) } == item, "\(key)") }
        #expect(blob.item("nothing") == nil)
        if object.name != "twice" { return }
        #expect(throws: TextFault.badObject("it is not an object")) { try TextObject(serialized: object.bytes) }
    }

    /// Properties of stubs were public once, and are protected today.
    @Test(arguments: [
        #"O:15:"HistoryBlobStub":3:{s:6:"mOldId";i:12;s:5:"mHash";s:2:"ab";s:4:"mRef";i:5;}"#,
        "O:15:\"historyblobstub\":2:{s:9:\"\0*\0mOldId\";s:2:\"12\";s:8:\"\0*\0mHash\";s:2:\"ab\";}",
    ])
    func stubs(text: String) throws {
        guard case .stub(let stub) = try TextObject(serialized: Array(text.utf8)[...]) else {
            Issue.record("no stub")
            return
        }
        #expect(stub.row == 12 && stub.key == "ab")
    }

    @Test func stubOfCur() throws {
        let text = #"O:18:"historyblobcurstub":1:{s:6:"mCurId";i:77;}"#
        guard case .current(let row) = try TextObject(serialized: Array(text.utf8)[...]) else {
            Issue.record("no stub")
            return
        }
        #expect(row == 77)
    }

    @Test(arguments: [
        "", "N;", "i:5;", "b:2;", "a:0:{}", #"s:5:"ab";"#, #"O:8:"stdClass":0:{}"#, #"O:15:"historyblobstub":0:{}"#,
        #"O:15:"historyblobstub":1:{s:6:"mOldId";i:1;}"#, #"O:15:"historyblobstub":99999999:{}"#, "O:-1:\"a\":0:{}",
        #"O:27:"concatenatedgziphistoryblob":1:{s:6:"mItems";i:5;}"#, #"O:15:"diffhistoryblob":0:{}"#,
        #"C:27:"concatenatedgziphistoryblob":0:{}"#, "R:1;", "d:0.5;", #"O:18:"historyblobcurstub":0:{}"#,
        #"O:15:"historyblobstub":1:{s:1:"x";a:1:{i:0;a:1:{i:0;a:1:{i:0;a:1:{i:0;N;}}}}}"#,
        #"O:27:"concatenatedgziphistoryblob":2:{s:11:"mCompressed";b:1;s:6:"mItems";s:2:"xx";}"#,
    ])
    func refusesAnythingElse(text: String) {
        #expect(throws: TextFault.self) { try TextObject(serialized: Array(text.utf8)[...]) }
    }

    @Test func tellsTheClass() {
        let text = #"O:8:"stdClass":0:{}"#
        #expect(throws: TextFault.otherClass("stdclass")) { try TextObject(serialized: Array(text.utf8)[...]) }
    }

    /// Whatever is changed, it is read or refused, and takes no more memory than the bytes could hold.
    @Test func endsWithDamagedObjects() {
        let seed = UInt64.random(in: 0 ... .max)
        print("HistoryBlobTests seed \(seed)")
        var random = Random(state: seed)
        for object in PHPObject.all {
            let bytes = Array(object.bytes)
            for _ in 0..<300 {
                var changed = bytes
                for _ in 0...Int.random(in: 0..<4, using: &random) {
                    let place = Int.random(in: 0..<min(changed.count, 200), using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: changed[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: changed.remove(at: place)
                    default: changed.insert(UInt8.random(in: 48...58, using: &random), at: place)
                    }
                }
                guard case .blob(let blob) = try? TextObject(serialized: changed[...], allowsDouble: true) else {
                    continue
                }
                _ = blob.text
                #expect(blob.byteCount < 1 << 20, "seed \(seed)")
            }
        }
    }

    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
            return word ^ word >> 31
        }
    }
}

@Suite struct BinaryPatchTests {
    private let base = Array("The harbour".utf8)

    private func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
    private var head: [UInt8] { number(BinaryPatch.checksum(of: base)) + number(base.count) }

    @Test func copiesAndInserts() {
        let patch =
            head + [2] + number(4) + number(7) + [1, 2] + Array("! ".utf8) + [3] + number(3) + Array("new".utf8)
        #expect(BinaryPatch.apply(patch[...], to: base, limit: 100) == Array("harbour! new".utf8))
        #expect(BinaryPatch.apply(head[...], to: base, limit: 100) == [])
        #expect(BinaryPatch.apply(patch[...], to: base, limit: 11) == nil)
    }

    @Test func refusesWhatDoesNotFit() {
        let other = number(BinaryPatch.checksum(of: base) ^ 1) + number(base.count)
        for patch in [
            [], other, number(BinaryPatch.checksum(of: base)) + number(5), head + [9], head + [1], head + [1, 3, 65],
            head + [2] + number(4), head + [2] + number(5) + number(7), head + [2] + number(-1) + number(1),
            head + [3] + number(1 << 31),
        ] { #expect(BinaryPatch.apply(patch[...], to: base, limit: 1000) == nil, "\(patch)") }
    }

    /// The sum that MediaWiki's own `xdiffAdler32` gives.
    @Test func checksum() {
        #expect(BinaryPatch.checksum(of: []) == 0)
        #expect(BinaryPatch.checksum(of: Array("Wikipedia".utf8)) == 0x11DD_0397)
        #expect(BinaryPatch.checksum(of: [UInt8](repeating: 255, count: 100_000)) == 0x8DDC_302B)
    }
}

import Testing

@testable import WikiDumpKit

@Suite struct ExportDetailsTests {
    /// Results of MediaWiki's `IPUtils::isValid`.
    @Test(arguments: [
        ("1.2.3.4", true), ("255.255.255.255", true), ("256.1.1.1", false), ("01.02.003.000", true), ("1.2.3", false),
        ("1.2.3.4.5", false), ("1.2.3.4\n", true), ("1.2.3.4 ", false), ("1..2.3", false), ("1.2.3.0001", false),
        ("::", true), ("::1", true), ("1::", true), ("1::2", true), ("1:2:3:4:5:6:7:8", true), (":1", false),
        ("1:2:3:4:5:6:7::", true), ("::2:3:4:5:6:7:8", true), ("1::3:4:5:6:7:8", true), ("1:2:3:4:5:6:7", false),
        ("::1:2:3:4:5:6:7:8", false), ("1:2::3:4:5:6:7:8", false), ("1::2::3", false), ("1:", false), (":::", false),
        ("12345::", false), ("::g", false), ("2001:DB8:0:0:0:0:0:1", true), ("2001:db8::1/64", false), ("", false),
        ("::1.2.3.4", false), (":", false), ("1:2:3:4:5:6:7:8:", false), ("1:::2", false),
    ])
    func addresses(text: String, isAddress: Bool) {
        #expect(InternetAddress.isValid(Array(text.utf8)) == isAddress)
    }

    /// Results of PHP's `DateTime`.
    @Test(arguments: [
        ("20240229235959", "2024-02-29T23:59:59Z"), ("20240230000000", "2024-03-01T00:00:00Z"),
        ("20241301000000", "2025-01-01T00:00:00Z"), ("20240100000000", "2023-12-31T00:00:00Z"),
        ("20240001000000", "2023-12-01T00:00:00Z"), ("20240101250000", "2024-01-02T01:00:00Z"),
        ("20240101235961", "2024-01-02T00:00:01Z"), ("00010101000000", "0001-01-01T00:00:00Z"),
        ("20230229121212", "2023-03-01T12:12:12Z"), ("20240101239900", "2024-01-02T00:39:00Z"),
        ("20240431000000", "2024-05-01T00:00:00Z"),
    ])
    func timestamps(stored: String, written: String) {
        var buffer = XMLBuffer()
        buffer.timestamp(ShortBytes(stored.utf8))
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == written)
    }

    @Test(arguments: [0, 7, 10, 99, 100, 1_234_567_890, -1, -10, .max, .min, 999_999_999_999_999_999] as [Int64])
    func numbers(value: Int64) {
        var buffer = XMLBuffer()
        buffer.number(value)
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == String(value))
    }

    @Test func sums() {
        #expect(ContentSum.sum(of: []) == "phoiac9h4m842xq45sp7s6u21eteeq1")
        let main = ExportFixtures.slot(text: [], sha1: "")
        var revision = ExportFixtures.revision(text: [])
        revision.sha1 = ""
        revision.main = main
        #expect(ContentSum.sum(of: revision) == "phoiac9h4m842xq45sp7s6u21eteeq1")
        revision.otherSlots = [ExportFixtures.slot(role: "aux", text: [], sha1: "abc")]
        #expect(ContentSum.sum(of: revision) == ContentSum.sum(of: Array("abcphoiac9h4m842xq45sp7s6u21eteeq1".utf8)))
        revision.main.text = nil
        #expect(ContentSum.sum(of: revision).isEmpty)
    }

    @Test func rawTextThatIsNotUTF8Vanishes() {
        var buffer = XMLBuffer()
        let element = XMLElement("<a>", "</a>", empty: "<a />")
        ElementWriter(style: .stub).raw(element, [0x61, 0xFF] as [UInt8], &buffer)
        ElementWriter(style: .pages).raw(element, [0x61, 0xFF] as [UInt8], &buffer)
        ElementWriter(style: .pages).raw(element, Array("é\"\u{1}\u{FFFE}".utf8), &buffer)
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == "<a></a><a /><a>é&quot;\u{FFFD}\u{FFFD}</a>")
    }
}

import Testing

@testable import WikiDumpKit

@Suite struct TextAddressTests {
    /// What `XmlDumpWriter` of 1.39 and of 1.43 writes as the `id` beside an address.
    @Test(
        arguments: [
            ("tt:145", .number(145), .text("145")), ("TT:7", .number(7), .text("7")),
            ("tt:0", .number(0), .text("0")), ("tt:012", .number(0), .text("012")),
            ("tt:x", .number(0), .text("x")), ("tt:12?flags=a", .number(12), .text("12")),
            ("tt:-5", .number(-5), .text("-5")), ("tt:99999999999999999999", .number(0), .text("99999999999999999999")),
            ("tt:5\n", .number(5), .text("5")), ("", .number(0), .none), ("tt:", .number(0), .none),
            ("tt:1 2", .number(0), .none), ("t t:5", .number(0), .none), ("12", .number(0), .none),
            ("es:5", .none, .text("35")), ("bad:T1", .none, .none), ("DB://cluster1/5", .none, .none),
            (
                "es:DB://cluster1/12/ab?flags=utf-8,gzip", .none,
                .text("44423a2f2f636c7573746572312f31322f6162")
            ),
        ] as [(String, TextAddress.StubID, TextAddress.StubID)])
    func stubIDs(address: String, old: TextAddress.StubID, new: TextAddress.StubID) {
        #expect(TextAddress.stubID(address, style: .numbersOnly) == old)
        #expect(TextAddress.stubID(address, style: .anyAddress) == new)
    }

    @Test(arguments: [
        ("MediaWiki 1.39.17", StubIDStyle.numbersOnly), ("MediaWiki 1.41.0-wmf.1", .numbersOnly),
        ("MediaWiki 1.43.9", .anyAddress), ("MediaWiki 1.47.0-alpha", .anyAddress), ("MediaWiki 2.0", .anyAddress),
        ("", .anyAddress),
    ])
    func theVersionDecides(generator: String, style: StubIDStyle) {
        #expect(StubIDStyle(generator: generator) == style)
    }

    @Test func rows() {
        #expect(TextAddress("tt:145")?.row == 145)
        #expect(TextAddress("Tt:9223372036854775807")?.row == .max)
        for address in ["tt:0", "tt:-5", "tt:0x1", "tt:007", "tt:9223372036854775808", "es:5"] {
            #expect(TextAddress(address)?.row == nil, "\(address)")
        }
    }

    @Test func flagsOfAnAddress() {
        let flags = TextAddress("es:DB://c/5?x=1&flags=utf-8%2Cgzip")?.flags
        #expect(flags?.isUTF8 == true && flags?.isCompressed == true && flags?.unknown == nil)
        #expect(TextAddress("es:DB://c/5")?.flags == TextFlags())
        #expect(TextAddress("es:DB://c/5?flags=a+b")?.flags.unknown == "a b")
        #expect(TextAddress("es:DB://c/5?flags=object&flags=utf8")?.flags.isObject == false)
    }

    @Test func externalAddresses() throws {
        let plain = try ExternalAddress("DB://cluster1/12")
        #expect(plain.cluster == "cluster1" && plain.id == 12 && plain.item == nil)
        #expect(try ExternalAddress("db://c/1/ab12").item == "ab12")
        #expect(throws: TextFault.otherStore("http://host/5")) { try ExternalAddress("http://host/5") }
        for address in ["", "DB", "DB://", "DB://c", "DB://c/", "DB://c/-1", "DB://c/0x1", "DB:/c/1", "DB://c/1 "] {
            #expect(throws: TextFault.externalAddress(address), "\(address)") { try ExternalAddress(address) }
        }
    }
}

import Testing

@testable import WikiDumpKit

@Suite struct LegacyEncodingTests {
    private func decode(_ bytes: [UInt8], _ name: String) throws -> StoredText {
        try #require(LegacyEncoding(name)).decoded(bytes)
    }

    /// The results are those of PHP's `iconv( NAME, 'UTF-8//IGNORE', BYTES )`.
    @Test(
        arguments: [
            ("windows-1252", [0x61, 0xE9, 0x80], "aé€"), ("ISO-8859-1", [0x61, 0xE9, 0x80], "aé\u{80}"),
            ("windows-1251", [0xCF, 0xF0], "Пр"), ("EUC-JP", [0xA4, 0xA2], "あ"), ("utf-8", [0xC3, 0xA9], "é"),
            ("windows-1252", [], ""),
        ] as [(String, [UInt8], String)])
    func decodes(name: String, bytes: [UInt8], text: String) throws {
        let result = try decode(bytes, name)
        #expect(result.text == Array(text.utf8))
        #expect(result.fault == nil)
    }

    @Test(
        arguments: [
            ("windows-1252", [0x61, 0x81, 0x62, 0xE9], "abé"), ("windows-1252", [0x81], ""),
            ("windows-1252", [0x63, 0x81], "c"), ("utf-8", [0x61, 0xFF, 0x62], "ab"),
        ] as [(String, [UInt8], String)])
    func tellsBytesThatMeanNothing(name: String, bytes: [UInt8], text: String) throws {
        let result = try decode(bytes, name)
        #expect(result.text == Array(text.utf8))
        #expect(result.fault == .undecodable(encoding: name))
    }

    @Test func tellsATextThatIsCut() throws {
        let result = try decode([0x61, 0xC3], "utf-8")
        #expect(result.text == nil)
        #expect(result.fault == .endsEarly(encoding: "utf-8"))
    }

    /// Room for the result has to be made on the way; characters of three bytes lie across every bound.
    @Test func decodesLongTexts() throws {
        let result = try decode([UInt8](repeating: 0x80, count: 100_001), "windows-1252")
        #expect(result.text == Array(String(repeating: "€", count: 100_001).utf8))
        let cut = try decode([UInt8](repeating: 0x81, count: 70_000) + [0x80], "windows-1252")
        #expect(cut.text == Array("€".utf8))
    }

    @Test func knowsNoOtherNames() {
        for name in ["", "windows-9999", "UTF-8//TRANSLIT", "latin 1"] { #expect(LegacyEncoding(name) == nil) }
    }
}

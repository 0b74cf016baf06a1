import Testing

@testable import WikiDumpKit

@Suite struct TextFixesTests {
    private func mended(_ text: String, _ fixes: TextFixes) -> String {
        var buffer = XMLBuffer()
        ElementWriter(style: .stub, fixes: fixes).clean(Array(text.utf8), &buffer)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("\u{FB50}", "\u{0671}"), ("x\u{FEFC}<", "x\u{0644}\u{0627}&lt;"),
        ("\u{FB51}\u{FB51}", "\u{0671}\u{0671}"),
        (
            "\u{FDFA}",
            "\u{0635}\u{0644}\u{0649} \u{0627}\u{0644}\u{0644}\u{0647} \u{0639}\u{0644}\u{064A}\u{0647} "
                + "\u{0648}\u{0633}\u{0644}\u{0645}"
        ), ("\u{FD3E}", "\u{FD3E}"), ("", ""), ("سلام", "سلام"),
    ]) func arabicFormsBecomeLetters(text: String, result: String) {
        #expect(mended(text, .arabic) == result)
        #expect(mended(text, .malayalam).unicodeScalars.count == mended(text, []).unicodeScalars.count)
    }

    @Test(arguments: [
        ("\u{0D15}\u{0D4D}\u{200D}", "\u{0D7F}"), ("a\u{0D23}\u{0D4D}\u{200D}b", "a\u{0D7A}b"),
        ("\u{0D15}\u{0D4D}", "\u{0D15}\u{0D4D}"),
        ("\u{0D16}\u{0D4D}\u{200D}", "\u{0D16}\u{0D4D}\u{200D}"),
    ]) func malayalamChilluLettersBecomeOne(text: String, result: String) {
        #expect(mended(text, .malayalam) == result)
        #expect(mended(text, .all) == result)
        #expect(mended(text, .arabic) == text)
    }

    @Test func otherWikisAreLeftAlone() {
        #expect(mended("\u{FB50}\u{0D15}\u{0D4D}\u{200D}", []) == "\u{FB50}\u{0D15}\u{0D4D}\u{200D}")
    }
}

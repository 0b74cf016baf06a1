import Testing

@testable import WikiDumpKit

@Suite struct TextCleaningTests {
    private func cleaned(_ bytes: [UInt8], _ style: ExportStyle = .stub) -> String {
        var buffer = XMLBuffer()
        buffer.clean(bytes, TextScanner(form: TextForm(style)))
        return String(validating: buffer.bytes, as: UTF8.self) ?? "not UTF-8: \(buffer.bytes)"
    }

    /// Input and output as PHP with ICU 72 gave them.
    @Test(arguments: [
        ("plain text, and more of it\n\t", "plain text, and more of it\n\t"),
        ("<a href=\"x\">&'", "&lt;a href=\"x\"&gt;&amp;'"),
        (
            "\u{0}\u{1}\u{8}\u{B}\u{C}\u{E}\u{1F}\u{FFFE}\u{FFFF}",
            "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"
        ),
        ("\u{7F}\u{85}\u{A0}\u{2028}\u{FEFF}\r", "\u{7F}\u{85}\u{A0}\u{2028}\u{FEFF}\r"),
        ("e\u{301}", "\u{E9}"), ("<\u{338}>\u{338}=\u{338}&\u{338}", "\u{226E}\u{226F}\u{2260}&amp;\u{338}"),
        ("\u{301}e", "\u{301}e"), ("a\u{315}\u{300}\u{5AE}\u{300}b", "\u{E0}\u{5AE}\u{300}\u{315}b"),
        ("\u{EA}\u{323}", "\u{1EC7}"), ("\u{212B}\u{2126}\u{1F71}\u{F900}", "\u{C5}\u{3A9}\u{3AC}\u{8C48}"),
        ("\u{1100}\u{1161}\u{11A8}\u{AC00}\u{11C2}", "\u{AC01}\u{AC1B}"), ("\u{2FA1D}", "\u{2A600}"),
        ("\u{9C7}\u{9BE}\u{9BE}", "\u{9CB}\u{9BE}"), ("\u{1D15E}", "\u{1D157}\u{1D165}"),
        ("\u{0344}", "\u{308}\u{301}"), ("\u{105C9}\u{10FFFF}\u{1F600}", "\u{105C9}\u{10FFFF}\u{1F600}"),
        ("\u{1}\u{301}", "\u{FFFD}\u{301}"), ("\u{FFFF}\u{301}\u{323}", "\u{FFFD}\u{323}\u{301}"),
    ])
    func text(input: String, output: String) {
        #expect(Array(cleaned(Array(input.utf8)).unicodeScalars) == Array(output.unicodeScalars))
        // The same at every offset from the words that are read at once.
        for offset in 1...9 {
            let before = String(repeating: "x", count: offset)
            let result = cleaned(Array((before + "\n" + input).utf8))
            #expect(Array(result.unicodeScalars) == Array((before + "\n" + output).unicodeScalars))
        }
    }

    @Test(
        arguments: [
            ([0x80], "\u{FFFD}"), ([0xBF, 0xBF], "\u{FFFD}\u{FFFD}"), ([0xC3], "\u{FFFD}"),
            ([0xC3, 0x41], "\u{FFFD}A"),
            ([0xE2, 0x82], "\u{FFFD}"), ([0xE2, 0x82, 0x41], "\u{FFFD}A"), ([0xE2, 0x82, 0xC3, 0xA9], "\u{FFFD}é"),
            ([0xC0, 0x80], "\u{FFFD}"), ([0xE0, 0x9F, 0xBF], "\u{FFFD}"), ([0xF0, 0x8F, 0xBF, 0xBF], "\u{FFFD}"),
            ([0xED, 0xA0, 0x80, 0xED, 0xB0, 0x80], "\u{FFFD}\u{FFFD}"), ([0xF4, 0x90, 0x80, 0x80], "\u{FFFD}"),
            ([0xF8, 0x88, 0x80, 0x80, 0x80, 0x80], "\u{FFFD}\u{FFFD}"),
            ([0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], "\u{FFFD}"),
            ([0xFE, 0xFF, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"), ([0x65, 0xCC, 0x81, 0xFF], "é\u{FFFD}"),
            ([0x65, 0xFF, 0xCC, 0x81], "e\u{FFFD}\u{301}"),
        ] as [([UInt8], String)])
    func whatIsNotUTF8(input: [UInt8], output: String) {
        #expect(Array(cleaned(input).unicodeScalars) == Array(output.unicodeScalars))
    }

    /// U+0898 and U+0899 are newer than MediaWiki's tables: with invalid bytes beside them they are left unordered.
    @Test func marksThatMediaWikiDoesNotKnow() {
        let marks: [UInt8] = Array("a\u{898}\u{899}".utf8)
        #expect(Array(cleaned(marks).unicodeScalars) == Array("a\u{899}\u{898}".unicodeScalars))
        #expect(Array(cleaned(marks + [0xFF]).unicodeScalars) == Array("a\u{898}\u{899}\u{FFFD}".unicodeScalars))
        #expect(
            Array(cleaned(marks + [0xFF] + Array("e\u{301}".utf8)).unicodeScalars)
                == Array("a\u{899}\u{898}\u{FFFD}\u{E9}".unicodeScalars))
    }

    @Test func lineEndsInPages() {
        #expect(cleaned(Array("a\r\nb\rc\n\r\r\n".utf8), .pages) == "a\nb\nc\n\n\n")
        #expect(cleaned(Array("\"".utf8), .pages) == "&quot;")
        #expect(cleaned(Array("aaaaaaaa\r".utf8), .pages) == "aaaaaaaa\n")
    }

    /// Long texts are worked on block by block; a sequence on the border of a block must not be torn.
    @Test func longTexts() {
        for shift in 0..<5 {
            let text = String(repeating: "x", count: shift) + String(repeating: "日本e\u{301}\"", count: 3000)
            let wanted = String(repeating: "x", count: shift) + String(repeating: "日本é&quot;", count: 3000)
            #expect(Array(cleaned(Array(text.utf8), .pages).utf8) == Array(wanted.utf8))
        }
    }

    /// Many marks in the wrong order must not take quadratic time.
    @Test(.timeLimit(.minutes(5))) func manyMarks() {
        let text = String(repeating: "\u{315}\u{300}", count: 50_000)
        let wanted = String(repeating: "\u{300}", count: 50_000) + String(repeating: "\u{315}", count: 50_000)
        #expect(Array(cleaned(Array(text.utf8)).utf8) == Array(wanted.utf8))
    }
}

import Testing
import WikiDumpKit

@Suite struct HiddenPartsTests {
    /// What every combination of the bits leaves, for an old and for the current revision.
    @Test(arguments: 0..<16, [ExportStyle.stub, .pages])
    func everyCombination(bits: Int, style: ExportStyle) {
        let hidden = HiddenParts(rawValue: bits)
        for (id, details) in [(1, "w"), (2, "w"), (1, "m"), (2, "m")] as [(Int64, String)] {
            let revision = ExportFixtures.revision(
                id, hidden: hidden, comment: Array("why".utf8), text: Array("secret".utf8),
                others: [ExportFixtures.slot(role: "aux", text: Array("secret".utf8))])
            let xml = ExportFixtures.xml(
                revision, style, hiddenDetails: details == "w" ? .withhold : .mediawiki)
            let hidesText = hidden.contains(.content) && (details == "w" || id == 1)
            #expect(xml.contains("why") == !hidden.contains(.comment))
            #expect(xml.contains("<comment deleted=\"deleted\" />") == hidden.contains(.comment))
            #expect(xml.contains("Alice") == !hidden.contains(.contributor))
            #expect(xml.contains("<contributor deleted=\"deleted\" />") == hidden.contains(.contributor))
            #expect(xml.contains("revsum") == !hidesText)
            #expect(xml.contains("secret") == (!hidesText && style == .pages))
            #expect(xml.contains("location=") == (!hidesText && style == .stub))
            let isWithheld = hidesText && details == "w"
            #expect(xml.contains("slotsum") == !isWithheld)
            #expect(xml.contains("bytes=") == !isWithheld)
            #expect(xml.contains("<text deleted=\"deleted\" />") == isWithheld)
            #expect(
                xml.contains("<text bytes=\"6\" sha1=\"slotsum\" deleted=\"deleted\" />") == (hidesText && !isWithheld))
            #expect(xml.contains(style == .stub ? "<sha1/>" : "<sha1 />") == hidesText)
        }
    }
}

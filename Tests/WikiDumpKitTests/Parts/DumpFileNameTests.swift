import Testing

@testable import WikiDumpKit

@Suite struct DumpFileNameTests {
    @Test func namesOfPieces() {
        let name = DumpFileName("pages-meta-history2.xml-p101p300.bz2")
        #expect(name.base == "pages-meta-history" && name.part == 2 && name.type == "xml")
        #expect(name.pages == 101...300 && name.compression == "bz2" && name.isPiece)
        #expect(name.whole.description == "pages-meta-history.xml.bz2")
        #expect(DumpFileName("pages-articles-multistream-index1.txt-p1p100.bz2").pages == 1...100)
        #expect(DumpFileName("stub-articles1.xml.gz").part == 1)
        #expect(DumpFileName("pages-articles.xml-p7p00000.bz2").pages == 7...Int64.max)
    }

    /// Digits that belong to a name, and texts that only look like a range.
    @Test(arguments: [
        "all-titles-in-ns0.gz", "siteinfo2-namespacesv2.json.gz", "pages-articles0.xml.gz", "pages007.xml.gz",
        "pages-articles.xml-p9p5.bz2", "pages-articles.xml-p05p9.bz2", "7.xml.gz",
        "pages.xml-p1p99999999999999999999.gz",
        "pages.xml-p1.gz", "pages.xml-p1p2p3.gz",
    ])
    func whatIsNoPiece(text: String) {
        let name = DumpFileName(text)
        #expect(!name.isPiece)
        #expect(name.description == text)
    }

    @Test(arguments: ["", ".", "..", "a", "a.gz", ".gz", "xml", "notice.txt", "a.b.c.gz", "a..bz2", "-p1p2", "a.-p1p2"])
    func oddNamesStayAsTheyAre(text: String) { #expect(DumpFileName(text).description == text) }

    @Test func theNameOfTheWikiIsNeverGuessed() {
        let name = DumpFileName(file: "be-x-old1-20261124-stub-articles3.xml.gz", prefix: "be-x-old1-20261124-")
        #expect(name == DumpFileName(base: "stub-articles", part: 3, compression: "gz"))
        #expect(DumpFileName(file: "other-20261124-a.gz", prefix: "be-x-old1-20261124-") == nil)
        #expect(DumpFileName(file: "w-20261124-", prefix: "w-20261124-") == nil)
    }

    @Test func everyNameThatIsMadeIsUnderstood() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(state: seed)
        for _ in 0..<2_000 {
            let first = Int64.random(in: 0...1_000_000, using: &random)
            let last = Bool.random(using: &random) ? Int64.max : first + Int64.random(in: 0...1_000, using: &random)
            let name = DumpFileName(
                base: ["pages-articles", "stub-meta-history", "x"].randomElement(using: &random) ?? "",
                part: Bool.random(using: &random) ? Int.random(in: 1...999, using: &random) : nil,
                type: Bool.random(using: &random) ? "xml" : "txt",
                pages: Bool.random(using: &random) ? first...last : nil,
                compression: ["gz", "bz2", "7z", ""].randomElement(using: &random) ?? "")
            #expect(DumpFileName(name.description) == name, "seed \(seed)")
        }
    }
}

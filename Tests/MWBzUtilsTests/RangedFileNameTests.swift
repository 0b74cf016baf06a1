import MWBzUtils
import Testing

@Suite struct RangedFileNameTests {
    @Test(
        arguments: [
            ("pages.xml-p101p300.bz2", "pages.xml", 101...300, "bz2"), ("a-b.xml-p1p1.gz", "a-b.xml", 1...1, "gz"),
            ("x.xml-p61p00000.bz2", "x.xml", 61...Int64.max, "bz2"), ("x.xml-p0p0.7z", "x.xml", 0...0, "7z"),
            ("x.xml-p000000010p000000200.bz2", "x.xml", 10...200, "bz2"), ("x-p1p2", "x", 1...2, ""),
            ("w-2026-01-01-p1p11.xml.bz2", "w-2026-01-01", 1...11, "bz2"),
        ] as [(String, String, ClosedRange<Int64>, String)])
    func ranges(name: String, stem: String, ids: ClosedRange<Int64>, compression: String) {
        let found = RangedFileName(name)
        #expect(found.stem == stem && found.range?.ids == ids && found.compression == compression, "\(found)")
        #expect(found.description == name)
    }

    @Test(
        arguments: [
            "pages.xml.bz2", "p1p2.bz2", "a-p1.bz2", "a-pp2.gz", "a-p1p2p3.bz2", "a-p-1p2.bz2", "a-p1p+2.bz2",
            "a-p1p99999999999999999999.bz2", "w-p1r2.xml.bz2", "w-p1r-2r3.xml.bz2", "a-p1p2.bz2.tmp", "", "-", ".bz2",
            "a-b-c",
        ])
    func otherNamesAreAllStem(name: String) {
        let found = RangedFileName(name)
        #expect(found.range == nil && found.description == name, "\(found)")
    }

    @Test(arguments: ["w-2026-01-01-p12r10r10.xml.bz2", "w-2026-01-01-p12r10r900.xml.gz", "w-2026-01-01-p12r9r8.xml"])
    func aPartOfAPage(name: String) {
        let found = RangedFileName(name)
        #expect(found.stem == "w-2026-01-01" && found.splitPage?.id == 12 && found.pages == 12...12)
        #expect(found.range == nil && found.type == "xml" && found.description == name)
        #expect((found.splitPage?.revisions == nil) == name.contains("r9r8"))
    }

    @Test(
        arguments: [
            ("w-pages-articles2.xml-p1p2.bz2", "w-pages-articles.xml.bz2"), ("w-1-p1p2.xml.bz2", "w-1.xml.bz2"),
            ("w-1-p1r1r2.xml.bz2", "w-1.xml.bz2"), ("all-titles-in-ns0.gz", "all-titles-in-ns0.gz"),
        ])
    func filesOfOneDump(name: String, whole: String) { #expect(RangedFileName(name).whole == whole) }

    @Test func aRangeThatEndsBeforeItBeginsHasNoIDs() {
        #expect(RangedFileName("a-p5p3.bz2").range?.ids == nil)
        #expect(RangedFileName("a-p5p3.bz2").range?.description == "p5p3")
    }

    @Test func writing() {
        #expect(IDRangeText(7...99).suffix == "-p7p99")
        #expect(IDRangeText(61...Int64.max).suffix == "-p61p00000")
    }
}

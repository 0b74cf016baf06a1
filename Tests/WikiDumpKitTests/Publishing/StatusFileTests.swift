import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct StatusFileTests {
    let farm = FarmSettings(publicTree: "/p", privateTree: "/q", temporaryTree: "/t")

    @Test(
        arguments: [
            (0, "0 bytes"), (793, "793 bytes"), (1024, "1 KB"), (10_700, "10 KB"), (1_048_575, "1023 KB"),
            (2_097_152, "2.0 MB"), (2_306_867, "2.2 MB"), (1_310_720, "1.2 MB"), (1_441_792, "1.4 MB"),
            (1_073_741_823, "1024.0 MB"), (1_610_612_736, "1.5 GB"), (5_497_558_138_880, "5.0 TB"),
            (5_629_499_534_213_120, "5120.0 TB"),
        ] as [(Int64, String)])
    func sizes(_ bytes: Int64, _ expected: String) { #expect(sizeText(bytes) == expected) }

    @Test func runInfo() {
        #expect(
            text(RunInfoFile.text(Sample.three)) == """
                name:articlesdump; status:waiting; updated:
                name:xmlstubsdump; status:in-progress; updated:2026-11-24 02:14:32
                name:pagetable; status:done; updated:2026-11-24 02:14:32

                """)
        #expect(
            text(RunInfoFile.json(Sample.three))
                == #"{"jobs": {"xmlstubsdump": {"status": "in-progress", "updated": "2026-11-24 02:14:32"}, "#
                + #""pagetable": {"status": "done", "updated": "2026-11-24 02:14:32"}, "#
                + #""articlesdump": {"status": "waiting", "updated": ""}}}"#)
        let back = RunInfoFile.parse(text(RunInfoFile.text(Sample.three)))
        #expect(back["pagetable"] == RunInfoFile.Entry(status: .done, updated: Sample.time))
        #expect(back["articlesdump"] == RunInfoFile.Entry(status: .waiting, updated: nil))
        #expect(back.count == 3)
    }

    @Test func runInfoIsReadTolerantly() {
        let read = RunInfoFile.parse(
            "  status : done ;name: a ; updated:2026-11-24 02:14:32 \r\nname:b; status:done; extra:1\n\nnonsense\n"
                + "name:c; status:unheard-of; updated:\nname:; status:done; updated:\nname:d; status:failed; updated:soon"
        )
        #expect(
            read == [
                "a": .init(status: .done, updated: Sample.time), "b": .init(status: .done, updated: nil),
                "d": .init(status: .failed, updated: nil),
            ])
    }

    @Test(arguments: [0, 951_827_696, 1_795_486_472, 4_102_444_799, 68_169_600, 253_402_300_799] as [Int64])
    func timesComeBack(_ seconds: Int64) {
        let time = UTCTime(seconds: seconds)
        #expect(UTCTime(statusText: time.statusText) == time)
    }

    @Test(arguments: ["2026-02-30 00:00:00", "2026-11-24 24:00:00", "2026-11-24T02:14:32", "", "2026-11-24 02:14:3x"])
    func badTimes(_ text: String) { #expect(UTCTime(statusText: text) == nil) }

    @Test func report() {
        #expect(
            text(ReportFile.json(Sample.three, farm: farm))
                == #"{"jobs": {"pagetable": {"files": {"testwiki-20261124-page.sql.gz": {"size": 10500, "#
                + #""url": "/dumps/testwiki/20261124/testwiki-20261124-page.sql.gz"}}, "title": "The pagetable & more"}, "#
                + #""xmlstubsdump": {"files": {"testwiki-20261124-stub-articles.xml.gz": {"size": 10500}}, "#
                + #""title": "The xmlstubsdump & more", "message": "12 pages"}, "#
                + #""articlesdump": {"files": {"testwiki-20261124-pages-articles.xml.bz2": {}}, "#
                + #""title": "The articlesdump & more"}}}"#)
    }

    @Test func dumpStatus() {
        let run = Sample.run([
            Sample.job("pagetable", .done, files: ["page.sql.gz"]), Sample.job("noop", .done),
            Sample.job("zdump", .failed, files: ["z.gz"], message: "disk \"full\""),
        ])
        let (md5, sha1, sha256) = (
            String(repeating: "a", count: 32), String(repeating: "a", count: 40), String(repeating: "a", count: 64)
        )
        #expect(
            text(DumpStatusFile.json(run, farm: farm))
                == #"{"jobs": {"zdump": {"status": "failed", "updated": "2026-11-24 02:14:32", "#
                + #""files": {"testwiki-20261124-z.gz": {}}, "error": "disk \"full\""}, "#
                + #""pagetable": {"status": "done", "updated": "2026-11-24 02:14:32", "#
                + #""files": {"testwiki-20261124-page.sql.gz": {"size": 10500, "#
                + #""url": "/dumps/testwiki/20261124/testwiki-20261124-page.sql.gz", "#
                + "\"md5\": \"\(md5)\", \"sha1\": \"\(sha1)\", \"sha256\": \"\(sha256)\"}}}, "
                + #""noop": {"status": "done", "updated": "2026-11-24 02:14:32"}}, "version": "0.8"}"# + "\n")
    }

    @Test(arguments: [
        ("https://d.example.org", "/w/20261124/f"), ("https://d.example.org/", "/w/20261124/f"),
        ("https://d.example.org/a/b/", "/a/b/w/20261124/f"), ("/local", "/local/w/20261124/f"),
        ("", "/w/20261124/f"),
    ])
    func addresses(_ root: String, _ expected: String) {
        var farm = farm
        farm.webRoot = root
        let names = PublishedNames(wiki: Sample.wiki("w"), date: Sample.date(), farm: farm)
        #expect(names.path("f") == expected)
    }

    @Test func checksums() {
        let run = Sample.run([
            Sample.job("b", .done, files: ["2", "1"]), Sample.job("a", .done, files: ["3"]),
            Sample.job("c", .inProgress, files: ["4"]),
        ])
        let sum = String(repeating: "a", count: 32)
        #expect(
            text(ChecksumFiles.text(run, kind: .md5)) == """
                \(sum)  testwiki-20261124-2
                \(sum)  testwiki-20261124-1
                \(sum)  testwiki-20261124-3

                """)
        #expect(
            text(ChecksumFiles.json(Sample.run([Sample.job("b", .done, files: ["2"])]), kind: .sha1))
                == "{\"sha1\": {\"files\": {\"testwiki-20261124-2\": \"\(String(repeating: "a", count: 40))\"}}}")
        #expect(text(ChecksumFiles.json(Sample.run([]), kind: .md5)) == #"{"md5": {"files": {}}}"#)
        #expect(
            ChecksumFiles.parse("\(sum.uppercased())  x  y\n\(sum) *z\nshort  q\n\(sum)\tq\n", kind: .md5)
                == ["x  y": sum, "z": sum])
        #expect(ChecksumFiles.parse("\(sum)  a\r\n\(sum)  \u{301}b\r\n", kind: .md5) == ["a": sum, "\u{301}b": sum])
    }
}

import Foundation
import Testing

/// The examples do what they say.
@Suite struct ExampleTests {
    @Test func aJobAndPagesOfOnesOwn() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let program = Dumpctl.binary.deletingLastPathComponent().appendingPathComponent("CustomJob")
        let outcome = try await Dumpctl.start(["wikidump.conf", "demowiki"], in: farm.folder, program: program).wait()
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output.contains("longpagesdump done"))
        let date = try #require(farm.names("public/demowiki").first { $0.hasPrefix("20") })
        let list = try farm.text("public/demowiki/\(date)/demowiki-\(date)-long-pages.txt")
        #expect(list.split(separator: "\n").allSatisfy { $0.split(separator: "\t").count == 2 })
        #expect(!list.isEmpty)
        #expect(try farm.text("public/demowiki/\(date)/index.html").contains("<li>longpagesdump: done</li>"))
        #expect(try farm.text("public/demowiki/\(date)/demowiki-\(date)-md5sums.txt").contains("long-pages.txt"))
    }

    @Test func aPackageThatLooksPagesUp() async throws {
        let folder = try SampleFolder()
        defer { folder.remove() }
        let program = Dumpctl.binary.deletingLastPathComponent().appendingPathComponent("PageLookup")
        let run = { (words: [String]) in
            try await Dumpctl.start(words, in: folder.folder, program: program).wait()
        }
        let found = try await run(["pages.xml.bz2", "Caf\u{e9} & Bar", "Page_3"])
        #expect(found.status == 0, "\(found.error)")
        #expect(found.output == SampleFolder.page(2) + "\n" + SampleFolder.page(3) + "\n")
        let absent = try await run(["pages.xml.bz2", "Nowhere"])
        #expect(absent.status == 4)
        #expect(absent.error == "PageLookup: not in pages.xml.bz2: Nowhere\n")
        // The dump changes: the index beside it is made again.
        try folder.pack(SampleFolder.export([5, 7]))
        #expect(try await run(["pages.xml.bz2", "Page 7"]).output == SampleFolder.page(7) + "\n")
        #expect(try await run(["none.bz2", "x"]).status == 1)
    }

    @Test func shellScriptThatLooksTitlesUp() async throws {
        let folder = try SampleFolder()
        defer { folder.remove() }
        try folder.write("titles.txt", "Page 3\nNowhere\nCaf\u{e9} & Bar\n")
        let outcome = try await folder.script("look-up-titles.sh", "pages.xml.bz2", "titles.txt")
        #expect(outcome.status == 4, "\(outcome.error)")
        #expect(outcome.output == SampleFolder.page(3) + "\n" + SampleFolder.page(2) + "\n")
        #expect(outcome.error.contains("Nowhere"))
        try folder.write("titles.txt", "Page 3\n")
        #expect(try await folder.script("look-up-titles.sh", "pages.xml.bz2", "titles.txt").status == 0)
    }

    @Test func shellScriptForContinuousIntegration() async throws {
        let folder = try SampleFolder()
        defer { folder.remove() }
        let sound = try await folder.script("check-in-ci.sh", ".", "report.junit")
        #expect(sound.status == 0, "\(sound.error)")
        #expect(try folder.text("report.junit").contains("failures=\"0\""))
        try folder.damage()
        let bad = try await folder.script("check-in-ci.sh", ".", "report.junit")
        #expect(bad.status == 3, "\(bad.error)")
        #expect(bad.error == "a dump file in . is damaged or in doubt, see report.junit\n")
        #expect(try folder.text("report.junit").contains("failures=\"1\""))
    }

    @Test func shellScriptForEveryNight() async throws {
        let folder = try SampleFolder()
        defer { folder.remove() }
        let first = try await folder.script("nightly-check.sh", ".", "state")
        #expect(first.status == 0)
        #expect(first.output + first.error == "")
        #expect(try folder.text("state/new") == "./pages.xml.bz2\n")
        _ = try await folder.script("nightly-check.sh", ".", "state")
        #expect(try folder.text("state/new") == "")
        try folder.damage()
        for _ in 0..<2 {
            let bad = try await folder.script("nightly-check.sh", ".", "state")
            #expect(bad.status == 3)
            #expect(bad.output.contains("pages.xml.bz2"))
        }
    }
}

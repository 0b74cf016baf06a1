import Foundation
import SystemPackage
import Testing
import WikiDumpKit
import WikiDumpKitTesting

@testable import CustomJob
@testable import CustomLock

/// The examples do what they say.
@Suite struct ExampleTests {
    private func run(_ name: String, _ words: [String], in folder: URL) async throws -> Dumpctl.Outcome {
        let program = Dumpctl.binary.deletingLastPathComponent().appendingPathComponent(name)
        return try await Dumpctl.start(words, in: folder, program: program).wait()
    }

    @Test func aJobAndPagesOfOnesOwn() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let outcome = try await run("CustomJob", ["wikidump.conf", "demowiki"], in: farm.folder)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output.contains("longpagesdump done") && outcome.output.contains("articlesdump done"))
        let date = try #require(farm.names("public/demowiki").first { $0.hasPrefix("20") })
        let file = farm.folder.appendingPathComponent("public/demowiki/\(date)/demowiki-\(date)-long-pages.txt.gz")
        let list = try Tool.run(["gzip", "-dc", file.path]).text
        #expect(list.split(separator: "\n").allSatisfy { $0.split(separator: "\t").count == 2 })
        #expect(!list.isEmpty)
        #expect(try farm.text("public/demowiki/\(date)/index.html").contains("<li>longpagesdump: done</li>"))
        #expect(try farm.text("public/demowiki/\(date)/demowiki-\(date)-md5sums.txt").contains("long-pages.txt.gz"))
    }

    /// What goes wrong is told in a line, and ends no program with a crash.
    @Test(arguments: [
        ("CustomJob", ["nowhere.conf", "demowiki"], Int32(1), "nowhere.conf"),
        ("CustomJob", ["wikidump.conf", "nowiki"], 1, "nowiki"), ("CustomJob", [], 2, "usage"),
        ("CustomLock", ["nowhere.conf", "locks.sqlite", "monitor"], 1, "nowhere.conf"),
        ("CustomLock", ["wikidump.conf", "none/locks.sqlite", "monitor"], 1, "none/locks.sqlite"),
        ("CustomLock", ["wikidump.conf"], 2, "CONFIGFILE"),
    ]) func whatGoesWrongIsTold(program: String, words: [String], status: Int32, text: String) async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let outcome = try await run(program, words, in: farm.folder)
        #expect(outcome.status == status, "\(outcome.error)")
        #expect(outcome.error.contains(text) && !outcome.error.contains("Fatal"), "\(outcome.error)")
    }

    @Test func theJobKeepsTheRules() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("job-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await JobConformance(LongPagesJob(), folder: FilePath(folder.path)).check()
    }

    @Test func theLockKeepsTheRules() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let clock = FixedClock(SystemWallClock().now())
        let database = try DatabaseLock.open(farm.folder.appendingPathComponent("locks.sqlite").path)
        try await LockConformance(clock: clock, staleAge: 60) { wiki in
            DatabaseLock(wiki: wiki, database: database, staleAge: 60, clock: clock)
        }.check()
    }

    /// One lock of one's own serves a worker and a monitor, which are processes of their own.
    @Test func aLockOfOnesOwn() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let database = try DatabaseLock.open(farm.folder.appendingPathComponent("locks.sqlite").path)
        let wiki = try #require(WikiName("nordwiki"))
        let date = try #require(DumpDate("20260102"))
        let lock = DatabaseLock(wiki: wiki, database: database)
        let words = ["wikidump.conf", "locks.sqlite"]

        let grant = try await lock.acquire(date)
        let held = try await run("CustomLock", words + ["run", "nordwiki"], in: farm.folder)
        #expect(held.status == 1 && held.error.contains("nordwiki is locked by process"), "\(held.error)")
        let seen = try await run("CustomLock", words + ["monitor"], in: farm.folder)
        #expect(seen.status == 0, "\(seen.error)")
        try await lock.refresh(grant)
        try await lock.release(grant)

        let dumped = try await run("CustomLock", words + ["run", "nordwiki"], in: farm.folder)
        #expect(dumped.status == 0 && dumped.output.contains("nordwiki"), "\(dumped.error)")
        #expect(try await lock.holders().isEmpty)
        #expect(farm.names("private/nordwiki").allSatisfy { !$0.contains("lock") }, "no lock files")

        // A process dies. The monitor finds its claim, and marks its run.
        let old = UTCTime(seconds: SystemWallClock().now().seconds - 100_000)
        _ = try await DatabaseLock(wiki: wiki, database: database, clock: FixedClock(old)).acquire(date)
        try FileManager.default.createDirectory(
            at: farm.folder.appendingPathComponent("public/nordwiki/20260102"), withIntermediateDirectories: true)
        let swept = try await run("CustomLock", words + ["monitor"], in: farm.folder)
        #expect(swept.status == 0, "\(swept.error)")
        #expect(try await lock.holders().isEmpty)
        #expect(try farm.text("public/nordwiki/20260102/status.html").contains("aborted"))
        #expect(try await lock.acquire(date).epoch > grant.epoch + 3)
    }

    @Test func aProgramThatDumpsAWiki() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let program = Dumpctl.binary.deletingLastPathComponent().appendingPathComponent("FirstDump")
        let run = { (words: [String]) in
            try await Dumpctl.start(words, in: farm.folder, program: program).wait()
        }
        let first = try await run(["wikidump.conf", "nordwiki"])
        #expect(first.status == 0, "\(first.error)")
        #expect(first.output.contains("articlesdump done"))
        #expect(first.output.contains("-pages-articles.xml.bz2 "))
        let second = try await run(["wikidump.conf", "nordwiki"])
        #expect(second.status == 0)
        #expect(second.output.contains("nothing left to do"))
        let absent = try await run(["none.conf", "nordwiki"])
        #expect(absent.status == 1)
        #expect(absent.error.hasPrefix("FirstDump: there is no configuration file "))
        #expect(try await run([]).status == 2)
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

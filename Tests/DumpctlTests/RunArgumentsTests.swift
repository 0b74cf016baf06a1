import ArgumentParser
import Testing
import WikiDumpKit

@testable import dumpctl

/// The words that a process of `dumpctl run` hands on to others.
@Suite struct RunArgumentsTests {
    /// Each option of a run that is not about the loop, in some line.
    static let lines = [
        "--configfile a.conf:big nordwiki --date 20260102 --job articlesdump,pagetable --skipdone --prereqs",
        "nordwiki --date last --job xmlstubsdump --restartfrom --skipjobs metahistorybz2dump,tables --log",
        "--date today --cutoff 20260101 --skipjobs tables", "--job pagetable --restartfrom --cutoff today",
        "nordwiki --cleanup --force --exclusive", "nordwiki --addnotice late --date last",
        "nordwiki --delnotice --date 20260102", "--prefetchdate 20251224", "--noprefetch --nospawn",
        "nordwiki --job metacurrentdump --partnum 2", "nordwiki --job metacurrentdump --checkpoint x-p1p2.bz2",
        "nordwiki --job metacurrentdump --aftercheckpoint x-p1p2.bz2 --partnum 3",
        "nordwiki --job metacurrentdump --pageidrange 7,9",
        "nordwiki --job metahistorybz2dump --date 20260102 --batches --numbatches 4",
    ]

    @Test(arguments: lines)
    func aLoopAsksForTheSame(line: String) throws {
        let words = line.split(separator: " ").map(String.init)
        let today = try #require(DumpDate("20260103"))
        let parent = try RunArguments.parse(words + ["--loop", "--onepass", "--maxfails", "2", "--sleep", "5"])
        let child = try RunArguments.parse(parent.wordsOfChild)
        #expect(try child.request(today: today) == parent.request(today: today))
        #expect(child.configuration.configurationFile == parent.configuration.configurationFile)
        #expect(child.wikis.log == parent.wikis.log)
        #expect(child.loop.isPartOfLoop && !parent.loop.isPartOfLoop)
        #expect(parent.loop.loop && !child.loop.loop && !child.loop.onePass)
    }

    @Test func theFolderOfTheStopFilesIsHandedOn() throws {
        let child = try RunArguments.parse(RunArguments.parse(["--loop", "--basedir", "/srv/stop"]).wordsOfChild)
        #expect(child.loop.basedir == "/srv/stop")
    }

    /// No option is missing above.
    @Test func everyOptionIsTried() {
        let help = RunArguments.helpMessage(includeHidden: true)
        let tried = Set(Self.lines.joined(separator: " ").split(separator: " ").filter { $0.hasPrefix("--") })
        let ofTheLoop: Set<Substring> = [
            "--loop", "--maxfails", "--sleep", "--onepass", "--basedir", "--part-of-loop",
        ]
        var missing: [Substring] = []
        for line in help.split(separator: "\n") where line.hasPrefix("  --") {
            // Other names of the same option stand behind the first.
            let names = line.split(whereSeparator: { $0 == " " || $0 == "," }).prefix { $0.hasPrefix("--") }
            if !names.contains(where: { tried.contains($0) || ofTheLoop.contains($0) }) { missing += names.prefix(1) }
        }
        #expect(missing == [])
        #expect(help.contains("--restartfrom"))
    }
}

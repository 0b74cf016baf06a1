import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite struct RunMemoryTests {
    private let fixture: RunFixture
    private let memory: RunMemory

    init() throws {
        fixture = try RunFixture()
        try fileSystem.makeDirectory(fixture.folder())
        memory = RunMemory(fixture.wiki, Sample.date("20261124"))
    }

    @Test func settingsOutliveTheConfiguration() throws {
        var settings = PartSettings()
        settings.isEnabled = true
        settings.pages = .equal(10)
        settings.logEntries = .count(2)
        settings.recombinesHistory = false
        settings.usesRanges = true
        try memory.keep(settings)
        #expect(try !memory.hasSettings(), "what depends on the wiki is not settled")
        settings.pages = settings.pages.resolved(last: 25)
        try memory.keep(settings)
        let text = try fixture.text("testwiki-20261124-runsettings.txt")
        #expect(text == #"[1, "10,10,10", "0", "2", 1, 0, 1]"# + "\n")
        var later = PartSettings()
        later.revisionsPerRange = 7
        let recalled = try memory.recall(later)
        later.isEnabled = true
        later.pages = .list([10, 10, 10])
        later.logEntries = .count(2)
        later.recombinesHistory = false
        later.usesRanges = true
        #expect(recalled == later)
    }

    @Test func aRunWithoutPartsStaysOne() throws {
        try memory.keep(PartSettings())
        #expect(try fixture.text("testwiki-20261124-runsettings.txt") == #"[0, "0", "0", "0", 1, 1, 0]"# + "\n")
        var settings = PartSettings()
        settings.isEnabled = true
        settings.pages = .list([5])
        #expect(try memory.recall(settings) == PartSettings())
    }

    @Test func oneSettledPartStaysOne() throws {
        var settings = PartSettings()
        settings.isEnabled = true
        settings.pages = PartSettings.Sizes.equal(10).resolved(last: 3)
        try memory.keep(settings)
        #expect(try memory.recall(PartSettings()).pageParts(last: 25).count == 1)
    }

    @Test func rangesOfSeveralKinds() throws {
        let articles = [
            DumpPiece(part: 1, ids: 1...40, isRange: true), DumpPiece(part: 2, ids: 41...90, isRange: true),
        ]
        let log = [
            DumpPiece(part: 1, ids: 1...215, isRange: true), DumpPiece(part: 2, ids: 216...Int64.max, isRange: true),
        ]
        try memory.keep(articles, of: "articles")
        try memory.keep(log, of: RunMemory.logSubset)
        #expect(
            try fixture.text("pagerangeinfo.json")
                == #"{"articles": [["1", "40", "1"], ["41", "90", "2"]], "#
                + #""logging": [["1", "215", "1"], ["216", "00000", "2"]]}"# + "\n")
        #expect(try memory.ranges() == ["articles": articles, "logging": log])
    }

    @Test(arguments: ["", "{", "[]", "[1]", #"{"articles": [["1"], ["9", "5", "1"], 3]}"#, #"{"articles": 1}"#])
    func damagedFilesCountAsMissing(text: String) throws {
        for name in ["testwiki-20261124-runsettings.txt", "pagerangeinfo.json"] {
            try fileSystem.write(Array(text.utf8), to: fixture.folder().appending(name))
        }
        #expect(try memory.recall(PartSettings()) == PartSettings())
        #expect(try memory.ranges().values.allSatisfy(\.isEmpty))
    }
}

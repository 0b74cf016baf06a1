import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// How much may be missing from a file that is published, and how the state of the run tells it.
@Suite struct DamageLimitTests {
    @Test(
        arguments: [
            ("100, 1%", 100, 1.0), ("0", 0, 1), ("2.5%", nil, 2.5), (" 7 ,10 % ", 7, 10), ("1%,3", 3, 1),
            ("1 percent", nil, 1), ("100", 100, 1), ("0%", nil, 0),
        ] as [(String, Int64?, Double)])
    func limitsAreRead(_ text: String, _ count: Int64?, _ percent: Double) throws {
        let limit = try #require(DamageLimit(text))
        #expect(limit == DamageLimit(count: count, percent: percent))
        #expect(DamageLimit(limit.description) == limit)
    }

    @Test(arguments: ["", "a", "-1", "1,2", "1%,2%", "101%", "1, 2, 3%", "1 # few"])
    func limitsThatMakeNoSenseAreRefused(_ text: String) { #expect(DamageLimit(text) == nil) }

    @Test(
        arguments: [
            // The share alone, from three items on.
            ("1%", 2, 60, true), ("1%", 3, 60, false), ("1%", 3, 300, true), ("1%", 4, 300, false),
            ("1%", 50_000, 5_000_000, true), ("10%", 6, 60, true), ("10%", 7, 60, false),
            // A number is only ever stricter.
            ("100, 1%", 60, 600, false), ("100, 1%", 100, 10_000, true), ("100, 1%", 101, 1_000_000, false),
            ("100", 60, 600, false), ("1", 2, 1_000, false), ("1", 1, 1_000, true),
            // Nothing at all.
            ("0", 1, 1_000_000, false), ("0%", 1, 1_000_000, false), ("0", 0, 0, true), ("0%", 0, 10, true),
            // Never everything.
            ("100%", 2, 2, false), ("100%", 1, 1, false), ("100%", 9, 10, true), ("1%", 1, 1, false),
        ] as [(String, Int64, Int64, Bool)])
    func whatALimitAllows(_ text: String, _ damage: Int64, _ items: Int64, _ isAllowed: Bool) throws {
        #expect(try #require(DamageLimit(text)).allows(damage, of: items) == isAllowed)
    }

    @Test func tooMuchDamageWithholdsThatFileAndNoOther() async throws {
        let fixture = try RunFixture()
        fixture.wiki.content.problems = [
            ContentProblem(page: 3, revision: 99, message: "its slot is missing", isOmission: true)
        ]
        fixture.wiki.content.lostRevisions = 1
        fixture.wiki.settings.damageLimit = DamageLimit(percent: 0)
        var record = try await fixture.run(fixture.standardJobs)
        #expect(record.statuses["metahistorybz2dump"] == .failed && record.statuses["xmlstubsdump"] == .failed)
        for job in ["articlesdump", "metacurrentdump", "articlesmultistreamdump"] {
            #expect(record.statuses[job] == .done, "\(job) is healthy")
        }
        #expect(record.job("metahistorybz2dump")?.failure == .damaged)
        #expect(try FailedAttempts.read(fixture.wiki)?.mayPass == false, "nothing heals by itself in a night")
        #expect(record.job("metahistorybz2dump")?.privateMessage?.contains("lack 1 of 37 items") == true)
        fixture.wiki.settings.damageLimit = DamageLimit()
        record = try await fixture.run(fixture.standardJobs)
        #expect(record.failures == 0 && record.damage == 2, "one item is no share; the stubs and the history lack it")
    }

    @Test func aWikiThatLostAllItsPagesIsNotPublishedAsEmpty() async throws {
        let fresh = try RunFixture()
        fresh.wiki.content.pages = []
        #expect(try await fresh.run(fresh.standardJobs).failures == 0, "nobody has written a page yet")
        let fixture = try RunFixture()
        fixture.wiki.content.pages = []
        fixture.wiki.content.lostRevisions = 2
        let record = try await fixture.run(fixture.standardJobs)
        for job in ["articlesdump", "metacurrentdump"] {
            #expect(record.job(job)?.failure == .damaged, "\(job)")
        }
    }

    /// Takes the texts of some revisions of a wiki with 12 pages of one revision.
    private func fixtureWithout(texts lost: ClosedRange<Int>) throws -> RunFixture {
        var content = InMemoryContent(pageCount: 12)
        for index in content.pages.indices where lost ~= index + 1 {
            content.pages[index].revisions[0].main.text = nil
            let page = content.pages[index].page
            content.problems.append(
                ContentProblem(
                    page: page.id, revision: page.latestRevision, namespace: page.title.namespace,
                    message: "its text cannot be read", isOmission: false, isLoss: true))
        }
        return try RunFixture(content)
    }

    private static let jobsWithTexts = [
        "articlesdump", "metacurrentdump", "articlesmultistreamdump", "metahistorybz2dump",
    ]

    @Test func aSmallWikiThatLosesAllItsTextsPublishesNone() async throws {
        let fixture = try fixtureWithout(texts: 1...12)
        for limit in ["1%", "100, 1%", "100%"] {
            fixture.wiki.settings.damageLimit = try #require(DamageLimit(limit))
            let record = try await fixture.run(fixture.standardJobs)
            for job in Self.jobsWithTexts {
                #expect(record.job(job)?.failure == .damaged, "\(limit): \(job)")
                #expect(record.job(job)?.privateMessage?.contains("would lack all of its") == true)
            }
            #expect(record.statuses["xmlstubsdump"] == .done, "they have no texts")
            #expect(try !fixture.dumpFiles().contains { $0.contains("pages-") && $0.hasSuffix(".bz2") })
        }
    }

    @Test func theShareOfAFileCounts() async throws {
        let fixture = try fixtureWithout(texts: 1...3)
        var record = try await fixture.run(fixture.standardJobs)
        // Page 3 is a talk page: the articles lack two texts only.
        #expect(record.statuses["articlesdump"] == .done && record.statuses["metahistorybz2dump"] == .failed)
        fixture.wiki.settings.damageLimit = try #require(DamageLimit("25%"))
        record = try await fixture.run(fixture.standardJobs)
        #expect(record.failures == 0)
    }

    @Test func hiddenTextsAreNoTextsThatCouldBeRead() async throws {
        let fixture = try fixtureWithout(texts: 1...2)
        for index in 2..<12 { fixture.wiki.content.pages[index].revisions[0].hidden = .content }
        fixture.wiki.settings.damageLimit = DamageLimit(percent: 100)
        let record = try await fixture.run(fixture.standardJobs)
        #expect(record.job("metahistorybz2dump")?.privateMessage?.contains("all of its 2 texts") == true)
    }

    @Test func theLastPageAndTheLastRevisionAreNotLost() async throws {
        let fixture = try RunFixture(InMemoryContent())
        fixture.wiki.settings.damageLimit = DamageLimit(percent: 100)
        fixture.wiki.content.problems = [
            ContentProblem(page: 1, revision: 1, namespace: 0, message: "its slot is missing", isOmission: true)
        ]
        fixture.wiki.content.lostRevisions = 1
        let record = try await fixture.run(fixture.standardJobs)
        #expect(record.job("xmlstubsdump")?.privateMessage?.contains("would lack all of its 1 items") == true)
    }

    @Test func lossesAreCountedByKind() {
        var evidence = FileEvidence()
        evidence.expected = FileContents()
        evidence.expected?.pages = .init(count: 10)
        evidence.expected?.revisions = .init(count: 1_000)
        evidence.problems = ProblemTally(
            examples: [], count: 9, omittedPages: 4, omittedRevisions: 4, omittedLogEntries: 0, incompleteItems: 3,
            strayTitles: 2)
        let losses = FileLosses(evidence, readableTexts: 995).list
        #expect(
            losses.map { "\($0.what) \($0.missing)/\($0.total)" } == [
                "items 5/1000", "pages 4/10", "revisions 4/1000", "texts 1/996",
            ])
    }

    @Test func theStateTellsThatItemsAreMissing() async throws {
        let fixture = try fixtureWithout(texts: 1...1)
        let record = try await fixture.run(fixture.standardJobs)
        #expect(record.failures == 0 && record.lackingJobs == 4)
        let line = try fixture.text("status.html")
        #expect(
            line.hasSuffix(
                ": <span class='partial-dump'>Partial dump</span>: all jobs done, 4 without damaged items</li>\n"))
        // Nothing would come of another run of the day.
        #expect(RunState(statusLine: line) == .complete)
        // Words by which a program tells states from each other.
        let words = ["missing", "not yet", "failed", "aborted", "progress", "partial", "complete"]
        #expect(words.first { line.lowercased().contains($0) } == "partial")
        #expect(StatusLine.parse(line)?.state == StatusLine.State(record))
        // A process that did nothing of it tells the same.
        let stored = try #require(
            try StoredRun.read(
                wiki: record.wiki, date: record.date, isPrivate: false, isClosed: false, folder: fixture.folder(),
                updated: Sample.time, on: fileSystem))
        #expect(stored.lackingJobs == 4)
    }

    @Test func aRunOfSomeJobsIsPartialWhateverItLacks() async throws {
        let fixture = try fixtureWithout(texts: 1...1)
        try await fixture.run(fixture.standardJobs, JobSelection(names: ["articlesdump"]))
        let line = try fixture.text("status.html")
        #expect(
            line.hasSuffix("<span class='partial-dump'>Partial dump</span>: 1 job done without damaged items</li>\n"))
        #expect(RunState(statusLine: line) == .partial)
    }

    @Test func aFailureIsToldBesideWhatIsLacking() {
        var job = Sample.job("a", .done, files: ["pages-articles.xml.bz2"])
        job.files[0].evidence = FileEvidence(
            problems: ProblemTally([ContentProblem(page: 1, revision: 2, message: "m", isOmission: true)]))
        let state = StatusLine.State(Sample.run([job, Sample.job("b", .failed)]))
        #expect(state.name == "partial-dump failed" && state.text == "Partial dump, 1 item failed")
        #expect(state.remark == ": 1 job done without damaged items")
        #expect(RunState(statusLine: "<li>\(state.html)</li>") == .failed)
    }
}

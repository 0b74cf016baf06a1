import SystemPackage
import Testing

@testable import WikiDumpKit

/// Everything that a selection gives.
struct Reading {
    var pages: [Page] = []
    var revisions: [Revision] = []
    var problems: [ContentProblem] = []
    var batches = 0

    init(
        _ wiki: SyntheticWiki, _ extent: RevisionSelection.Extent = .all, text: Bool = false,
        pages range: Range<Int64>? = nil,
        chunkLimit: Int64? = nil, texts: TextSettings = TextSettings()
    ) async throws {
        var source = wiki.source
        source.texts = texts
        if let chunkLimit { source.chunkLimit = chunkLimit }
        let snapshot = try await source.openSnapshot()
        let cursor = try await snapshot.revisions(
            RevisionSelection(extent: extent, includesText: text, pages: range))
        var open: Int64?
        while let batch = try await cursor.next() {
            batches += 1
            problems += batch.problems
            for run in batch.runs {
                #expect(run.startsPage == (open == nil))
                #expect(open == nil || open == run.page.id)
                if run.startsPage { pages.append(run.page) }
                revisions += run.revisions
                open = run.endsPage ? nil : run.page.id
            }
        }
        #expect(open == nil)
        #expect(try await cursor.next() == nil)
        await snapshot.close()
    }

    /// What a job checks: what was handed out and what was left out is all there is.
    func addsUp(_ wiki: SyntheticWiki, _ extent: RevisionSelection.Extent = .all) async throws -> Bool {
        let counts = try await wiki.source.openSnapshot().counts()
        let lostPages = problems.count { $0.isOmission && $0.revision == nil }
        let lost = problems.count { $0.isOmission && $0.revision != nil }
        return Int64(pages.count + lostPages) == counts.pages
            && (extent == .current || Int64(revisions.count + lost) == counts.revisions)
    }
}

@Suite struct SQLiteRevisionTests {
    @Test func readsByPageThenRevision() async throws {
        let wiki = try SyntheticWiki()
        try wiki.page(2, "Two")
        try wiki.page(1, "One")
        // Later by time, but lower by id: the id decides.
        try wiki.revision(10, page: 1, timestamp: "20250101000000")
        try wiki.revision(11, page: 2, actor: 2)
        try wiki.revision(12, page: 1, comment: "", parent: 10, timestamp: "20240101000000", hidden: 5)
        let all = try await Reading(wiki)
        #expect(all.pages.map(\.id) == [1, 2])
        #expect(all.revisions.map(\.id) == [10, 12, 11])
        #expect(all.problems.isEmpty)
        let revision = all.revisions[1]
        #expect(revision.parent == 10 && revision.timestamp == "20240101000000" && revision.sha1 == "revsum")
        #expect(revision.comment.isEmpty && revision.hidden == [.content, .contributor])
        #expect(revision.contributor == Contributor(id: 7, name: Array("Alice".utf8)))
        #expect(all.revisions[2].contributor == Contributor(id: nil, name: Array("192.0.2.1".utf8)))
        #expect(revision.main.text == nil && revision.main.sha1 == "slotsum" && revision.main.size == 4)
        let current = try await Reading(wiki, .current, text: true)
        #expect(current.revisions.map(\.id) == [12, 11])
        #expect(current.revisions.allSatisfy { $0.main.text == Array("text".utf8) })
        #expect(try await Reading(wiki, pages: 2..<3).revisions.map(\.id) == [11])
        #expect(try await Reading(wiki, .current, pages: 1..<2).revisions.map(\.id) == [12])
    }

    @Test func slotsAreMainFirstThenByName() async throws {
        let wiki = try SyntheticWiki()
        try wiki.page(1, "One")
        try wiki.revision(1, page: 1)
        try wiki.slot(1, role: 2, text: "z")
        try wiki.slot(1, role: 3, text: "a", model: 2)
        let revision = try #require(try await Reading(wiki, text: true).revisions.first)
        #expect(revision.main.role == "main" && revision.main.model == "wikitext")
        #expect(revision.otherSlots.map(\.role) == ["aux", "zeta"])
        #expect(revision.otherSlots.map(\.model) == ["json", "wikitext"])
        #expect(revision.otherSlots.map(\.text) == [Array("a".utf8), Array("z".utf8)])
    }

    /// What MediaWiki's inner joins lose is left out here as well, but never in silence.
    @Test(arguments: [
        ("DELETE FROM slots WHERE slot_revision_id = 2", "main slot", false),
        ("DELETE FROM content WHERE content_id = 2", "content row 2", false),
        ("DELETE FROM revision_comment_temp WHERE revcomment_rev = 2", "comment row", false),
        ("DELETE FROM comment WHERE comment_id = 2", "comment row", false),
        ("UPDATE revision SET rev_actor = 99 WHERE rev_id = 2", "actor row 99", false),
        ("UPDATE revision SET rev_timestamp = '2024-02' WHERE rev_id = 2", "invalid timestamp \"2024-02\"", true),
        ("UPDATE revision SET rev_timestamp = '2024134000000x' WHERE rev_id = 2", "invalid timestamp", true),
        ("UPDATE revision SET rev_timestamp = NULL WHERE rev_id = 2", "invalid timestamp", true),
        ("UPDATE slots SET slot_role_id = 77 WHERE slot_revision_id = 2", "unknown role 77", true),
        ("UPDATE content SET content_model = 77 WHERE content_id = 2", "unknown content model 77", true),
    ])
    func reportsWhatIsLeftOut(damage: String, words: String, keepsPage: Bool) async throws {
        let wiki = try SyntheticWiki()
        for page in [1, 2, 3] as [Int64] {
            try wiki.page(page, "Page \(page)")
            try wiki.revision(page, page: page)
        }
        try wiki.revision(4, page: 1)
        try wiki.execute(damage)
        let all = try await Reading(wiki)
        #expect(all.revisions.map(\.id) == [1, 4, 3])
        #expect(all.pages.map(\.id) == (keepsPage ? [1, 2, 3] : [1, 3]))
        #expect(all.problems.contains { $0.revision == 2 && $0.page == 2 && $0.message.contains(words) })
        #expect(try await all.addsUp(wiki))
        #expect(try await Reading(wiki, .current).addsUp(wiki, .current))
        #expect(try await Reading(wiki, .current).revisions.map(\.id) == [4, 3])
    }

    /// Values that MediaWiki never writes: nothing may trap.
    @Test(arguments: [
        "UPDATE content SET content_size = 9223372036854775807",
        "UPDATE content SET content_size = -5, content_sha1 = NULL, content_address = x'ff00'",
        "UPDATE revision SET rev_parent_id = NULL, rev_deleted = 'x', rev_minor_edit = 'yes', rev_sha1 = 17",
        "UPDATE revision SET rev_sha1 = '0123456789012345678901234567890123456789'",
        "UPDATE comment SET comment_text = NULL",
        "UPDATE actor SET actor_name = NULL, actor_user = 'nobody'",
        "UPDATE page SET page_title = x'c328' || page_id, page_namespace = 'none', page_latest = 'last'",
    ])
    func survivesOddValues(damage: String) async throws {
        let wiki = try SyntheticWiki()
        for page in 1...3 as ClosedRange<Int64> {
            try wiki.page(page, "Page \(page)")
            try wiki.revision(page, page: page)
        }
        try wiki.execute(damage)
        let all = try await Reading(wiki, text: true)
        #expect(all.revisions.count == 3)
        #expect(try await all.addsUp(wiki))
        _ = try await Reading(wiki, .current, text: true)
    }

    /// MediaWiki's export starts behind page 0 and revision 0: what lies before can only be damage, and is named.
    @Test func numbersThatMediaWikiNeverGives() async throws {
        let wiki = try SyntheticWiki()
        for (page, revision) in [(-2, 1), (0, -3), (5, 4)] as [(Int64, Int64)] {
            try wiki.page(page, "Page \(page)")
            try wiki.revision(revision, page: page)
        }
        try wiki.revision(2, page: 0)
        try wiki.revision(-6, page: 5)
        let all = try await Reading(wiki)
        #expect(all.pages.map(\.id) == [0, 5])
        #expect(all.revisions.map(\.id) == [2, -6, 4])
        #expect(all.problems.filter(\.isOmission).compactMap(\.revision).sorted() == [-3, 1])
        #expect(all.problems.filter { $0.isOmission && $0.revision == nil }.map(\.page) == [-2])
        #expect(try await all.addsUp(wiki))
    }

    @Test func omissionsInsideOfAPageKeepItTogether() async throws {
        let wiki = try SyntheticWiki()
        try wiki.page(1, "One")
        for id in 1...4 as ClosedRange<Int64> { try wiki.revision(id, page: 1) }
        try wiki.execute("DELETE FROM slots WHERE slot_revision_id IN (1, 4)")
        let all = try await Reading(wiki)
        #expect(all.revisions.map(\.id) == [2, 3])
        #expect(try await all.addsUp(wiki))
    }

    @Test func pagesWithoutRevisionsAndRevisionsWithoutPages() async throws {
        let wiki = try SyntheticWiki()
        for page in [1, 3, 5] as [Int64] { try wiki.page(page, "Page \(page)") }
        try wiki.revision(1, page: 3)
        try wiki.revision(2, page: 4)
        try wiki.revision(3, page: 9)
        let all = try await Reading(wiki)
        #expect(all.pages.map(\.id) == [3])
        #expect(all.problems.filter(\.isOmission).map(\.page) == [1, 5])
        #expect(all.problems.filter { !$0.isOmission }.map(\.revision) == [2, 3])
        #expect(try await all.addsUp(wiki))
        try wiki.execute("UPDATE page SET page_latest = 77 WHERE page_id = 3")
        let current = try await Reading(wiki, .current)
        #expect(current.revisions.isEmpty)
        #expect(current.problems.contains { $0.page == 3 && $0.message.contains("revision 77") && $0.isOmission })
    }

    /// A page with more revisions than a batch holds.
    @Test func aLongHistorySpansBatches() async throws {
        let wiki = try SyntheticWiki()
        try wiki.page(1, "Long")
        try wiki.page(2, "Short")
        try wiki.execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4500)
            INSERT INTO revision SELECT i, 1, 0, 1, '20240102030405', 0, 0, 0, i - 1, '' FROM n;
            INSERT INTO revision_comment_temp SELECT rev_id, 1 FROM revision;
            INSERT INTO comment VALUES (1, 0, 'shared', NULL);
            INSERT INTO content SELECT rev_id, 0, '', 1, 'tt:1' FROM revision;
            INSERT INTO slots SELECT rev_id, 1, rev_id, rev_id FROM revision;
            """)
        try wiki.revision(9000, page: 2)
        let all = try await Reading(wiki)
        #expect(all.batches == 3)
        #expect(all.revisions.map(\.id) == Array(1...4500) + [9000])
        #expect(try await all.addsUp(wiki))
    }

    /// Sorting apart gives what sorting at once gives, whatever lies where.
    @Test(arguments: [1, 7, 100] as [Int64])
    func chunksMakeNoDifference(chunkLimit: Int64) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Seeded(state: seed)
        let wiki = try SyntheticWiki()
        for page in 1...9 as ClosedRange<Int64> { try wiki.page(page, "Page \(page)") }
        for id in 1...200 as ClosedRange<Int64> {
            try wiki.revision(
                id, page: Int64.random(in: 1...10, using: &random), text: "text \(id)", comment: "why \(id)")
            if id % 9 == 0 { try wiki.slot(id, role: 3, text: "more \(id)") }
            if id % 31 == 0 { try wiki.execute("DELETE FROM slots WHERE slot_revision_id = \(id)") }
        }
        for extent in [RevisionSelection.Extent.all, .current] {
            let whole = try await Reading(wiki, extent, text: true)
            let parts = try await Reading(wiki, extent, text: true, chunkLimit: chunkLimit)
            #expect(whole.revisions == parts.revisions, "seed \(seed)")
            #expect(whole.pages == parts.pages, "seed \(seed)")
            #expect(whole.problems == parts.problems, "seed \(seed)")
            #expect(try await parts.addsUp(wiki, extent))
        }
    }

    @Test func namesTheFolderThatCannotBeWritten() async throws {
        let wiki = try SyntheticWiki()
        for page in 1...3 as ClosedRange<Int64> {
            try wiki.page(page, "Page \(page)")
            try wiki.revision(page, page: page)
        }
        var source = SQLiteContentSource(
            database: wiki.path, inquiry: WikiFacts(siteInfo: SyntheticWiki.siteInfo), scratch: "/nowhere/at/all")
        source.chunkLimit = 1
        let cursor = try await source.openSnapshot().revisions(RevisionSelection(extent: .all, includesText: false))
        let error = await #expect(throws: DumpError.self) { _ = try await cursor.next() }
        #expect(error?.message.contains("/nowhere/at/all") == true)
    }
}

/// A generator that repeats itself for the same seed.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

import Testing

@testable import WikiDumpKit

@Suite struct LogVisibilityTests {
    /// What the wiki says it restricts, and what the operator calls public.
    @Test(
        arguments: [
            (["suppress"], [], [1, 3, 4, 5, 6], []),
            ([], [], [1, 2, 3, 4, 5, 6], []),
            (["suppress", "local'; --", "créé"], ["suppress"], [1, 4, 5], []),
            (nil, [], [1], ["", "créé", "local'; --", "spamblacklist", "suppress"]),
            (nil, ["créé", "absent"], [1, 6], ["", "local'; --", "spamblacklist", "suppress"]),
        ] as [(Set<String>?, [String], [Int64], [String])])
    func entriesAreChosenByType(
        restrictions: Set<String>?, publicTypes: [String], ids: [Int64], unknown: [String]
    ) async throws {
        let wiki = try SyntheticWiki()
        try wiki.page(1, "Page")
        try wiki.revision(1, page: 1)
        for (place, type) in ["move", "suppress", "local'; --", "", "spamblacklist", "créé"].enumerated() {
            try wiki.log(Int64(place) + 1, type: type)
        }
        var facts = WikiFacts(siteInfo: SyntheticWiki.siteInfo)
        facts.logRestrictions = restrictions
        var source = SQLiteContentSource(database: wiki.path, inquiry: facts)
        source.publicLogTypes = publicTypes
        let snapshot = try await source.openSnapshot()
        var found: [Int64] = []
        let cursor = try await snapshot.logEntries()
        while let batch = try await cursor.next() { found += batch.entries.map(\.id) }
        #expect(found == ids)
        let counts = try await snapshot.counts()
        #expect(counts.logEntries == Int64(ids.count) && counts.lastLogID == ids.last ?? 0)
        #expect(try await snapshot.unknownLogTypes() == unknown)
        await snapshot.close()
    }

    @Test func parametersAreRead() {
        func read(_ text: String) -> LogParameters { LogParameters(Array(text.utf8)) }
        func texts(_ text: String) -> [String] { read(text).texts.map { String(decoding: $0, as: UTF8.self) } }
        #expect(read(#"a:1:{s:17:"associated_rev_id";i:25;}"#).revision == 25)
        #expect(read(#"a:1:{s:17:"associated_rev_id";s:2:"26";}"#).revision == 26)
        #expect(read(#"a:1:{s:17:"associated_rev_id";N;}"#).revision == nil)
        #expect(read("associated_rev_id\n5").revision == nil)
        #expect(texts(#"a:2:{s:9:"4::target";s:9:"A "s:1:"b";s:1:"c";i:5;}"#) == ["4::target", #"A "s:1:"b"#, "c"])
        #expect(texts("Target\n1\n") == ["Target", "1"])
        for damaged in [
            "a:", "a:s", "a:s:", "a:s:9", "a:s:9:\"x", "a:s:-1:\"x\"", "a:s:99999999999999999999:\"x\"",
            "a:s:9223372036854775807:\"x\"", "",
        ] { #expect(texts(damaged).allSatisfy { $0.utf8.count <= damaged.utf8.count }) }
    }
}

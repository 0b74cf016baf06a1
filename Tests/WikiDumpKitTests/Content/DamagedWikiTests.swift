import Testing

@testable import WikiDumpKit

/// One row of a wiki is damaged: it is named, and everything else is read as before.
@Suite struct DamagedWikiTests {
    /// SQL that damages what belongs to revision 2 of page 2, words of the problem that has to be told, and whether the
    /// revision stays.
    static let damages: [(String, String, Bool)] = [
        // Rows.
        ("DELETE FROM revision WHERE rev_id = 2", "cannot be written without a revision", false),
        ("DELETE FROM slots WHERE slot_revision_id = 2", "main slot", false),
        ("DELETE FROM content WHERE content_id = 2", "content row 2", false),
        ("DELETE FROM text WHERE old_id = 2", "text row 2 is missing", true),
        ("UPDATE revision SET rev_actor = 99 WHERE rev_id = 2", "actor row 99", false),
        ("UPDATE revision SET rev_timestamp = 'soon' WHERE rev_id = 2", "invalid timestamp", false),
        // Blobs.
        (
            "UPDATE text SET old_text = 'flat', old_flags = 'utf-8,gzip' WHERE old_id = 2",
            "compressed text is damaged", true
        ),
        (
            "UPDATE text SET old_text = '', old_flags = 'utf-8,gzip' WHERE old_id = 2", "compressed text is damaged",
            true
        ),
        (
            "UPDATE text SET old_text = 'O:1:', old_flags = 'object' WHERE old_id = 2",
            "PHP object that cannot be read", true
        ),
        (
            "UPDATE text SET old_text = 'O:8:\"Exploder\":0:{}', old_flags = 'object' WHERE old_id = 2",
            "PHP object of the class exploder", true
        ),
        (
            "UPDATE text SET old_text = 'DB://nowhere/1', old_flags = 'utf-8,external' WHERE old_id = 2", "nowhere",
            true
        ),
        // Addresses.
        ("UPDATE content SET content_address = 'xx:5' WHERE content_id = 2", "text address \"xx:5\"", true),
        ("UPDATE content SET content_address = 'tt:two' WHERE content_id = 2", "text address \"tt:two\"", true),
        ("UPDATE content SET content_address = 'tt:99' WHERE content_id = 2", "text row 99 is missing", true),
        ("UPDATE content SET content_address = '' WHERE content_id = 2", "text address \"\"", true),
        ("UPDATE content SET content_address = 'es:DB://nowhere/1' WHERE content_id = 2", "nowhere", true),
        // Flags.
        ("UPDATE text SET old_flags = 'utf-8,error' WHERE old_id = 2", "marked as lost", true),
        ("UPDATE text SET old_flags = 'utf-8,brotli' WHERE old_id = 2", "unknown flag \"brotli\"", true),
    ]

    @Test(arguments: damages)
    func oneIsNamedAndTheOthersStay(damage: String, words: String, staysRevision: Bool) async throws {
        let healthy = try await Reading(Self.filled(), text: true)
        #expect(healthy.problems.isEmpty && healthy.revisions.map(\.id) == [1, 4, 2, 3])
        let wiki = try Self.filled()
        try wiki.execute(damage)
        let damaged = try await Reading(wiki, text: true)
        #expect(
            damaged.problems.contains { ($0.page == 2 || $0.revision == 2) && $0.message.contains(words) },
            "\(damaged.problems)")
        #expect(damaged.revisions.map(\.id) == (staysRevision ? [1, 4, 2, 3] : [1, 4, 3]))
        #expect(damaged.revisions.filter { $0.id != 2 } == healthy.revisions.filter { $0.id != 2 })
        #expect(try await damaged.addsUp(wiki))
    }

    private static func filled() throws -> SyntheticWiki {
        let wiki = try SyntheticWiki()
        for page in [1, 2, 3] as [Int64] {
            try wiki.page(page, "Page \(page)")
            try wiki.revision(page, page: page, text: "text of \(page)")
        }
        try wiki.revision(4, page: 1, text: "more")
        return wiki
    }
}

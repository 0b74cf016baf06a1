import Foundation
import GRDB
import Testing

@testable import WikiDumpKit

@Suite struct SQLiteTextTests {
    private func wiki(_ damage: String) throws -> SyntheticWiki {
        let wiki = try SyntheticWiki()
        try wiki.page(1, "One")
        try wiki.revision(1, page: 1, text: "first")
        try wiki.revision(2, page: 1, text: "second")
        try wiki.execute(damage)
        return wiki
    }

    /// Flags as MediaWiki reads them; "hello" deflated by zlib is the hexadecimal text.
    @Test(arguments: [
        ("old_text = 'plain', old_flags = ''", "plain"),
        ("old_text = 'plain', old_flags = 'utf8'", "plain"),
        ("old_text = x'cb48cdc9c90700', old_flags = 'utf-8,gzip'", "hello"),
        ("old_text = x'cb48cdc9c90700', old_flags = 'gzip'", "hello"),
        ("old_text = '', old_flags = 'utf-8'", ""),
        ("old_text = 42, old_flags = 'utf-8'", "42"),
    ])
    func expandsTexts(change: String, text: String) async throws {
        let reading = try await Reading(try wiki("UPDATE text SET \(change) WHERE old_id = 1"), text: true)
        #expect(reading.revisions.map(\.main.text) == [Array(text.utf8), Array("second".utf8)])
        #expect(reading.problems.isEmpty)
    }

    @Test(arguments: [
        ("UPDATE text SET old_flags = 'gzip', old_text = x'cb48cdc9' WHERE old_id = 1", "damaged"),
        ("UPDATE text SET old_flags = 'gzip', old_text = '' WHERE old_id = 1", "damaged"),
        ("UPDATE text SET old_text = NULL WHERE old_id = 1", "NULL"),
        ("DELETE FROM text WHERE old_id = 1", "text row 1 is missing"),
        ("UPDATE content SET content_address = 'tt:0' WHERE content_id = 1", "address"),
        ("UPDATE content SET content_address = 'es:1' WHERE content_id = 1", "address"),
        ("UPDATE content SET content_address = '' WHERE content_id = 1", "address"),
    ])
    func reportsTextsThatCannotBeRead(damage: String, words: String) async throws {
        let reading = try await Reading(try wiki(damage), text: true)
        #expect(reading.revisions.map(\.main.text) == [nil, Array("second".utf8)])
        #expect(reading.problems.count == 1)
        #expect(reading.problems.allSatisfy { $0.revision == 1 && $0.isLoss && $0.message.contains(words) })
    }

    @Test func reportsOddTextsAndKeepsThem() async throws {
        let wiki = try wiki("UPDATE text SET old_flags = 'utf-8,strange' WHERE old_id = 1")
        try wiki.execute("UPDATE text SET old_text = x'61ff62' WHERE old_id = 2")
        let reading = try await Reading(wiki, text: true)
        #expect(reading.revisions.map(\.main.text) == [Array("first".utf8), [0x61, 0xFF, 0x62]])
        #expect(reading.problems.map(\.isLoss) == [false, true])
    }

    @Test func sharesATextAndReadsLongOnes() async throws {
        let long = String(repeating: "längere Texte ", count: 300_000)
        let wiki = try wiki("UPDATE content SET content_address = 'tt:2'")
        try wiki.execute("UPDATE text SET old_text = ? WHERE old_id = 2", [long])
        let reading = try await Reading(wiki, text: true)
        #expect(reading.revisions.map(\.main.text) == [Array(long.utf8), Array(long.utf8)])
    }
}

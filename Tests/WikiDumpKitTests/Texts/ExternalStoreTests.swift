import Foundation
import GRDB
import SystemPackage
import Testing

@testable import WikiDumpKit

/// Texts that do not lie in the row that their address names.
@Suite struct ExternalStoreTests {
    /// A wiki of three revisions, and an external store in an SQLite file beside it.
    private final class Stored {
        let wiki: SyntheticWiki
        let store: DatabaseQueue
        let path: FilePath
        var settings: TextSettings

        init(table: String = "blobs") throws {
            wiki = try SyntheticWiki()
            try wiki.page(1, "One")
            for id in 1...3 { try wiki.revision(Int64(id), page: 1, text: "text \(id)") }
            path = wiki.path.removingLastComponent().appending("es1.sqlite")
            store = try DatabaseQueue(path: path.string)
            try store.write {
                try $0.execute(sql: "CREATE TABLE \(table) (blob_id INTEGER PRIMARY KEY, blob_text BLOB)")
            }
            settings = TextSettings(
                externalStores: ["cluster1": ExternalStore(database: .sqlite(path), table: table)])
        }

        func blob(_ id: Int64, _ bytes: [UInt8], table: String = "blobs") throws {
            try store.write { try $0.execute(sql: "INSERT INTO \(table) VALUES (?, ?)", arguments: [id, Data(bytes)]) }
        }

        func row(_ id: Int64, _ text: [UInt8], _ flags: String) throws {
            try wiki.execute("UPDATE text SET old_text = ?, old_flags = ? WHERE old_id = ?", [Data(text), flags, id])
        }

        func address(_ revision: Int64, _ address: String) throws {
            try wiki.execute("UPDATE content SET content_address = ? WHERE content_id = ?", [address, revision])
        }

        func read() async throws -> Reading {
            try await Reading(wiki, text: true, texts: settings)
        }
    }

    private static func object(_ name: String) throws -> PHPObject {
        try #require(PHPObject.all.first { $0.name == name })
    }

    private func text(_ string: String) -> [UInt8] { Array(string.utf8) }

    @Test func readsRowsOfAStore() async throws {
        let stored = try Stored(table: "blobs_cluster1")
        try stored.blob(5, text("of a row"), table: "blobs_cluster1")
        try stored.blob(6, [0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], table: "blobs_cluster1")
        try stored.row(1, text("DB://cluster1/5"), "utf-8,external")
        try stored.address(2, "es:DB://cluster1/6?flags=utf-8,gzip")
        try stored.address(3, "es:DB://cluster1/5")
        let reading = try await stored.read()
        #expect(reading.revisions.map(\.main.text) == [text("of a row"), text("hello"), text("of a row")])
        #expect(reading.problems.isEmpty)
    }

    /// What `moveToExternal.php` and `recompressTracked.php` leave: several texts in a row of the store.
    @Test(arguments: ["concatenated", "diffs"])
    func readsItems(name: String) async throws {
        let stored = try Stored()
        let object = try Self.object(name)
        let items = object.items.sorted { $0.key < $1.key }.prefix(3)
        try stored.blob(7, Array(object.bytes))
        for (place, item) in items.enumerated() {
            let address = "DB://cluster1/7/\(item.key)"
            if place == 1 {
                try stored.address(2, "es:\(address)?flags=utf-8")
            } else {
                try stored.row(Int64(place + 1), text(address), "external,utf-8")
            }
        }
        let reading = try await stored.read()
        #expect(reading.revisions.map(\.main.text) == items.map { Array($0.value) })
        #expect(reading.problems.isEmpty)
    }

    /// What `compressOld.php` leaves: an object, and stubs that lead to it. The object may have been moved away since.
    @Test(arguments: [false, true])
    func followsStubs(isMoved: Bool) async throws {
        let stored = try Stored()
        let object = try Self.object("concatenated")
        let items = object.items.sorted { $0.key < $1.key }
        if isMoved {
            try stored.blob(9, Array(object.bytes))
            try stored.row(1, text("DB://cluster1/9"), "object,utf-8,external")
        } else {
            try stored.row(1, Array(object.bytes), "object,utf-8")
        }
        for id in 2...3 {
            let key = items[id].key
            let stub = #"O:15:"HistoryBlobStub":2:{s:6:"mOldId";i:1;s:5:"mHash";s:32:"\#(key)";}"#
            try stored.row(Int64(id), text(stub), "object,utf-8")
        }
        let reading = try await stored.read()
        let texts = [object.text.map { Array($0) }, Array(items[2].value), Array(items[3].value)]
        #expect(reading.revisions.map(\.main.text) == texts)
        #expect(reading.problems.isEmpty)
    }

    @Test func readsTheTableCurWhereThereIsOne() async throws {
        let stored = try Stored()
        try stored.row(1, text(#"O:18:"historyblobcurstub":1:{s:6:"mCurId";i:77;}"#), "object")
        try stored.wiki.execute("CREATE TABLE cur (cur_id INTEGER, cur_text BLOB)")
        try stored.wiki.execute("INSERT INTO cur VALUES (77, 'of old')")
        let reading = try await stored.read()
        #expect(reading.revisions.first?.main.text == text("of old"))
        #expect(reading.problems.isEmpty)
    }

    /// The true cause and what helps, of each kind; the neighbours are read all the same.
    @Test(arguments: [
        ("tt:1", "utf-8,external", "DB://cluster2/5", "the external store cluster2, which is not configured"),
        ("es:DB://cluster2/5?flags=utf-8", "", "", "add it to externalstores in [source], or set producer=mediawiki"),
        (
            "tt:1", "utf-8,external", "DB://cluster1/99",
            "in row 99 of the external store cluster1, but there is no such row"
        ),
        ("tt:1", "external", "DB://cluster1", "its external store address \"DB://cluster1\" is not understood"),
        ("tt:1", "external", "http://host/5", "an unsupported kind of external store"),
        ("es:DB://cluster1/5/0", "", "", "cannot be read"),
        ("tt:1", "object", #"O:8:"stdClass":0:{}"#, "a PHP object of the class stdclass"),
        ("tt:1", "object", "nothing", "a PHP object that cannot be read"),
        ("tt:1", "object", #"O:27:"concatenatedgziphistoryblob":0:{}"#, "has no item \"default\""),
        (
            "tt:1", "object", #"O:15:"historyblobstub":2:{s:6:"mOldId";i:66;s:5:"mHash";s:1:"x";}"#,
            "points to text row 66, which is missing"
        ),
        (
            "tt:1", "object", #"O:15:"historyblobstub":2:{s:6:"mOldId";i:1;s:5:"mHash";s:1:"x";}"#,
            "points to text row 1, which does not hold a collection"
        ),
        (
            "tt:1", "object", #"O:15:"historyblobstub":2:{s:6:"mOldId";i:2;s:5:"mHash";s:1:"x";}"#,
            "points to text row 2, which does not hold a collection"
        ),
        (
            "tt:1", "object", #"O:18:"historyblobcurstub":1:{s:6:"mCurId";i:77;}"#, "row 77 of the table cur"
        ),
        ("tt:1", "utf-8,gzip", "no stream", "its compressed text is damaged"),
        ("tt:1", "utf-8,error", "x", "marked as lost"), ("xx:1", "", "", "of a kind that MediaWiki does not know"),
        ("tt:-5", "", "", "not understood"), ("tt:0x1", "", "", "not understood"),
        ("tt:99", "", "", "row 99 is missing"),
    ])
    func tellsTheCause(address: String, flags: String, row: String, words: String) async throws {
        let stored = try Stored()
        try stored.blob(5, text("no object"))
        if !flags.isEmpty { try stored.row(1, text(row), flags) }
        try stored.address(1, address)
        let reading = try await stored.read()
        #expect(reading.revisions.map(\.main.text) == [nil, text("text 2"), text("text 3")])
        #expect(reading.problems.count == 1 && reading.problems.allSatisfy(\.isLoss))
        #expect(reading.problems.allSatisfy { $0.revision == 1 && $0.message.contains(words) }, "\(reading.problems)")
    }

    @Test func knownBadTextsAreDeliberate() async throws {
        let stored = try Stored()
        try stored.address(1, "bad:T212428")
        let reading = try await stored.read()
        #expect(reading.revisions.first?.main.text == nil)
        #expect(reading.problems.map(\.isDamage) == [false])
        #expect(reading.problems.allSatisfy { $0.message.contains("bad:T212428") })
    }

    /// Bytes without the flag `utf-8`: as the legacy encoding has them, or as UTF-8, and never wrong in silence.
    @Test func legacyTexts() async throws {
        let stored = try Stored()
        try stored.row(1, [0x61, 0xE9], "")
        try stored.row(2, text("é"), "")
        try stored.row(3, [0x61, 0xE9], "utf-8")
        var reading = try await stored.read()
        #expect(reading.revisions.map(\.main.text) == [[0x61, 0xE9], text("é"), [0x61, 0xE9]])
        #expect(reading.problems.map(\.isLoss) == [true, false, true])
        stored.settings.legacyEncoding = "windows-1252"
        reading = try await stored.read()
        #expect(reading.revisions.map(\.main.text) == [text("aé"), text("Ã©"), [0x61, 0xE9]])
        #expect(reading.problems.map(\.revision) == [3])
    }

    /// What the wiki says holds where the configuration says nothing; an empty word is no encoding but UTF-8.
    @Test func theWikiTellsTheEncoding() throws {
        var facts = WikiFacts(siteInfo: SyntheticWiki.siteInfo)
        func decode(_ settings: TextSettings = TextSettings()) throws -> StoredText {
            try TextContext(settings, facts).expander.decode([0xC3, 0xA9], TextFlags())
        }
        #expect(try decode().fault == .takenAsUTF8)
        facts.legacyEncoding = ""
        #expect(try decode().fault == nil)
        facts.legacyEncoding = "windows-1252"
        #expect(try decode().text == text("Ã©"))
        #expect(try decode(TextSettings(legacyEncoding: "windows-1251")).text == text("Г©"))
        facts.legacyEncoding = "windows-9999"
        #expect(throws: DumpError.self) { try decode() }
    }

    @Test func bytesThatMeanNothingAreTold() async throws {
        let stored = try Stored()
        stored.settings.legacyEncoding = "windows-1252"
        try stored.row(1, [0x61, 0x81, 0xE9], "")
        let reading = try await stored.read()
        #expect(reading.revisions.first?.main.text == text("aé"))
        #expect(reading.problems.map(\.revision) == [1] && reading.problems.allSatisfy(\.isLoss))
    }

    @Test func aStoreThatIsNotThereEndsTheReading() async throws {
        let stored = try Stored()
        try stored.row(1, text("DB://cluster1/5"), "utf-8,external")
        stored.settings.externalStores["cluster1"]?.database = .sqlite("/nowhere/es.sqlite")
        let error = await dumpError { _ = try await stored.read() }
        #expect(error?.message.hasPrefix("the external store cluster1: ") == true)
        #expect(error?.remedy.contains("externalstores") == true)
    }

    /// Texts of many blobs, more of them than one batch or one question takes.
    @Test func readsManyBlobs() async throws {
        let stored = try Stored()
        let object = try Self.object("concatenated")
        let item = try #require(object.items.first { !$0.value.isEmpty })
        for id in 4...400 {
            try stored.wiki.revision(Int64(id), page: 1)
            try stored.blob(Int64(id), Array(object.bytes))
            try stored.row(Int64(id), text("DB://cluster1/\(id)/\(item.key)"), "utf-8,external")
        }
        let reading = try await stored.read()
        #expect(reading.revisions.dropFirst(3).allSatisfy { $0.main.text == Array(item.value) })
        #expect(reading.revisions.count == 400 && reading.problems.isEmpty)
    }
}

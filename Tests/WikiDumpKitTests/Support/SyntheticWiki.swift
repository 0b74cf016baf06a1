import Foundation
import GRDB
import SystemPackage

@testable import WikiDumpKit

/// A small wiki database made by hand, with the tables and columns of MediaWiki 1.39 that are read.
///
/// The file lies in a folder of its own, which goes when the value does.
final class SyntheticWiki {
    let folder: URL
    let path: FilePath
    let queue: DatabaseQueue
    private var lastText: Int64 = 0

    init(wal: Bool = false) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "synthetic-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = FilePath(folder.appending(path: "wiki.sqlite").path)
        queue = try DatabaseQueue(path: path.string)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = OFF; PRAGMA journal_mode = \(wal ? "WAL" : "DELETE")")
            try database.execute(sql: Self.schema)
        }
    }

    deinit {
        try? queue.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// The source to test.
    var source: SQLiteContentSource { SQLiteContentSource(database: path, inquiry: WikiFacts(siteInfo: Self.siteInfo)) }

    /// Runs statements, for damage of all kinds.
    func execute(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
        try queue.write { try $0.execute(sql: sql, arguments: arguments) }
    }

    /// Adds a page without revisions.
    func page(_ id: Int64, _ title: String, namespace: Int = 0, redirect: Bool = false) throws {
        try execute(
            "INSERT INTO page VALUES (?, ?, ?, ?, 0, 0, '', NULL, 0, 0, 'wikitext', NULL)",
            [id, namespace, title, redirect ? 1 : 0])
    }

    /// Adds a revision with one slot to a page and makes it the current one. Returns the id of its text.
    @discardableResult
    func revision(
        _ id: Int64, page: Int64, text: String = "text", comment: String = "why", actor: Int64 = 1, parent: Int64 = 0,
        timestamp: String = "20240102030405", hidden: Int = 0
    ) throws -> Int64 {
        try queue.write { database in
            try database.execute(
                sql: "INSERT INTO revision VALUES (?, ?, 0, ?, ?, 0, ?, ?, ?, 'revsum')",
                arguments: [id, page, actor, timestamp, hidden, text.utf8.count, parent])
            try database.execute(sql: "INSERT INTO comment VALUES (NULL, 0, ?, NULL)", arguments: [comment])
            try database.execute(
                sql: "INSERT INTO revision_comment_temp VALUES (?, ?)", arguments: [id, database.lastInsertedRowID])
            try database.execute(sql: "UPDATE page SET page_latest = ? WHERE page_id = ?", arguments: [id, page])
        }
        return try slot(id, role: 1, text: text)
    }

    /// Adds a slot to a revision. Returns the id of its text.
    @discardableResult
    func slot(_ revision: Int64, role: Int64, text: String, model: Int64 = 1) throws -> Int64 {
        try queue.write { database in
            try database.execute(sql: "INSERT INTO text VALUES (NULL, ?, 'utf-8')", arguments: [text])
            let row = database.lastInsertedRowID
            try database.execute(
                sql: "INSERT INTO content VALUES (NULL, ?, 'slotsum', ?, ?)",
                arguments: [text.utf8.count, model, "tt:\(row)"])
            try database.execute(
                sql: "INSERT INTO slots VALUES (?, ?, ?, ?)",
                arguments: [revision, role, database.lastInsertedRowID, revision])
            return row
        }
    }

    /// Adds a row to `redirect`.
    func redirect(from page: Int64, to title: String, namespace: Int = 0, interwiki: String = "") throws {
        try execute("INSERT INTO redirect VALUES (?, ?, ?, ?, '')", [page, namespace, title, interwiki])
    }

    /// Adds an entry of the log.
    func log(_ id: Int64, type: String = "move", actor: Int64 = 1, comment: Int64 = 1) throws {
        try execute(
            "INSERT INTO logging VALUES (?, ?, 'act', '20240102030405', ?, 0, 'Moved', NULL, ?, 'a:0:{}', 0)",
            [id, type, actor, comment])
    }

    static let siteInfo = SiteInfo(
        siteName: "Synthetic", databaseName: "synthetic", base: "https://wiki.example/", generator: "MediaWiki 1.39.17",
        capitalization: "first-letter", language: "en",
        namespaces: [(-1, "Special"), (0, ""), (1, "Talk"), (2, "User"), (6, "File"), (12, "Help me")].map {
            SiteInfo.Namespace(id: $0.0, name: $0.1, capitalization: "first-letter")
        })

    private static let schema = """
        CREATE TABLE page (page_id INTEGER PRIMARY KEY, page_namespace INTEGER, page_title BLOB,
            page_is_redirect INTEGER, page_is_new INTEGER, page_random REAL, page_touched BLOB,
            page_links_updated BLOB, page_latest INTEGER, page_len INTEGER, page_content_model BLOB, page_lang BLOB);
        CREATE UNIQUE INDEX page_name_title ON page (page_namespace, page_title);
        CREATE TABLE revision (rev_id INTEGER PRIMARY KEY, rev_page INTEGER, rev_comment_id INTEGER, rev_actor INTEGER,
            rev_timestamp BLOB, rev_minor_edit INTEGER, rev_deleted INTEGER, rev_len INTEGER, rev_parent_id INTEGER,
            rev_sha1 BLOB);
        CREATE INDEX rev_page_timestamp ON revision (rev_page, rev_timestamp);
        CREATE TABLE revision_comment_temp (revcomment_rev INTEGER, revcomment_comment_id INTEGER,
            PRIMARY KEY (revcomment_rev, revcomment_comment_id));
        CREATE TABLE slots (slot_revision_id INTEGER, slot_role_id INTEGER, slot_content_id INTEGER,
            slot_origin INTEGER, PRIMARY KEY (slot_revision_id, slot_role_id));
        CREATE TABLE slot_roles (role_id INTEGER PRIMARY KEY, role_name BLOB);
        CREATE TABLE content (content_id INTEGER PRIMARY KEY, content_size INTEGER, content_sha1 BLOB,
            content_model INTEGER, content_address BLOB);
        CREATE TABLE content_models (model_id INTEGER PRIMARY KEY, model_name BLOB);
        CREATE TABLE text (old_id INTEGER PRIMARY KEY, old_text BLOB, old_flags BLOB);
        CREATE TABLE actor (actor_id INTEGER PRIMARY KEY, actor_user INTEGER, actor_name BLOB);
        CREATE TABLE comment (comment_id INTEGER PRIMARY KEY, comment_hash INTEGER, comment_text BLOB,
            comment_data BLOB);
        CREATE TABLE redirect (rd_from INTEGER PRIMARY KEY, rd_namespace INTEGER, rd_title BLOB, rd_interwiki TEXT,
            rd_fragment BLOB);
        CREATE TABLE interwiki (iw_prefix TEXT, iw_url BLOB);
        CREATE TABLE logging (log_id INTEGER PRIMARY KEY, log_type BLOB, log_action BLOB, log_timestamp BLOB,
            log_actor INTEGER, log_namespace INTEGER, log_title BLOB, log_page INTEGER, log_comment_id INTEGER,
            log_params BLOB, log_deleted INTEGER);
        INSERT INTO slot_roles VALUES (1, 'main'), (2, 'zeta'), (3, 'aux');
        INSERT INTO content_models VALUES (1, 'wikitext'), (2, 'json');
        INSERT INTO actor VALUES (1, 7, 'Alice'), (2, NULL, '192.0.2.1');
        INSERT INTO interwiki VALUES ('other', 'https://other.example/$1');
        """
}

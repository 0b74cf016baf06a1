/// Data that an update of MediaWiki moves from old columns to new tables, row by row.
///
/// The old columns stay until everything is moved. While they exist, some rows may not be moved yet. Read from the new tables
/// alone, such rows would lack their text, author or summary. A database of 1.35 or later has none of these columns, so
/// nothing is searched.
struct SchemaMigration: Sendable {
    private let part: ContentPart
    private let table: String
    /// The column that exists until all rows are moved.
    private let oldColumn: String
    /// The kind of data in ``oldColumn``.
    private let subject: String
    /// The script that moves the rows; `update.php` runs it too.
    private let script: String

    private static let all = [
        (ContentPart.revisions, "revision", "rev_text_id", "texts", "populateContentTables.php"),
        (.revisions, "revision", "rev_user", "authors", "migrateActors.php"),
        (.revisions, "revision", "rev_comment", "summaries", "migrateComments.php"),
        (.log, "logging", "log_user", "authors", "migrateActors.php"),
        (.log, "logging", "log_comment", "comments", "migrateComments.php"),
    ].map { SchemaMigration(part: $0, table: $1, oldColumn: $2, subject: $3, script: $4) }

    /// Checks that all rows of a part are moved.
    /// - Throws: ``DumpError`` with code `schema` if one is not.
    static func check(_ part: ContentPart, _ schema: TableSchema, _ connection: some TableConnection) throws(DumpError)
    {
        for migration in all
        where migration.part == part && schema.has(migration.table, migration.oldColumn) {
            let query = try migration.search(schema, connection.dialect)
            guard let row = try connection.rows(query, { $0.int(0) }).first else { continue }
            throw DumpError(
                .schema,
                "\(schema.name) still has \(migration.subject) only in \(migration.table).\(migration.oldColumn), for example those of row \(row); the update of its MediaWiki is not finished",
                remedy: "run maintenance/\(migration.script), or update.php, of the wiki's MediaWiki to completion")
        }
    }

    /// A query that finds one row that is not moved.
    private func search(_ schema: TableSchema, _ dialect: TableDialect) throws(DumpError) -> String {
        let table = dialect.table(table)
        switch oldColumn {
        case "rev_text_id":
            return """
                SELECT r.rev_id FROM \(table) r
                LEFT JOIN \(dialect.table("slots")) s\(dialect.byPrimaryKey) ON s.slot_revision_id = r.rev_id
                WHERE s.slot_revision_id IS NULL AND r.rev_text_id <> 0 LIMIT 1
                """
        case "rev_user":
            let columns = try RevisionColumns(schema)
            return """
                SELECT r.rev_id FROM \(table) r \(columns.actorJoin(dialect))
                WHERE coalesce(\(columns.actor), 0) = 0 LIMIT 1
                """
        case "rev_comment":
            let columns = try RevisionColumns(schema)
            return """
                SELECT r.rev_id FROM \(table) r \(columns.commentJoin(dialect))
                WHERE coalesce(\(columns.comment), 0) = 0 LIMIT 1
                """
        case "log_user": return "SELECT log_id FROM \(table) WHERE log_actor = 0 LIMIT 1"
        default: return "SELECT log_id FROM \(table) WHERE log_comment_id = 0 LIMIT 1"
        }
    }
}

/// The queries that read revisions with their comments, slots and contents.
///
/// For SQLite, hints fix the order in which tables are read; MariaDB does not know these hints. MariaDB finds each part by an
/// index, and the order does not matter there.
struct RevisionSQL {
    /// The number of revisions that are packed at once: about 20 MB, which also suits processor caches.
    static let chunkLimit: Int64 = 150_000

    let dialect: TableDialect
    let source: RevisionColumns

    /// Reads all revisions in the order of the file; nil if that order gains nothing.
    var everything: String? {
        guard dialect.kind == .sqlite else { return nil }
        return "SELECT \(columns) FROM \(dialect.table("revision")) r NOT INDEXED \(joins)"
    }

    /// Counts the revisions of each page, by rising page id.
    func plan(_ extent: RevisionSelection.Extent) -> String {
        switch extent {
        case .all:
            """
            SELECT rev_page, count(*) FROM \(dialect.table("revision")) WHERE rev_page >= ?1 AND rev_page < ?2
            GROUP BY rev_page ORDER BY rev_page
            """
        case .current:
            """
            SELECT page_id, 1 FROM \(dialect.table("page")) WHERE page_id >= ?1 AND page_id < ?2 ORDER BY page_id
            """
        }
    }

    /// Reads the revisions of a range of pages. Each revision has one row for each slot, and its rows are consecutive.
    func part(_ extent: RevisionSelection.Extent) -> String {
        let (revision, page) = (dialect.table("revision"), dialect.table("page"))
        return switch (dialect.kind, extent) {
        // The plus sign keeps SQLite from scanning the whole table in that order. LIMIT -1 sets no limit, but it
        // keeps SQLite from losing the order when it merges the two queries.
        case (.sqlite, .all):
            """
            SELECT \(columns) FROM (
                SELECT rev_id AS i FROM \(revision) WHERE rev_page >= ?1 AND rev_page < ?2 ORDER BY +rev_id LIMIT -1
            ) CROSS JOIN \(revision) r ON r.rev_id = i \(joins)
            """
        case (.sqlite, .current):
            """
            SELECT \(columns) FROM (
                SELECT page_id AS p, page_latest AS i FROM \(page) WHERE page_id >= ?1 AND page_id < ?2
                ORDER BY +page_latest LIMIT -1
            ) CROSS JOIN \(revision) r ON r.rev_id = i AND r.rev_page = p \(joins)
            """
        case (.mariadb, .all):
            "SELECT \(columns) FROM \(revision) r \(joins) WHERE r.rev_page >= ?1 AND r.rev_page < ?2"
        case (.mariadb, .current):
            """
            SELECT \(columns) FROM \(page) p
            STRAIGHT_JOIN \(revision) r ON r.rev_id = p.page_latest AND r.rev_page = p.page_id \(joins)
            WHERE p.page_id >= ?1 AND p.page_id < ?2
            """
        }
    }

    private var columns: String {
        """
        r.rev_page, r.rev_id, r.rev_parent_id, r.rev_timestamp, r.rev_minor_edit, r.rev_deleted, \
        \(source.actor), \(source.sum), c.comment_id, c.comment_text, s.slot_revision_id, s.slot_role_id, s.slot_origin, \
        s.slot_content_id, t.content_id, t.content_size, t.content_sha1, t.content_model, t.content_address
        """
    }

    private var joins: String {
        """
        \(source.actorJoin(dialect)) \(source.commentJoin(dialect))
        LEFT JOIN \(dialect.table("comment")) c ON c.comment_id = \(source.comment)
        LEFT JOIN \(dialect.table("slots")) s\(dialect.byPrimaryKey) ON s.slot_revision_id = r.rev_id
        LEFT JOIN \(dialect.table("content")) t ON t.content_id = s.slot_content_id
        """
    }
}

/// The statements that read revisions with their comments, slots and contents.
///
/// SQLite is told in which order to walk: the hints are no part of SQL that MariaDB knows. There each part is found by
/// an index, and which order it comes in does not matter.
struct RevisionSQL {
    /// How many revisions are packed at once: some 20 MB, which also suits the caches of a processor.
    static let chunkLimit: Int64 = 150_000

    let dialect: TableDialect
    let source: RevisionColumns

    /// All revisions, in the order in which they lie in the file; nil where nothing is won by that.
    var everything: String? {
        guard dialect.kind == .sqlite else { return nil }
        return "SELECT \(columns) FROM \(dialect.table("revision")) r NOT INDEXED \(joins)"
    }

    /// How many revisions each page has, by rising page id.
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

    /// The revisions of a range of pages. The rows of a revision, one for each slot, come one after the other.
    func part(_ extent: RevisionSelection.Extent) -> String {
        let (revision, page) = (dialect.table("revision"), dialect.table("page"))
        return switch (dialect.kind, extent) {
        // The plus sign keeps SQLite from walking the whole table in that order, and the limit, which is none,
        // from losing the order when it merges the two queries.
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

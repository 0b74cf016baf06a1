import SystemPackage

/// Reads revisions with their comments, slots and contents, in the order in which the tables lie in the file.
struct RevisionScan {
    /// How many revisions are packed at once: some 50 MB.
    static let chunkLimit: Int64 = 400_000

    private let plan: SQLiteStatement
    private let whole: SQLiteStatement?
    private let part: SQLiteStatement
    private let end: Int64
    private var next: Int64
    private var isAtEnd = false

    init(
        _ connection: SQLiteHandle, selection: RevisionSelection, hasCommentLinks: Bool, path: FilePath
    ) throws(DumpError) {
        let isWhole = selection.pages == nil && selection.extent == .all
        // Page ids are positive in MediaWiki; others can only be damage, and are read all the same.
        next = selection.pages?.lowerBound ?? .min
        end = selection.pages?.upperBound ?? .max
        let joins = Self.joins(hasCommentLinks: hasCommentLinks)
        whole =
            isWhole
            ? try SQLiteStatement(
                connection, "SELECT \(Self.columns) FROM revision r NOT INDEXED \(joins)", path: path) : nil
        switch selection.extent {
        case .all:
            plan = try SQLiteStatement(
                connection,
                """
                SELECT rev_page, count(*) FROM revision WHERE rev_page >= ?1 AND rev_page < ?2
                GROUP BY rev_page ORDER BY rev_page
                """, path: path)
            // The plus sign keeps SQLite from walking the whole table in that order.
            part = try SQLiteStatement(
                connection,
                """
                SELECT \(Self.columns) FROM (
                    SELECT rev_id AS i FROM revision WHERE rev_page >= ?1 AND rev_page < ?2 ORDER BY +rev_id
                ) CROSS JOIN revision r ON r.rev_id = i \(joins)
                """, path: path)
        case .current:
            plan = try SQLiteStatement(
                connection, "SELECT page_id, 1 FROM page WHERE page_id >= ?1 AND page_id < ?2 ORDER BY page_id",
                path: path)
            part = try SQLiteStatement(
                connection,
                """
                SELECT \(Self.columns) FROM (
                    SELECT page_id AS p, page_latest AS i FROM page WHERE page_id >= ?1 AND page_id < ?2
                    ORDER BY +page_latest
                ) CROSS JOIN revision r ON r.rev_id = i AND r.rev_page = p \(joins)
                """, path: path)
        }
    }

    /// Reads the revisions of the next pages, in no particular order; false if there are no more.
    mutating func load(into packed: inout PackedRevisions) throws(DumpError) -> Bool {
        packed.removeAll()
        if isAtEnd { return false }
        let isFirst = next == .min
        let bound = try chunkEnd()
        let statement: SQLiteStatement
        if let whole, isFirst, isAtEnd {
            statement = whole
            statement.bind(EmptyCollection())
        } else {
            statement = part
            statement.bind([next, bound])
        }
        next = bound
        defer { statement.reset() }
        try Self.pack(statement, into: &packed)
        return true
    }

    /// Where the chunk that starts at `next` ends. Never between two revisions of a page.
    private mutating func chunkEnd() throws(DumpError) -> Int64 {
        plan.bind([next, end])
        defer { plan.reset() }
        var count: Int64 = 0
        while try plan.step() {
            if count > 0, count + plan.int(1) > Self.chunkLimit { return plan.int(0) }
            count += plan.int(1)
        }
        isAtEnd = true
        return end
    }

    private static let columns = """
        r.rev_page, r.rev_id, r.rev_parent_id, r.rev_timestamp, r.rev_minor_edit, r.rev_deleted, r.rev_actor, \
        r.rev_sha1, c.comment_id, c.comment_text, s.slot_revision_id, s.slot_role_id, s.slot_origin, \
        s.slot_content_id, t.content_id, t.content_size, t.content_sha1, t.content_model, t.content_address
        """

    private static func joins(hasCommentLinks: Bool) -> String {
        (hasCommentLinks
            ? """
            LEFT JOIN revision_comment_temp l ON l.revcomment_rev = r.rev_id
            LEFT JOIN comment c ON c.comment_id = l.revcomment_comment_id
            """ : "LEFT JOIN comment c ON c.comment_id = r.rev_comment_id") + """

                LEFT JOIN slots s ON s.slot_revision_id = r.rev_id
                LEFT JOIN content t ON t.content_id = s.slot_content_id
                """
    }

    /// Packs what the statement gives: for each revision one row per slot, one after the other.
    private static func pack(_ rows: SQLiteStatement, into packed: inout PackedRevisions) throws(DumpError) {
        var last: Int64?
        while try rows.step() {
            let revision = rows.int(1)
            if revision == last {
                packed.write(1)
            } else {
                if last != nil { packed.write(0) }
                last = revision
                packed.begin(page: rows.int(0), revision: revision)
                for column: Int32 in [2, 4, 5, 6] { packed.write(rows.int(column)) }
                unsafe rows.withBytes(3) { unsafe packed.write($0) }
                unsafe rows.withBytes(7) { unsafe packed.write($0) }
                packed.write(rows.isNull(8) ? 0 : 1)
                unsafe rows.withBytes(9) { unsafe packed.write($0) }
                if rows.isNull(10) { continue }
                packed.write(1)
            }
            for column: Int32 in [11, 12, 13] { packed.write(rows.int(column)) }
            packed.write(rows.isNull(14) ? 0 : 1)
            if rows.isNull(14) { continue }
            packed.write(rows.int(15))
            packed.write(rows.int(17))
            unsafe rows.withBytes(16) { unsafe packed.write($0) }
            unsafe rows.withBytes(18) { unsafe packed.write($0) }
        }
        if last != nil { packed.write(0) }
    }
}

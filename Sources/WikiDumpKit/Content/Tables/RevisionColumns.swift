/// The location of data that moved between versions of MediaWiki.
///
/// The author and summary of a revision were in separate tables until 1.38 and 1.40. The columns of `revision` exist from
/// 1.35 on, and hold 0 as long as the row in the other table counts. The hash of a revision is stored until 1.45; later it is
/// derived from the hashes of its slots.
struct RevisionColumns: Sendable, Hashable {
    enum Place: Sendable, Hashable {
        case column
        case link
        /// In the column, or if that holds 0, in the linking table.
        case either

        init?(hasColumn: Bool, hasLink: Bool) {
            switch (hasColumn, hasLink) {
            case (true, true): self = .either
            case (true, false): self = .column
            case (false, true): self = .link
            case (false, false): return nil
            }
        }

        /// The SQL expression for the id.
        func number(column: String, link: String) -> String {
            switch self {
            case .column: column
            case .link: link
            case .either: "CASE WHEN \(column) <> 0 THEN \(column) ELSE \(link) END"
            }
        }
    }

    /// Whether the hash of a revision is stored.
    let hasSum: Bool
    private let actorPlace: Place
    private let commentPlace: Place

    /// - Throws: ``DumpError`` with code `schema` if authors or summaries are stored nowhere.
    init(_ schema: TableSchema) throws(DumpError) {
        hasSum = schema.has("revision", "rev_sha1")
        func place(_ subject: String, _ column: String, _ link: String, _ columns: String...) throws(DumpError) -> Place
        {
            let hasLink = columns.allSatisfy { schema.has(link, $0) }
            if let place = Place(hasColumn: schema.has("revision", column), hasLink: hasLink) { return place }
            throw schema.refusal(
                "\(schema.name) does not record \(subject): it has neither the column \(column) nor the table \(link)")
        }
        actorPlace = try place(
            "who made a revision", "rev_actor", "revision_actor_temp", "revactor_rev", "revactor_actor")
        commentPlace = try place(
            "the summary of a revision", "rev_comment_id", "revision_comment_temp", "revcomment_rev",
            "revcomment_comment_id")
    }

    /// The SQL for the stored hash of the revision `r`.
    var sum: String { hasSum ? "r.rev_sha1" : "NULL" }

    /// The SQL for the actor id of the revision `r`.
    var actor: String { actorPlace.number(column: "r.rev_actor", link: "la.revactor_actor") }

    /// The SQL for the comment id of the revision `r`.
    var comment: String { commentPlace.number(column: "r.rev_comment_id", link: "lc.revcomment_comment_id") }

    /// The join that ``actor`` needs.
    func actorJoin(_ dialect: TableDialect) -> String {
        actorPlace == .column
            ? ""
            : "LEFT JOIN \(dialect.table("revision_actor_temp")) la\(dialect.byPrimaryKey) ON la.revactor_rev = r.rev_id"
    }

    /// The join that ``comment`` needs.
    func commentJoin(_ dialect: TableDialect) -> String {
        commentPlace == .column
            ? ""
            : "LEFT JOIN \(dialect.table("revision_comment_temp")) lc\(dialect.byPrimaryKey) ON lc.revcomment_rev = r.rev_id"
    }
}

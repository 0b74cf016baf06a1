/// Where a database keeps what has moved from one version of MediaWiki to another.
///
/// Who made a revision, and why, stood in tables of their own until 1.38 and 1.40; the columns of `revision` were there from
/// 1.35 on, and hold 0 as long as the row in the other table counts. The sum of a revision is stored until 1.45; later it
/// follows from those of its slots.
struct RevisionColumns: Sendable, Hashable {
    /// Where the number of an actor or a comment stands.
    enum Place: Sendable, Hashable {
        /// In a column of `revision`.
        case column
        /// In a table that links revisions to it.
        case link
        /// In the column, or where that holds 0, in the other table.
        case either

        init?(hasColumn: Bool, hasLink: Bool) {
            switch (hasColumn, hasLink) {
            case (true, true): self = .either
            case (true, false): self = .column
            case (false, true): self = .link
            case (false, false): return nil
            }
        }

        /// The number in SQL.
        func number(column: String, link: String) -> String {
            switch self {
            case .column: column
            case .link: link
            case .either: "CASE WHEN \(column) <> 0 THEN \(column) ELSE \(link) END"
            }
        }
    }

    /// Whether the sum of a revision is stored.
    let hasSum: Bool
    private let actorPlace: Place
    private let commentPlace: Place

    /// - Throws: ``DumpError`` with code `schema` if who made revisions, or why, stands nowhere.
    init(_ schema: TableSchema) throws(DumpError) {
        hasSum = schema.has("revision", "rev_sha1")
        guard
            let actor = Place(
                hasColumn: schema.has("revision", "rev_actor"),
                hasLink: schema.has("revision_actor_temp", "revactor_rev", "revactor_actor"))
        else {
            throw schema.refusal(
                "\(schema.name) says nowhere who made a revision: it has neither the column rev_actor nor the table revision_actor_temp"
            )
        }
        guard
            let comment = Place(
                hasColumn: schema.has("revision", "rev_comment_id"),
                hasLink: schema.has("revision_comment_temp", "revcomment_rev", "revcomment_comment_id"))
        else {
            throw schema.refusal(
                "\(schema.name) says nowhere what the summary of a revision is: it has neither the column rev_comment_id nor the table revision_comment_temp"
            )
        }
        (actorPlace, commentPlace) = (actor, comment)
    }

    /// The stored sum of the revision `r`.
    var sum: String { hasSum ? "r.rev_sha1" : "NULL" }

    /// The number of the actor who made the revision `r`.
    var actor: String { actorPlace.number(column: "r.rev_actor", link: "la.revactor_actor") }

    /// The number of the comment of the revision `r`.
    var comment: String { commentPlace.number(column: "r.rev_comment_id", link: "lc.revcomment_comment_id") }

    /// The joins that ``actor`` needs.
    func actorJoin(_ dialect: TableDialect) -> String {
        actorPlace == .column
            ? ""
            : "LEFT JOIN \(dialect.table("revision_actor_temp")) la\(dialect.byPrimaryKey) ON la.revactor_rev = r.rev_id"
    }

    /// The joins that ``comment`` needs.
    func commentJoin(_ dialect: TableDialect) -> String {
        commentPlace == .column
            ? ""
            : "LEFT JOIN \(dialect.table("revision_comment_temp")) lc\(dialect.byPrimaryKey) ON lc.revcomment_rev = r.rev_id"
    }
}

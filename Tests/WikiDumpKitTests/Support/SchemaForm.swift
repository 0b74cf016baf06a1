import Testing

/// The form that the tables of a wiki have in other versions of MediaWiki, as SQL that makes it of a database of 1.39.
///
/// SQLite and MariaDB understand it. A column that goes is renamed, which both can do whatever index it is in.
struct SchemaForm: Sendable {
    let versions: String
    let sql: String
    /// Whether the sums of revisions are stored.
    var hasSums = true

    static let all = [
        SchemaForm(versions: "1.31 to 1.34", sql: actorsInLinks + oldColumns),
        SchemaForm(versions: "1.35 to 1.37", sql: actorsInLinks),
        SchemaForm(versions: "1.38, half migrated", sql: halfOfActorsInLinks),
        SchemaForm(versions: "1.40, half migrated", sql: commentsInColumn("AND revcomment_rev % 2 = 0")),
        SchemaForm(versions: "1.41 to 1.45", sql: commentsInColumn() + withoutCommentLinks),
        SchemaForm(
            versions: "1.45, sums lost", sql: commentsInColumn() + withoutCommentLinks + emptySums, hasSums: false),
        SchemaForm(
            versions: "1.46 and later", sql: commentsInColumn() + withoutCommentLinks + withoutSums, hasSums: false),
    ]

    private static let actorsInLinks = """
        CREATE TABLE revision_actor_temp (
            revactor_rev BIGINT NOT NULL, revactor_actor BIGINT NOT NULL, PRIMARY KEY (revactor_rev, revactor_actor));
        INSERT INTO revision_actor_temp SELECT rev_id, rev_actor FROM revision;
        UPDATE revision SET rev_actor = 0;

        """
    private static let halfOfActorsInLinks = """
        CREATE TABLE revision_actor_temp (
            revactor_rev BIGINT NOT NULL, revactor_actor BIGINT NOT NULL, PRIMARY KEY (revactor_rev, revactor_actor));
        INSERT INTO revision_actor_temp SELECT rev_id, rev_actor FROM revision WHERE rev_id % 2 = 0;
        UPDATE revision SET rev_actor = 0 WHERE rev_id % 4 = 0;

        """
    private static let oldColumns = """
        ALTER TABLE revision RENAME COLUMN rev_actor TO gone_actor;
        ALTER TABLE revision RENAME COLUMN rev_comment_id TO gone_comment_id;
        ALTER TABLE revision ADD COLUMN rev_text_id BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE revision ADD COLUMN rev_user BIGINT NOT NULL DEFAULT 0;

        """
    /// Moves comments from the table of links to the column.
    private static func commentsInColumn(_ condition: String = "") -> String {
        """
        UPDATE revision SET rev_comment_id = coalesce((
            SELECT revcomment_comment_id FROM revision_comment_temp WHERE revcomment_rev = rev_id \(condition)), 0);
        DELETE FROM revision_comment_temp WHERE 1 = 1 \(condition);

        """
    }
    private static let withoutCommentLinks = "DROP TABLE revision_comment_temp;\n"
    private static let emptySums = "UPDATE revision SET rev_sha1 = '';\n"
    private static let withoutSums = """
        ALTER TABLE revision DROP COLUMN rev_sha1;
        ALTER TABLE archive DROP COLUMN ar_sha1;

        """
}

extension SchemaForm: CustomTestStringConvertible {
    var testDescription: String { versions }
}

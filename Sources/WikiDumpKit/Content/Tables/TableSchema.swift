/// The tables and columns of a database, as far as they are read, and which parts of the content they suffice for.
///
/// The columns that exist decide, not a version. One farm may hold databases of many versions, some with an unfinished
/// update.
struct TableSchema: Sendable {
    /// The name of the database in messages.
    let name: String
    private let columns: [String: Set<String>]

    /// The tables for each part, with the columns that are read and that all versions have.
    private static let required: [ContentPart: [(table: String, columns: [String])]] = [
        .titles: counted,
        .log: counted + [
            (
                "logging",
                [
                    "log_action", "log_timestamp", "log_actor", "log_namespace", "log_title", "log_comment_id",
                    "log_params", "log_deleted",
                ]
            ),
            // A log entry may repeat hidden parts of a revision.
            ("revision", ["rev_deleted"]),
        ] + people,
        .revisions: counted + [
            ("page", ["page_is_redirect", "page_latest"]),
            ("revision", ["rev_timestamp", "rev_minor_edit", "rev_deleted", "rev_parent_id", "rev_len"]),
            ("slots", ["slot_revision_id", "slot_role_id", "slot_content_id", "slot_origin"]),
            ("slot_roles", ["role_id", "role_name"]),
            ("content", ["content_id", "content_size", "content_sha1", "content_model", "content_address"]),
            ("content_models", ["model_id", "model_name"]),
            ("text", ["old_id", "old_text", "old_flags"]),
            ("redirect", ["rd_from", "rd_namespace", "rd_title", "rd_interwiki"]),
        ] + people,
    ]

    /// The tables for ``ContentCounts``.
    private static let counted: [(table: String, columns: [String])] = [
        ("page", ["page_id", "page_namespace", "page_title"]), ("revision", ["rev_id", "rev_page"]),
        ("logging", ["log_id", "log_type"]),
    ]

    private static let people: [(table: String, columns: [String])] = [
        ("actor", ["actor_id", "actor_user", "actor_name"]), ("comment", ["comment_id", "comment_text"]),
    ]

    /// Tables that only some versions have.
    private static let optional = ["revision_actor_temp", "revision_comment_temp", "interwiki"]

    /// Inspects the tables.
    /// - Throws: ``DumpError`` with code `schema` if these are not the tables of a wiki.
    init(_ connection: some TableConnection, name: String) throws(DumpError) {
        self.name = name
        var columns: [String: Set<String>] = [:]
        for table in Set(Self.required.values.joined().map(\.table) + Self.optional) {
            columns[table] = try connection.columns(of: table)
        }
        self.columns = columns
        guard has("page") else {
            throw DumpError(
                .schema,
                "\(name) has no table \((connection.dialect.prefix + "page")), so it is not the database of a wiki",
                remedy: "correct tableprefix, or the name of the database, in [source]")
        }
    }

    func has(_ table: String) -> Bool { columns[table]?.isEmpty == false }

    func has(_ table: String, _ names: String...) -> Bool { columns[table]?.isSuperset(of: names) ?? false }

    /// Checks that everything that a part is read from exists.
    /// - Throws: ``DumpError`` with code `schema` if something is missing.
    func check(_ part: ContentPart) throws(DumpError) {
        for (table, names) in Self.required[part] ?? [] {
            guard has(table) else { throw refusal("\(name) has no table \(table)") }
            for column in names where !has(table, column) {
                throw refusal("table \(table) of \(name) has no column \(column)")
            }
        }
        if part == .revisions { _ = try RevisionColumns(self) }
    }

    /// An error that says what cannot be read, which version the database looks like, and what to do.
    func refusal(_ message: String) -> DumpError {
        let (version, remedy) = age
        return DumpError(.schema, "\(message); it looks like a database of MediaWiki \(version)", remedy: remedy)
    }

    /// The versions that have such tables, and how to update them to readable ones.
    private var age: (version: String, remedy: String) {
        let update = "update the database with maintenance/update.php of MediaWiki 1.35 or later"
        if !has("comment") { return ("1.29 or older", update) }
        if !has("actor") || !has("slots") { return ("1.30 or older", update) }
        if has("revision", "rev_text_id") { return ("1.31 to 1.34", update) }
        if has("revision_actor_temp") {
            return ("1.35 to 1.38", "run maintenance/update.php of the wiki's MediaWiki to completion")
        }
        return (
            "1.39 or later",
            "run maintenance/update.php of the wiki's MediaWiki to completion; "
                + "if that is later than 1.47, a newer WikiDumpKit is needed"
        )
    }
}

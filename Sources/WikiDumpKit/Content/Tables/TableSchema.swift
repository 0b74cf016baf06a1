/// The tables and columns of MediaWiki 1.39 that are read.
enum TableSchema {
    private static let required: [(table: String, columns: [String])] = [
        ("page", ["page_id", "page_namespace", "page_title", "page_is_redirect", "page_latest"]),
        (
            "revision",
            [
                "rev_id", "rev_page", "rev_actor", "rev_timestamp", "rev_minor_edit", "rev_deleted", "rev_parent_id",
                "rev_sha1",
            ]
        ),
        ("slots", ["slot_revision_id", "slot_role_id", "slot_content_id", "slot_origin"]),
        ("slot_roles", ["role_id", "role_name"]),
        ("content", ["content_id", "content_size", "content_sha1", "content_model", "content_address"]),
        ("content_models", ["model_id", "model_name"]),
        ("text", ["old_id", "old_text", "old_flags"]),
        ("actor", ["actor_id", "actor_user", "actor_name"]),
        ("comment", ["comment_id", "comment_text"]),
        ("redirect", ["rd_from", "rd_namespace", "rd_title", "rd_interwiki", "rd_fragment"]),
        (
            "logging",
            [
                "log_id", "log_type", "log_action", "log_timestamp", "log_actor", "log_namespace", "log_title",
                "log_comment_id", "log_params", "log_deleted",
            ]
        ),
    ]

    /// Checks that all is there.
    /// - Returns: Whether the comments of revisions are found through `revision_comment_temp`, as in 1.39;
    ///   from 1.40 on the revision itself names its comment.
    static func check(_ connection: some TableConnection, name: String) throws(DumpError) -> Bool {
        for (table, columns) in required {
            try check(table, columns, of: connection.columns(of: table), name: name)
        }
        if try !connection.columns(of: "revision_comment_temp").isEmpty { return true }
        try check("revision", ["rev_comment_id"], of: connection.columns(of: "revision"), name: name)
        return false
    }

    private static func check(_ table: String, _ columns: [String], of present: Set<String>, name: String)
        throws(DumpError)
    {
        let remedy =
            "the database must be that of MediaWiki 1.39 or later; run its maintenance/update.php, or correct [source] tableprefix"
        if present.isEmpty { throw DumpError(.schema, "\(name) has no table \(table)", remedy: remedy) }
        for column in columns where !present.contains(column) {
            throw DumpError(.schema, "table \(table) of \(name) has no column \(column)", remedy: remedy)
        }
    }
}

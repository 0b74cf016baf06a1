/// Tables that the public must never see: passwords, addresses of editors, texts of deleted pages, what users watch. What is
/// hidden in them cannot be told from the rest, row by row, so they are never published, whatever a list of tables says.
enum TableSecrets {
    /// Whether a table is one of them.
    /// - Parameter table: Its name, without the prefix.
    static func contains(_ table: String) -> Bool { tables.contains(table) }

    private static let tables: Set<String> = [
        // MediaWiki
        "actor", "archive", "bot_passwords", "comment", "content", "filearchive", "ip_changes", "ipblocks_restrictions",
        "job", "log_search", "logging", "objectcache", "querycache", "querycachetwo", "recentchanges", "searchindex",
        "slots", "text", "uploadstash", "user", "user_autocreate_serial", "user_newtalk", "user_properties",
        "watchlist",
        "watchlist_expiry", "watchlist_label", "watchlist_label_member",
        // Its extensions
        "abuse_filter", "abuse_filter_action", "abuse_filter_history", "abuse_filter_log",
        "cu_changes", "cu_log", "cu_log_event", "cu_private_event", "cu_useragent",
        "echo_event", "echo_notification", "echo_target_page", "globalblocks", "globaluser",
        "global_user_autocreate_serial",
        "oathauth_devices", "oathauth_users", "oauth2_access_tokens", "oauth_accepted_consumer",
        "oauth_registered_consumer", "spoofuser",
    ]
}

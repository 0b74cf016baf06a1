/// Rules for the tables that reveal something hidden: which rows and values are shown.
///
/// A table without a rule hides nothing. Tables that must not be shown at all are in ``TableSecrets``.
enum TableRules {
    typealias Rule = @Sendable (inout TableFilter, TableScope) throws(DumpError) -> Void

    /// The rule for a table; nil if all of it is shown.
    /// - Parameter details: Whether to withhold what MediaWiki reveals about hidden texts.
    static func rule(of table: String, _ details: HiddenDetails) -> Rule? {
        if let rule = ofEveryWiki[table] { return rule }
        guard details == .withhold else { return nil }
        if let column = pageColumns[table] { return leavingOutPages(column) }
        if let (letter, column) = entityColumns[table] { return leavingOutEntities(letter, column) }
        return ofHiddenTexts[table]
    }

    // MARK: What MediaWiki itself does not show

    private static let ofEveryWiki: [String: Rule] = [
        "babel": { (filter, scope) throws(DumpError) in
            filter.leaveOut(try scope.users().contains(scope.column("babel_user")))
        },
        "block": { (filter, scope) throws(DumpError) in
            let target = scope.dialect.table("block_target")
            filter.require("\(try scope.column("bl_deleted")) = 0")
            filter.require("\(try scope.column("bl_target")) IN (SELECT bt_id FROM \(target) WHERE bt_auto = 0)")
            filter.empty(["bl_by_actor"], if: try scope.actors().contains(scope.column("bl_by_actor")), showing: "0")
        },
        "block_target": { (filter, scope) throws(DumpError) in
            let block = scope.dialect.table("block")
            filter.require("\(try scope.column("bt_auto")) = 0")
            filter.require("bt_id IN (SELECT bl_target FROM \(block) WHERE bl_deleted = 0)")
            filter.leaveOut(try scope.users().contains(scope.column("bt_user")))
        },
        "change_tag": { (filter, scope) throws(DumpError) in
            let withholds = scope.hidden.withholdsTexts
            let (revision, log) = (scope.dialect.table("revision"), scope.dialect.table("logging"))
            let (revisionID, logID) = (try scope.column("ct_rev_id"), try scope.column("ct_log_id"))
            filter.require(
                """
                coalesce(\(revisionID), 0) = 0 OR EXISTS (SELECT 1 FROM \(revision) WHERE rev_id = \(revisionID)
                \(withholds ? "AND (rev_deleted & 1) = 0" : ""))
                """)
            filter.require(
                """
                coalesce(\(logID), 0) = 0 OR EXISTS (SELECT 1 FROM \(log) WHERE log_id = \(logID)
                AND \(scope.dialect.condition(scope.log)) \(withholds ? "AND (log_deleted & 1) = 0" : ""))
                """)
        },
        "file": { (filter, scope) throws(DumpError) in filter.require("\(try scope.column("file_deleted")) = 0") },
        "filerevision": { (filter, scope) throws(DumpError) in
            let file = scope.dialect.table("file")
            filter.require("\(try scope.column("fr_file")) IN (SELECT file_id FROM \(file) WHERE file_deleted = 0)")
            try filter.emptyFile("fr_", scope)
        },
        "flaggedrevs": { (filter, scope) throws(DumpError) in
            filter.empty(["fr_user"], if: try scope.users().contains(scope.column("fr_user")), showing: "0")
        },
        "image": { (filter, scope) throws(DumpError) in
            filter.empty(["img_actor"], if: try scope.actors().contains(scope.column("img_actor")), showing: "0")
        },
        "ipblocks": { (filter, scope) throws(DumpError) in
            filter.require("\(try scope.column("ipb_deleted")) = 0 AND \(try scope.column("ipb_auto")) = 0")
            filter.empty(["ipb_by_actor"], if: try scope.actors().contains(scope.column("ipb_by_actor")), showing: "0")
        },
        "oldimage": { (filter, scope) throws(DumpError) in try filter.emptyFile("oi_", scope) },
        "protected_titles": { (filter, scope) throws(DumpError) in
            filter.empty(["pt_user"], if: try scope.users().contains(scope.column("pt_user")), showing: "0")
            if scope.hidden.withholdsTexts { filter.leaveOut(try SuppressedTitles.condition(scope)) }
        },
        "revision": { (filter, scope) throws(DumpError) in
            let isCurrent =
                "EXISTS (SELECT 1 FROM \(scope.dialect.table("page")) WHERE page_id = rev_page AND page_latest = rev_id)"
            let bits = try scope.column("rev_deleted")
            let isHidden =
                scope.hidden.withholdsTexts ? "(\(bits) & 1) <> 0" : "(\(bits) & 1) <> 0 AND NOT \(isCurrent)"
            filter.empty(["rev_len"], if: isHidden, showing: "NULL")
            filter.empty(["rev_sha1"], if: isHidden, showing: "''")
            filter.empty(["rev_comment_id"], if: "(\(bits) & 2) <> 0", showing: "0")
            filter.empty(["rev_actor"], if: "(\(bits) & 4) <> 0", showing: "0")
        },
        "user_former_groups": { (filter, scope) throws(DumpError) in
            filter.leaveOut(try scope.users().contains(scope.column("ufg_user")))
        },
        "user_groups": { (filter, scope) throws(DumpError) in
            filter.leaveOut(try scope.users().contains(scope.column("ug_user")))
        },
    ]

    // MARK: What follows from hidden texts

    private static let ofHiddenTexts: [String: Rule] = [
        "category": LinkTargets.categories,
        "globalimagelinks": { (filter, scope) throws(DumpError) in
            let page = try scope.column("gil_page")
            let isHidden = scope.hidden.pages.contains(page).map { " OR \($0)" } ?? ""
            let isOurs = scope.dialect.equal(try scope.column("gil_wiki"), scope.wiki)
            filter.leaveOut("\(isOurs) AND (NOT \(scope.isThere(page: page))\(isHidden))")
        },
        "linktarget": LinkTargets.targets,
        "page": { (filter, scope) throws(DumpError) in
            filter.empty(
                ["page_len", "page_is_redirect"], if: scope.hidden.pages.contains(try scope.column("page_id")),
                showing: "0")
        },
        "wb_terms": { (filter, scope) throws(DumpError) in
            for (letter, type) in [("Q", "item"), ("P", "property")] as [(Character, String)] {
                let number = scope.hidden.entities[letter]?.contains(try scope.column("term_entity_id"))
                guard let number else { continue }
                filter.leaveOut("\(number) AND \(scope.dialect.equal(try scope.column("term_entity_type"), type))")
            }
        },
        "wbt_term_in_lang": EntityTerms.terms, "wbt_text": EntityTerms.texts,
        "wbt_text_in_lang": EntityTerms.textsInLanguages,
    ]

    private static func leavingOutPages(_ column: String) -> Rule {
        { (filter, scope) throws(DumpError) in
            let page = try scope.column(column)
            filter.require(scope.isThere(page: page))
            filter.leaveOut(scope.hidden.pages.contains(page))
        }
    }

    private static func leavingOutEntities(_ letter: Character, _ column: String) -> Rule {
        { (filter, scope) throws(DumpError) in
            filter.leaveOut(scope.hidden.entities[letter]?.contains(try scope.column(column)))
        }
    }

    /// Tables with rows derived from the text of a page, and the column for the page.
    private static let pageColumns = [
        "categorylinks": "cl_from", "existencelinks": "exl_from", "externallinks": "el_from", "geo_tags": "gt_page_id",
        "imagelinks": "il_from", "iwlinks": "iwl_from", "langlinks": "ll_from", "page_props": "pp_page",
        "pagelinks": "pl_from", "redirect": "rd_from", "templatelinks": "tl_from",
        "wb_entity_per_page": "epp_page_id", "wbc_entity_usage": "eu_page_id",
    ]

    /// Tables with rows derived from the text of an entity: the letter of the entity type, and the column for the number.
    private static let entityColumns: [String: (Character, String)] = [
        "wb_items_per_site": ("Q", "ips_item_id"), "wb_property_info": ("P", "pi_property_id"),
        "wbt_item_terms": ("Q", "wbit_item_id"), "wbt_property_terms": ("P", "wbpt_property_id"),
    ]
}

extension TableFilter {
    /// Empties the hidden parts of file versions: the file, the comment, the uploader.
    fileprivate mutating func emptyFile(_ prefix: String, _ scope: TableScope) throws(DumpError) {
        let bits = try scope.column(prefix + "deleted")
        let actor = try scope.column(prefix + "actor")
        empty(["size", "width", "height", "bits"].map { prefix + $0 }, if: "(\(bits) & 1) <> 0", showing: "0")
        empty(["archive_name", "metadata", "sha1"].map { prefix + $0 }, if: "(\(bits) & 1) <> 0", showing: "''")
        empty([prefix + "description_id"], if: "(\(bits) & 2) <> 0", showing: "0")
        empty([actor], if: "(\(bits) & 4) <> 0", showing: "0")
        empty([actor], if: try scope.actors().contains(actor), showing: "0")
    }
}

/// Rules for link targets and categories. A row is shown only if something visible refers to it.
///
/// MediaWiki keeps the title of a link after the link is gone, even if its text was deleted or hidden.
enum LinkTargets {
    /// Tables whose rows refer to a target: the columns for the target and for the page.
    static let references = [
        (table: "pagelinks", target: "pl_target_id", page: "pl_from"),
        (table: "templatelinks", target: "tl_target_id", page: "tl_from"),
        (table: "categorylinks", target: "cl_target_id", page: "cl_from"),
        (table: "imagelinks", target: "il_target_id", page: "il_from"),
        (table: "existencelinks", target: "exl_target_id", page: "exl_from"),
    ]

    static let targets: TableRules.Rule = { (filter, scope) throws(DumpError) in
        let id = try scope.column("lt_id")
        let links = references.filter { scope.has($0.target, in: $0.table) }.map { reference in
            let isHidden = scope.hidden.pages.contains(reference.page).map { " AND NOT \($0)" } ?? ""
            return """
                EXISTS (SELECT 1 FROM \(scope.dialect.table(reference.table))
                WHERE \(reference.target) = \(id) AND \(scope.isThere(page: reference.page))\(isHidden))
                """
        }
        filter.require(links.isEmpty ? "1 = 0" : links.joined(separator: " OR "))
    }

    /// The rule for the table `category`. The counts leave out hidden pages. A category is left out if it has no page of its
    /// own and no visible members.
    static let categories: TableRules.Rule = { (filter, scope) throws(DumpError) in
        let title = try scope.column("cat_title")
        let (page, target) = (scope.dialect.table("page"), scope.dialect.table("linktarget"))
        let isMember =
            scope.has("cl_to", in: "categorylinks")
            ? "cl_to = \(title)"
            : "cl_target_id = (SELECT lt_id FROM \(target) WHERE lt_namespace = 14 AND lt_title = \(title))"
        let members = "FROM \(scope.dialect.table("categorylinks")) WHERE \(isMember)"
        let isHidden = scope.hidden.pages.contains("cl_from")
        filter.require(
            """
            EXISTS (SELECT 1 FROM \(page) WHERE page_namespace = 14 AND page_title = \(title))
            OR EXISTS (SELECT 1 \(members) AND \(scope.isThere(page: "cl_from"))\(isHidden.map { " AND NOT \($0)" } ?? ""))
            """)
        guard let isHidden else { return }
        for (column, kind) in [("cat_pages", nil), ("cat_subcats", "subcat"), ("cat_files", "file")] {
            let ofKind = kind.map { " AND cl_type = '\($0)'" } ?? ""
            let hiddenMembers = "\(members) AND \(isHidden)\(ofKind)"
            filter.empty(
                [column], if: "EXISTS (SELECT 1 \(hiddenMembers))",
                showing: "\(column) - (SELECT count(*) \(hiddenMembers))")
        }
    }
}

/// Rules for the labels, descriptions and aliases of Wikibase. They are in tables of their own, so that entities can share
/// them. A row is shown only if a visible entity uses it.
enum EntityTerms {
    static let terms: TableRules.Rule = { (filter, scope) throws(DumpError) in
        if let isUsed = isUsed(try scope.column("wbtl_id"), scope) { filter.require(isUsed) }
    }

    static let textsInLanguages: TableRules.Rule = { (filter, scope) throws(DumpError) in
        if let isUsed = isUsedText(try scope.column("wbxl_id"), scope) { filter.require(isUsed) }
    }

    static let texts: TableRules.Rule = { (filter, scope) throws(DumpError) in
        guard let isUsed = isUsedText("wbxl_id", scope) else { return }
        let texts = scope.dialect.table("wbt_text_in_lang")
        filter.require(
            "EXISTS (SELECT 1 FROM \(texts) WHERE wbxl_text_id = \(try scope.column("wbx_id")) AND \(isUsed))")
    }

    private static func isUsedText(_ id: String, _ scope: TableScope) -> String? {
        isUsed("wbtl_id", scope).map { isUsed in
            """
            EXISTS (SELECT 1 FROM \(scope.dialect.table("wbt_term_in_lang"))
            WHERE wbtl_text_in_lang_id = \(id) AND (\(isUsed)))
            """
        }
    }

    /// The SQL condition that a visible entity has a term; nil if no entity is hidden.
    private static func isUsed(_ term: String, _ scope: TableScope) -> String? {
        let kinds = [
            (letter: "Q" as Character, table: "wbt_item_terms", term: "wbit_term_in_lang_id", entity: "wbit_item_id"),
            (letter: "P", table: "wbt_property_terms", term: "wbpt_term_in_lang_id", entity: "wbpt_property_id"),
        ]
        guard kinds.contains(where: { scope.hidden.entities[$0.letter] != nil }) else { return nil }
        return kinds.filter { scope.has($0.term, in: $0.table) }.map { kind in
            let isHidden = scope.hidden.entities[kind.letter]?.contains(kind.entity).map { " AND NOT \($0)" } ?? ""
            return """
                EXISTS (SELECT 1 FROM \(scope.dialect.table(kind.table)) WHERE \(kind.term) = \(term)\(isHidden))
                """
        }.joined(separator: " OR ")
    }
}

/// Tables that the public must never see: passwords, IP addresses of editors, texts of deleted pages, watchlists. Hidden data
/// in them cannot be filtered out row by row. So they are never published, whatever a list of tables says.
enum TableSecrets {
    /// Whether a table must never be published.
    /// - Parameter table: The name without the prefix.
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

/// Titles that pages link to, and categories: shown as far as something that is shown refers to them.
///
/// MediaWiki keeps the title of a link when the link is gone, also when its text was deleted or hidden.
enum LinkTargets {
    /// Tables whose rows name a target: the columns of the target and of the page.
    static let references = [
        (table: "pagelinks", target: "pl_target_id", page: "pl_from"),
        (table: "templatelinks", target: "tl_target_id", page: "tl_from"),
        (table: "categorylinks", target: "cl_target_id", page: "cl_from"),
        (table: "imagelinks", target: "il_target_id", page: "il_from"),
        (table: "existencelinks", target: "exl_target_id", page: "exl_from"),
    ]

    /// The rule of the table `linktarget`.
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

    /// The rule of the table `category`: the numbers do not count hidden pages, and a category without a page of its own
    /// that no page is in which can be seen is left out.
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

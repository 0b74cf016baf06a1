import SystemPackage
import Yams

/// The table jobs: those of a YAML file, the built-in ones, or the built-in ones with the changes of a file.
struct TableJobList {
    private(set) var jobs: [TableJobDefinition] = []
    private(set) var problems: [ConfigurationProblem] = []

    /// Reads a YAML file; nil stands for the built-in list.
    init(_ path: FilePath?, place: INIDocument.Place?, on fileSystem: FileSystem) {
        guard let path else {
            jobs = Self.builtIn
            return
        }
        do throws(ProblemFound) {
            try read(try YAMLFile(path, namedBy: "tablejobs", at: place, on: fileSystem))
        } catch {
            problems.append(error.problem)
        }
    }

    private mutating func read(_ file: YAMLFile) throws(ProblemFound) {
        let top = try file.topMapping()
        try file.checkKeys(of: top, "the file", known: ["extends", "tables"])
        if let base = top["extends"] {
            guard base.scalar?.string == "builtin" else {
                throw file.problem(
                    "“extends” names an unknown list", base.mark,
                    "write “extends: builtin”, or leave it out to name all tables yourself")
            }
            jobs = Self.builtIn
        }
        guard let tables = top["tables"] else {
            throw file.problem("“tables” is missing", top.mark, "put the tables below “tables:”")
        }
        for (key, node) in try file.mapping(tables, "“tables”") {
            let table = key.scalar?.string ?? ""
            try file.checkName(table, key)
            let place = jobs.firstIndex { $0.table == table }
            if node.bool == false {
                try leaveOut(table, at: place, node, file)
                continue
            }
            let definition = try definition(of: table, in: place.map { jobs[$0] }, node, file)
            guard definition.isPrivate || !TableSecrets.contains(table) else {
                throw file.problem(
                    "\(table) holds what the wiki hides, row by row, and cannot be public",
                    node.mapping?["type"]?.mark ?? key.mark, "write “type: private”, or leave the table out")
            }
            guard !jobs.contains(where: { $0.job == definition.job && $0.table != table }) else {
                throw file.problem(
                    "two tables have the job \(definition.job)", node.mapping?["job"]?.mark ?? node.mark,
                    "give each its own job")
            }
            if let place { jobs[place] = definition } else { jobs.append(definition) }
        }
    }

    private mutating func leaveOut(_ table: String, at place: Int?, _ node: Node, _ file: YAMLFile) throws(ProblemFound)
    {
        guard let place else {
            let near = Suggestion.nearest(to: table, among: jobs.map(\.table))
            throw file.problem(
                "there is no built-in table \(table) to leave out", node.mark,
                near.map { "did you mean \($0)?" } ?? "remove the line")
        }
        jobs.remove(at: place)
    }

    /// Reads the entry of a table.
    /// - Parameter known: The table's definition in the list that the file extends. It supplies what the entry leaves out.
    private func definition(
        of table: String, in known: TableJobDefinition?, _ node: Node, _ file: YAMLFile
    ) throws(ProblemFound) -> TableJobDefinition {
        let entry = try file.mapping(node, table)
        try file.checkKeys(of: entry, table, known: ["job", "description", "type"])
        func text(_ key: String, _ known: String?) throws(ProblemFound) -> String {
            if let known, entry[key] == nil { return known }
            return try file.text(key, of: entry, table)
        }
        let job = try text("job", known?.job)
        try file.checkName(job, entry["job"] ?? node)
        let type = try text("type", known?.isPrivate == true ? "private" : "public")
        guard type == "public" || type == "private" else {
            throw file.problem(
                "the type of \(table) cannot be “\(type)”", entry["type"]?.mark, "write public or private")
        }
        return TableJobDefinition(
            table: table, job: job, description: try text("description", known?.description),
            isPrivate: type == "private")
    }

    /// The default tables, in the order in which they are dumped. They are the tables that Wikimedia publishes of MediaWiki
    /// 1.39 to 1.47 and of extensions, and the tables that these refer to by number. All are public. A wiki may hide user
    /// names and comments, so the tables with those are not in the list.
    static let builtIn: [TableJobDefinition] = [
        ("site_stats", "sitestats", "A few totals of the wiki, such as how many pages it has."),
        ("image", "image", "What is known about the current version of each uploaded file."),
        ("file", "file", "The uploaded files, and which of their versions is the current one."),
        ("filerevision", "filerevision", "What is known about each version of each uploaded file."),
        ("filetypes", "filetypes", "The kinds of files, by the numbers that other tables use."),
        ("pagelinks", "pagelinks", "Links from page to page."),
        ("categorylinks", "categorylinks", "Which pages are in which categories."),
        ("collation", "collation", "The orders in which categories are sorted, by the numbers that other tables use."),
        ("imagelinks", "imagelinks", "Which pages show which files."),
        ("templatelinks", "templatelinks", "Which pages use which templates."),
        ("existencelinks", "existencelinks", "Which pages depend on whether another page exists."),
        ("linktarget", "linktarget", "The titles that links lead to, by the numbers that other tables use."),
        ("externallinks", "externallinks", "Links to addresses outside of the wiki."),
        ("langlinks", "langlinks", "Links to the same subject in other languages."),
        ("user_groups", "usergroups", "The groups that users are in."),
        ("user_former_groups", "userformergroups", "The groups that users were in once."),
        ("category", "category", "The categories and how much is in them."),
        ("page", "page", "A row for each page: its id, title, newest revision and so on."),
        ("page_restrictions", "pagerestrictions", "Who may change which protected pages."),
        ("page_props", "pageprops", "Named properties of pages."),
        ("protected_titles", "protectedtitles", "Titles without a page that nobody may create."),
        ("redirect", "redirect", "Where redirects lead."),
        ("iwlinks", "iwlinks", "Links to other wikis."),
        ("geo_tags", "geotags", "Coordinates of what pages describe."),
        ("change_tag", "changetags", "Tags of revisions and log entries."),
        ("change_tag_def", "changetagdef", "The names and numbers of the tags."),
        ("flaggedpages", "flaggedpages", "Reviewed pages: their stable revision, and since when changes wait."),
        ("flaggedrevs", "flaggedrevs", "Reviewed revisions: who reviewed them, when, and how."),
        ("flaggedpage_config", "flaggedpageconfig", "Which revision of a page is shown first, where that is set."),
        ("flaggedrevs_promote", "flaggedrevspromote", "What counts for users who become reviewers by themselves."),
        ("flaggedrevs_statistics", "flaggedrevsstatistics", "How quickly revisions are reviewed, and by how many."),
        ("wb_items_per_site", "wbitemspersite", "Which items of the repository belong to which pages of the wikis."),
        ("wb_terms", "wbterms", "Labels, descriptions and aliases of items, in each language."),
        ("wbt_item_terms", "wbtitemterms", "Which labels, descriptions and aliases belong to which items."),
        (
            "wbt_property_terms", "wbtpropertyterms",
            "Which labels, descriptions and aliases belong to which properties."
        ),
        ("wbt_term_in_lang", "wbtterminlang", "Labels, descriptions and aliases: the kind and the text of each."),
        ("wbt_text_in_lang", "wbttextinlang", "The language of each of these texts."),
        ("wbt_text", "wbttext", "These texts themselves."),
        ("wbt_type", "wbttype", "The kinds of terms: label, description, alias."),
        ("wb_entity_per_page", "wbentityperpage", "Which page holds which entity, and of what type it is."),
        ("wb_property_info", "wbpropertyinfo", "The properties of the repository and their types of data."),
        ("wb_changes_subscription", "wbchangessubscription", "Which wikis are told of changes to which items."),
        ("wbs_propertypairs", "wbspropertypairs", "How often properties are used together, for suggestions."),
        ("sites", "sites", "The wikis that are known to this one."),
        ("globalimagelinks", "globalimagelinks", "Which wikis show which files of this one."),
        ("wbc_entity_usage", "wbcentityusage", "Which pages use which entities, and what of them."),
        ("babel", "babel", "The languages that users say they speak."),
    ].map { TableJobDefinition(table: $0.0, job: $0.1, description: $0.2) }
}

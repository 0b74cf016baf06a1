extension TableJobList {
    /// The tables that are dumped unless a file says otherwise, in the order in which they are: what Wikimedia publishes of
    /// MediaWiki 1.39 to 1.47 and of extensions, and what the numbers in those tables refer to. All are public; names of
    /// users and comments, which a wiki may hide, are in tables that are not here.
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

extension APIJobList {
    /// The jobs there are unless a file says otherwise.
    static let builtIn: [APIJobDefinition] = [
        ("namespaces", "Namespaces, their other names, and magic words.", 1),
        ("namespacesv2", "Namespaces, their other names, and magic words, in the newer JSON format.", 2),
    ].map {
        APIJobDefinition(
            job: $0.0, description: $0.1, properties: ["namespaces", "namespacealiases", "magicwords", "general"],
            formatVersion: $0.2)
    }
}

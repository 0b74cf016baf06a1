import SystemPackage

/// What every reader of one snapshot needs to know.
struct TableContext: Sendable {
    let schema: TableSchema
    let names: NameTables
    let redirects: RedirectRules
    let texts: TextContext
    let namespaces: NamespaceCheck
    let namespaceNames: NamespaceNames
    let log: LogVisibility
    let scratch: FilePath
    let chunkLimit: Int64

    /// Looks at the tables and reads the small ones.
    init(
        _ connection: some TableConnection, name: String, facts: WikiFacts, publicLogTypes: [String], scratch: FilePath,
        chunkLimit: Int64, texts: TextSettings
    ) throws(DumpError) {
        self.texts = try TextContext(texts, facts)
        schema = try TableSchema(connection, name: name)
        names = try NameTables(connection, schema)
        namespaces = try NamespaceCheck(connection, schema, facts: facts)
        redirects = RedirectRules(namespaces: facts.siteInfo.namespaces, interwikis: names.interwikis)
        namespaceNames = NamespaceNames(facts.siteInfo)
        log = LogVisibility(restrictions: facts.logRestrictions, alsoPublic: publicLogTypes)
        self.scratch = scratch
        self.chunkLimit = chunkLimit
    }
}

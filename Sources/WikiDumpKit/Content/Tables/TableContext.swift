import SystemPackage

/// What every reader of one snapshot needs to know.
struct TableContext: Sendable {
    /// Whether `revision_comment_temp` says which comment a revision has.
    let hasCommentLinks: Bool
    let names: NameTables
    let redirects: RedirectRules
    let texts: TextContext
    let namespaces: NamespaceCheck
    let scratch: FilePath
    let chunkLimit: Int64

    /// Checks the tables and reads the small ones.
    init(
        _ connection: some TableConnection, name: String, facts: WikiFacts, scratch: FilePath, chunkLimit: Int64,
        texts: TextSettings
    ) throws(DumpError) {
        self.texts = try TextContext(texts, facts)
        hasCommentLinks = try TableSchema.check(connection, name: name)
        names = try NameTables(connection)
        namespaces = try NamespaceCheck(connection, facts: facts)
        redirects = RedirectRules(namespaces: facts.siteInfo.namespaces, interwikis: names.interwikis)
        self.scratch = scratch
        self.chunkLimit = chunkLimit
    }
}

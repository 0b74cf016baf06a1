import SystemPackage

/// What every reader of a snapshot needs to know.
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

    /// Inspects the tables and reads the small ones.
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

/// Timestamps as stored in rows.
enum DatabaseTime {
    /// A stored time as fourteen digits, or nil if it is not a time. Other forms that MediaWiki understands are
    /// converted; in a row they can only come from damage.
    static func time(_ stored: ShortBytes) -> ShortBytes? {
        isTime(stored) ? stored : StoredTime.fourteenDigits(of: Array(stored))
    }

    /// Whether fourteen digits can be a time. As in MediaWiki, days that a short month lacks are accepted.
    static func isTime(_ digits: ShortBytes) -> Bool {
        guard digits.count == 14 else { return false }
        var number = 0
        for byte in digits {
            guard 48...57 ~= byte else { return false }
            number = number * 10 + Int(byte - 48)
        }
        let month = number / 100_000_000 % 100
        let day = number / 1_000_000 % 100
        return 1...12 ~= month && 1...31 ~= day && number / 10_000 % 100 < 24 && number / 100 % 100 < 60
            && number % 100 < 60
    }
}

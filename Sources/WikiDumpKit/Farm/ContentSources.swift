import SystemPackage

/// The places that content can be read from, by the section `[source]` of the configuration.
public enum ContentSources {
    /// Opens the place that the settings name. Nobody is asked yet what the wiki is.
    /// - Throws: ``DumpError`` with code `configuration` when the settings are not enough.
    @Sendable
    public static func open(_ settings: SourceSettings, wiki: WikiName) throws(DumpError) -> any ContentSource {
        try open(settings, wiki: wiki, inquiry: AskedOnce(inquiry(settings, wiki)))
    }

    /// Opens the place that the settings name, and lets somebody else say what the wiki is.
    /// - Throws: ``DumpError`` with code `configuration` when the settings are not enough.
    static func open(
        _ settings: SourceSettings, wiki: WikiName, inquiry: any WikiInquiry
    ) throws(DumpError) -> any ContentSource {
        let tables = tables(settings, inquiry)
        switch settings.producer {
        case .native: return tables
        case .mediawiki:
            guard let scripts = settings.mediaWiki.scripts(of: wiki) else {
                throw DumpError(
                    .configuration, "nothing says where MediaWiki is, whose scripts are to export \(wiki)",
                    remedy: "set dir in the section [wiki], or producer=native in [source]")
            }
            let producer = MediaWikiProducer(
                scripts: scripts, source: tables, scratch: settings.scratch,
                retries: .doubling(
                    .seconds(settings.mediaWiki.retryWait), retries: settings.mediaWiki.retries))
            return MediaWikiContentSource(tables: tables, producer: producer)
        }
    }

    /// PHP comes first, as it knows what the API does not tell, also of a private wiki. The file may be of any age.
    @Sendable
    static func inquiry(_ settings: SourceSettings, _ wiki: WikiName) -> any WikiInquiry {
        let requests = settings.siteInfoRequests
        var ways: [any WikiInquiry] = []
        if let scripts = settings.mediaWiki.scripts(of: wiki) {
            ways.append(PHPInquiry(scripts: scripts, requests: requests))
        }
        if !settings.api.address.isEmpty {
            ways.append(
                APIInquiry(
                    api: settings.api, requests: requests, retries: settings.mediaWiki.retries,
                    tablePrefix: settings.tablePrefix))
        }
        if !settings.siteInfoPath.isEmpty {
            ways.append(SiteInfoFile(settings.siteInfoPath, tablePrefix: settings.tablePrefix))
        }
        return FirstAnswer(ways: ways)
    }

    private static func tables(_ settings: SourceSettings, _ inquiry: any WikiInquiry) -> any ContentSource {
        switch settings.kind {
        case .sqlite:
            var source = SQLiteContentSource(
                database: settings.databasePath, inquiry: inquiry,
                scratch: settings.scratch, tablePrefix: settings.tablePrefix)
            source.texts = settings.texts
            source.sqlQuotes = settings.sqlQuotes
            source.publicLogTypes = settings.publicLogTypes
            return source
        case .mariadb:
            var source = MariaDBContentSource(
                address: settings.mariaDB, inquiry: inquiry, tablePrefix: settings.tablePrefix)
            source.sqlQuotes = settings.sqlQuotes
            if settings.mediaWiki.hangLimit > 0 { source.lockLimit = settings.mediaWiki.hangLimit }
            source.texts = settings.texts
            source.publicLogTypes = settings.publicLogTypes
            return source
        }
    }
}

import SystemPackage

/// The sources of content that can be set in the section `[source]` of the configuration.
public enum ContentSources {
    /// Opens the source that the settings describe. The wiki itself is not asked anything yet.
    /// - Throws: ``DumpError`` with code `configuration` if the settings are incomplete.
    @Sendable
    public static func open(_ settings: SourceSettings, wiki: WikiName) throws(DumpError) -> any ContentSource {
        try open(settings, wiki: wiki, inquiry: AskedOnce(inquiry(settings, wiki)))
    }

    /// Opens the source that the settings describe, with a given way to ask the wiki about itself.
    /// - Throws: ``DumpError`` with code `configuration` if the settings are incomplete.
    static func open(
        _ settings: SourceSettings, wiki: WikiName, inquiry: any WikiInquiry
    ) throws(DumpError) -> any ContentSource {
        if settings.producer == .mediawiki, settings.mediaWiki.scripts(of: wiki) == nil {
            throw DumpError(
                .configuration, "no MediaWiki is configured whose scripts could export \(wiki)",
                remedy: "set dir in the section [wiki], or producer=native in [source]")
        }
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

    /// The ways to ask a wiki about itself, in order. PHP comes first because it knows things that the API does not tell, even
    /// for a private wiki. The file comes last because it may be old.
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
}

/// The places that content can be read from, by the section `[source]` of the configuration.
public enum ContentSources {
    /// Opens the place that the settings name.
    /// - Throws: ``DumpError`` with code `configuration` when the siteinfo file is missing or damaged.
    @Sendable
    public static func open(_ settings: SourceSettings, wiki: WikiName) throws(DumpError) -> any ContentSource {
        let tables = try tables(settings)
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

    private static func tables(_ settings: SourceSettings) throws(DumpError) -> any ContentSource {
        switch settings.kind {
        case .sqlite:
            return SQLiteContentSource(
                database: settings.databasePath, siteInfo: try SiteInfoFile(settings.siteInfoPath).read(),
                scratch: settings.scratch, tablePrefix: settings.tablePrefix)
        case .mariadb:
            var source = MariaDBContentSource(
                address: settings.mariaDB, siteInfo: try SiteInfoFile(settings.siteInfoPath).read(),
                tablePrefix: settings.tablePrefix, dumpProgram: settings.dumpProgram)
            source.longestPacket = settings.longestPacket
            return source
        }
    }
}

/// The places that content can be read from, by the section `[source]` of the configuration.
public enum ContentSources {
    /// Opens the place that the settings name.
    /// - Throws: ``DumpError`` with code `configuration` when the siteinfo file is missing or damaged.
    @Sendable
    public static func open(_ settings: SourceSettings, wiki: WikiName) throws(DumpError) -> any ContentSource {
        switch settings.kind {
        case .sqlite:
            SQLiteContentSource(
                database: settings.databasePath, siteInfo: try SiteInfoFile(settings.siteInfoPath).read(),
                scratch: settings.scratch)
        }
    }
}

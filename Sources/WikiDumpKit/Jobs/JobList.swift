/// The jobs that every wiki gets.
public enum JobList {
    /// The jobs of a wiki by its settings, in the order in which they run.
    public static func standard(for settings: WikiSettings) -> [any Job] {
        var jobs: [any Job] = [
            TitlesJob(.mainNamespace), TitlesJob(.all), stubs, articles, metaCurrent, LogJob(), metaHistory,
        ]
        if settings.multistream { jobs.append(articlesMultistream) }
        return jobs.filter { !settings.skippedJobs.contains($0.name) }
    }

    private static let stubs = ExportJob(
        name: "xmlstubsdump", title: "First-pass for page XML data dumps",
        detail: "These files contain no page text, only revision metadata", style: .stub,
        files: [
            .init(name: "stub-meta-history.xml.gz", selection: .metaHistory, compression: .gzip),
            .init(name: "stub-meta-current.xml.gz", selection: .metaCurrent, compression: .gzip),
            .init(name: "stub-articles.xml.gz", selection: .articles, compression: .gzip),
        ])

    private static let articles = ExportJob(
        name: "articlesdump", title: "Articles, templates, media descriptions and project pages",
        detail: "Current revisions, without talk and user pages; what most mirrors want", style: .pages,
        files: [.init(name: "pages-articles.xml.bz2", selection: .articles, compression: .bzip)])

    private static let metaCurrent = ExportJob(
        name: "metacurrentdump", title: "All pages, current revisions only", style: .pages,
        files: [.init(name: "pages-meta-current.xml.bz2", selection: .metaCurrent, compression: .bzip)])

    private static let metaHistory = ExportJob(
        name: "metahistorybz2dump", title: "All pages with their complete history",
        detail: "Large when unpacked: history repeats itself", style: .pages,
        files: [.init(name: "pages-meta-history.xml.bz2", selection: .metaHistory, compression: .bzip)])

    private static let articlesMultistream = ExportJob(
        name: "articlesmultistreamdump", title: "Articles in many bzip2 streams of 100 pages each, with an index",
        detail: "The index tells at which byte the stream with a page begins", style: .pages,
        files: [
            .init(
                name: "pages-articles-multistream.xml.bz2", selection: .articles,
                compression: .multistream(index: "pages-articles-multistream-index.txt.bz2"))
        ])
}

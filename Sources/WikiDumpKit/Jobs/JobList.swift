import SystemPackage

/// The jobs that every wiki gets.
public enum JobList {
    /// The jobs of a wiki according to its settings, in the order in which they run.
    public static func standard(for settings: WikiSettings) -> [any Job] {
        var jobs: [any Job] = settings.tableJobs.map { TableJob($0) }
        jobs += settings.apiJobs.map { SiteInfoJob($0) } as [any Job]
        jobs += [TitlesJob(.mainNamespace), TitlesJob(.all)] as [any Job]
        jobs += PieceJobs(settings).all
        jobs.removeAll { settings.skippedJobs.contains($0.name) }
        // Drop recombine jobs whose pieces are not written.
        jobs = jobs.reduce(into: []) { kept, job in
            let isPossible = job.prerequisites.allSatisfy { name in kept.contains { $0.name == name } }
            if isPossible || !job.name.hasSuffix("recombine") { kept.append(job) }
        }
        for job in settings.customJobs.map({ CustomJob($0) }) where !settings.skippedJobs.contains(job.name) {
            // Drop custom jobs that depend on a job the wiki does not have.
            let isPossible = job.prerequisites.allSatisfy { name in jobs.contains { $0.name == name } }
            if isPossible { jobs.append(job) }
        }
        return jobs
    }

    /// Names that can be asked for like jobs but are not jobs of their own.
    static let pseudoJobs = ["tables"] + PseudoJob.allCases.map(\.rawValue)

    /// Names that the operator's own jobs and their files must not use, because built-in jobs have them.
    struct TakenNames {
        let jobs: [String]
        /// The names of their files after the prefix.
        let files: Set<String>
    }

    /// All built-in jobs that a farm may have, and their files.
    static func everything(tables: [TableJobDefinition], requests: [APIJobDefinition]) -> TakenNames {
        var settings = WikiSettings()
        settings.tableJobs = tables
        settings.apiJobs = requests
        settings.multistream = true
        settings.skippedJobs = []
        settings.usesFlow = true
        settings.source.mediaWiki.multiversion = "/"
        var jobs = standard(for: settings)
        settings.parts.isEnabled = true
        jobs += standard(for: settings).filter { job in !jobs.contains { $0.name == job.name } }
        return TakenNames(
            jobs: jobs.map(\.name), files: Set(jobs.flatMap { $0.fileNames(prefix: "") }))
    }

    /// A job that writes texts. When MediaWiki writes them, it needs the stubs first.
    static func made(_ job: ExportJob, _ settings: WikiSettings) -> ExportJob {
        guard settings.source.producer == .mediawiki else { return job }
        var job = job
        job.prerequisites = [stubs.name]
        return job
    }

    static let stubs = ExportJob(
        name: "xmlstubsdump", title: "First-pass for page XML data dumps",
        detail: "These files contain no page text, only revision metadata", style: .stub,
        files: [
            .init(name: "stub-meta-history.xml.gz", selection: .metaHistory, compression: .gzip),
            .init(name: "stub-meta-current.xml.gz", selection: .metaCurrent, compression: .gzip),
            .init(name: "stub-articles.xml.gz", selection: .articles, compression: .gzip),
        ])

    static let articles = ExportJob(
        name: "articlesdump", title: "Articles, templates, media descriptions and project pages",
        detail: "Current revisions, without talk and user pages; what most mirrors want", style: .pages,
        files: [.init(name: "pages-articles.xml.bz2", selection: .articles, compression: .bzip)])

    static let metaCurrent = ExportJob(
        name: "metacurrentdump", title: "All pages, current revisions only", style: .pages,
        files: [.init(name: "pages-meta-current.xml.bz2", selection: .metaCurrent, compression: .bzip)])

    static let metaHistory = ExportJob(
        name: "metahistorybz2dump", title: "All pages with their complete history",
        detail: "Very large when decompressed, because revisions repeat most of their text", style: .pages,
        files: [.init(name: "pages-meta-history.xml.bz2", selection: .metaHistory, compression: .bzip)])

    static let articlesMultistream = ExportJob(
        name: "articlesmultistreamdump", title: "Articles in many bzip2 streams of 100 pages each, with an index",
        detail: "The index says at which byte the stream with each page begins", style: .pages,
        files: [
            .init(
                name: "pages-articles-multistream.xml.bz2", selection: .articles,
                compression: .multistream(index: "pages-articles-multistream-index.txt.bz2"))
        ])
}

/// Something that can be asked for like a job but makes no dump files.
package enum PseudoJob: String, Sendable, Hashable, CaseIterable {
    /// Publishes again everything around the files of a run: status files, the page, missing hashes, links.
    case noop
    /// Creates the folders of a run, with its status files.
    case createdirs
    /// Updates the links to the newest files, and does nothing else.
    case latestlinks
}

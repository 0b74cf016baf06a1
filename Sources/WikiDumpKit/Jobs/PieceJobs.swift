/// The jobs that export content and the jobs that join the pieces, in the order in which they run.
struct PieceJobs {
    /// The jobs for which single pieces can be asked for.
    static let choosable: Set = [
        "xmlstubsdump", "articlesdump", "metacurrentdump", "metahistorybz2dump", "articlesmultistreamdump",
    ]

    static let numbered: Set = choosable.union(["xmlpagelogsdump", "metahistory7zdump"])

    private let settings: WikiSettings

    init(_ settings: WikiSettings) { self.settings = settings }

    var parts: PartSettings { settings.parts }

    /// All jobs of a wiki that run after its table and title jobs.
    var all: [any Job] {
        var stubs = JobList.stubs
        stubs.parts = parts
        var jobs: [any Job] = [stubs]
        let (articles, current) = (split(JobList.articles), split(JobList.metaCurrent))
        var history = split(JobList.metaHistory)
        if settings.batches.isEnabled, parts.usesRanges, settings.source.producer == .native {
            history.batches = settings.batches
        }
        if parts.isEnabled {
            jobs.append(joined(stubs, "Stubs in one file each, joined from the parts"))
        }
        jobs.append(articles)
        if parts.splitsPages { jobs.append(joined(articles, "Articles in one file, joined from the pieces")) }
        jobs.append(current)
        if parts.splitsPages, parts.recombinesCurrent {
            jobs.append(joined(current, "All pages, current revisions only, in one file joined from the pieces"))
        }
        let log = LogJob(parts: parts)
        jobs.append(log)
        if parts.isEnabled {
            jobs.append(
                RecombineJob(
                    name: log.name + "recombine", title: "Log events in one file, joined from the parts", source: log,
                    files: [LogJob.file]))
        }
        if ScriptJob.canDumpFlow(settings) { jobs += [ScriptJob.flow, ScriptJob.flowHistory] as [any Job] }
        jobs += [ScriptJob.siteList, history] as [any Job]
        let wholeHistory = joined(history, "All pages with their complete history in one file, joined from the pieces")
        let joinsHistory = parts.splitsPages && parts.recombinesHistory
        if joinsHistory { jobs.append(wholeHistory) }
        if !settings.tools.sevenZip.isEmpty {
            jobs.append(
                SevenZipJob(
                    name: "metahistory7zdump", title: "All pages with their complete history, in 7z format",
                    detail: "The same text in a smaller file", source: history))
            if joinsHistory {
                jobs.append(
                    SevenZipJob(
                        name: "metahistory7zdumprecombine",
                        title: "All pages with their complete history in one 7z file", source: wholeHistory,
                        after: ["metahistory7zdump"]))
            }
        }
        if settings.multistream {
            let multistream = split(JobList.articlesMultistream)
            jobs.append(multistream)
            if parts.splitsPages {
                jobs.append(joined(multistream, "Articles in many bzip2 streams in one file, joined from the pieces"))
            }
        }
        return jobs
    }

    private func split(_ job: ExportJob) -> ExportJob {
        var job = JobList.made(job, settings)
        job.parts = parts
        return job
    }

    private func joined(_ job: ExportJob, _ title: String) -> RecombineJob {
        RecombineJob(
            name: job.name + "recombine", title: title, detail: "The pieces are copied, not compressed again",
            source: job, files: job.files)
    }
}

import ArgumentParser
import WikiDumpKit

/// What the command line asks of a run.
struct RunArguments: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup(title: "Which run") var wikis: WikiOptions
    @OptionGroup(title: "Which jobs") var jobs: JobOptions
    @OptionGroup(title: "One dump after another") var loop: LoopOptions
    @OptionGroup(title: "Where texts come from (mediawiki producer only)") var texts: TextOptions
    @OptionGroup(title: "Pieces of a job") var pieces: PieceOptions

    /// The request that the options describe.
    /// - Parameter today: The day that 'today' stands for.
    /// - Throws: ``DumpError`` with code `usage` for a value that has no meaning.
    func request(today: DumpDate) throws(DumpError) -> RunRequest {
        RunRequest(
            wiki: wikis.wiki, date: try wikis.requestedDate(today: today), jobs: jobs.selection,
            options: RunOptions(
                part: pieces.part, checkpoint: pieces.checkpoint, afterCheckpoint: pieces.afterCheckpoint,
                pageRange: try pieces.requestedRange(), cleanup: jobs.cleanup, prefetchDate: try texts.requestedDate(),
                prefetch: !texts.noPrefetch, spawn: !texts.noSpawn, batches: pieces.batches,
                batchCount: pieces.batchCount),
            cutoff: try wikis.requestedCutoff(today: today), takesLock: wikis.force, notice: wikis.noticeChange)
    }

    /// The words that ask for the same run again.
    ///
    /// Leaves out what must be done only once: taking a lock by force, and changing the notice.
    /// - Parameter run: The wiki and the date of the run. With them, no cutoff is needed.
    func words(goingOnWith run: (wiki: WikiName, date: DumpDate)? = nil) -> [String] {
        var words: [String] = []
        func add(_ name: String, _ value: String?) { if let value { words += [name, value] } }
        func add(_ name: String, if isGiven: Bool) { if isGiven { words.append(name) } }
        add("--configfile", configuration.configurationFile)
        add("--date", run?.date.description ?? wikis.date)
        if run == nil { add("--cutoff", wikis.cutoff) }
        add("--job", jobs.job)
        add("--restartfrom", if: jobs.restartFrom)
        add("--skipjobs", jobs.skipJobs)
        add("--skipdone", if: jobs.skipDone || (run != nil && jobs.job != nil && pieceWords.isEmpty))
        add("--prereqs", if: jobs.prerequisites)
        add("--cleanup", if: jobs.cleanup && run == nil)
        words += pieceWords
        add("--prefetchdate", texts.prefetchDate)
        add("--noprefetch", if: texts.noPrefetch)
        add("--log", if: wikis.log)
        add("--nospawn", if: texts.noSpawn)
        if let wiki = run?.wiki ?? wikis.wiki { words.append(wiki.description) }
        return words
    }

    private var pieceWords: [String] {
        var words: [String] = []
        if let part = pieces.part { words += ["--partnum", String(part)] }
        if let file = pieces.checkpoint { words += ["--checkpoint", file] }
        if let file = pieces.afterCheckpoint { words += ["--aftercheckpoint", file] }
        if let range = pieces.pageRange { words += ["--pageidrange", range] }
        if pieces.batches { words.append("--batches") }
        if let count = pieces.batchCount { words += ["--numbatches", String(count)] }
        return words
    }
}

/// Where the mediawiki producer takes texts from. The native producer reads them all from the database, so these options
/// have no effect on it.
struct TextOptions: ParsableArguments {
    @Option(
        name: [.customLong("prefetchdate"), .customLong("prefetch-date")],
        help: ArgumentHelp("Take texts from the dump of this date only: YYYYMMDD.", valueName: "date"))
    var prefetchDate: String?

    @Flag(
        name: [.customLong("noprefetch"), .customLong("no-prefetch")],
        help: "Take no texts from earlier dumps.")
    var noPrefetch = false

    @Flag(
        name: [.customLong("nospawn"), .customLong("no-spawn")],
        help: "Fetch texts in the process of the script instead of a separate one.")
    var noSpawn = false

    /// The run whose files may be used as prefetch.
    func requestedDate() throws(DumpError) -> DumpDate? {
        guard let prefetchDate else { return nil }
        if let day = DumpDate(typed: prefetchDate) { return day }
        throw DumpError(.usage, "'\(prefetchDate)' is not a date", remedy: "give the date of a run, such as 20261124")
    }
}

import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// Jobs and runs of one's own may do all that ours do: nothing asks whether they are ours.
@Suite(.timeLimit(.minutes(5))) struct OwnKindsTests {
    /// A job that does what another does, and more.
    struct WrappedJob: Job {
        let base: any Job
        var name: String { base.name }
        var title: String { "Wrapped" }
        var dividedFiles: [[String]] { base.dividedFiles }
        var sharing: JobSharing? { base.sharing }
        func fileNames(prefix: String) -> [String] { base.fileNames(prefix: prefix) }
        func fileNames(prefix: String, known: KnownRanges, among found: [String]?) -> [String] {
            base.fileNames(prefix: prefix, known: known, among: found)
        }
        func fileNames(
            prefix: String, known: KnownRanges, askedForBy options: RunOptions
        ) throws(DumpError) -> [String] {
            try base.fileNames(prefix: prefix, known: known, askedForBy: options)
        }
        func commands(for wiki: any Wiki, date: DumpDate, options: RunOptions) throws(DumpError) -> [Command] {
            [Command("/bin/notify", [wiki.name.description])]
        }
        func run(_ context: JobContext) async throws(DumpError) -> JobReport { try await base.run(context) }
    }

    /// A job that is done together with others of its kind, and says with how many.
    struct PassingJob: Job {
        let name: String
        let pass: String?
        var title: String { "Passing" }
        func fileNames(prefix: String) -> [String] { ["\(prefix)\(name).txt"] }
        func run(_ context: JobContext) async throws(DumpError) -> JobReport {
            throw DumpError(.jobFailed, "\(name) was to be done in a pass")
        }
        static func run(_ jobs: [PassingJob], _ context: JobContext) async throws(DumpError) -> [JobReport] {
            try jobs.map { (job) throws(DumpError) in
                let file = try context.create("\(job.name).txt")
                defer { file.discard() }
                try file.write(Array("one of \(jobs.count)".utf8))
                return JobReport(files: [try file.commit()])
            }
        }
    }

    /// A wiki with a source of its own, which reads the database whatever writes the exports.
    struct OwnWiki: Wiki {
        let base: FixtureWiki
        var name: WikiName { base.name }
        var isPrivate: Bool { false }
        var isClosed: Bool { false }
        var directories: WikiDirectories { base.directories }
        var settings: WikiSettings { base.settings }
        func contentSource() throws(DumpError) -> any ContentSource {
            var native = base
            native.settings.source.producer = .native
            return try native.contentSource()
        }
    }

    /// A run that keeps no files, and has work for two.
    struct OwnRun: DumpRun {
        let wiki: any Wiki
        let date: DumpDate
        func plan() throws(DumpError) -> [PlannedJob] {
            [
                PlannedJob(name: "one", willRun: true, reason: "always", files: []),
                PlannedJob(name: "two", willRun: false, reason: "done", files: []),
            ]
        }
        func knownRecord() throws(DumpError) -> RunRecord? {
            RunRecord(
                wiki: wiki.name, date: date, updated: UTCTime(seconds: 0),
                jobs: [JobRecord(name: "two", title: "Two", status: .done)])
        }
        func expectedMilliseconds(of names: [String]) throws(DumpError) -> Int64? { Int64(names.count) * 1_500 }
        func help(with job: String) throws(DumpError) -> any RunHelp { OwnHelp(run: self, jobName: job) }
        func run(_ observer: any DumpObserver) async throws(DumpError) -> RunRecord {
            throw DumpError(.usage, "this is about plans")
        }
    }

    struct OwnHelp: RunHelp {
        let run: OwnRun
        let jobName: String
        func offers() throws(DumpError) -> [BatchOffer] { [BatchOffer(name: "p1p5", files: ["a-p1p5.bz2"])] }
        func reason() throws(DumpError) -> DumpError { DumpError(.nothingToDo, "there is always a batch") }
        func perform(_ observer: any DumpObserver) async throws(DumpError) -> BatchTally {
            var tally = BatchTally(wiki: run.wiki.name, date: run.date, job: jobName)
            tally.done = 1
            return tally
        }
    }

    @Test func aRunOfOnesOwnHasEstimatesARecordAndBatches() async throws {
        let farm = try TemporaryFarm()
        let wiki = InMemoryWiki(name: Sample.wiki("ownwiki"), folder: farm.root)
        try fileSystem.makeDirectory(wiki.directories.run(Sample.date()))
        let worker = Worker(
            wikis: [wiki], makeRun: { wiki, date, _ in OwnRun(wiki: wiki, date: date) },
            locks: LockTable().factory(), clock: FixedClock(Sample.time), logger: LogCapture().logger)
        let plan = try await worker.plan(RunRequest(wiki: wiki.name, jobs: JobSelection(names: ["one"])))
        #expect(plan.expectedMilliseconds == 1_500)

        let request = RunRequest(
            wiki: wiki.name, date: .day(Sample.date()), jobs: JobSelection(names: ["metahistorybz2dump"]),
            options: RunOptions(batches: true))
        let help = try await worker.plan(request)
        #expect(help.jobs.map(\.files) == [["a-p1p5.bz2"]] && help.jobs[0].reason.contains("p1p5"))
        // Whoever helps ends with the process that does the run.
        let nobody = await dumpError { _ = try await worker.help(request, EventCapture()) }
        #expect(nobody?.code == .nothingToDo && nobody?.message.contains("no process is doing the run") == true)
        let fence = try Fence(taking: wiki, above: 0)
        defer { fence.leave() }
        let tally = try await worker.help(request, EventCapture())
        #expect(tally.done == 1 && tally.job == "metahistorybz2dump")
        let plain = Worker(
            wikis: [wiki], makeRun: { wiki, date, _ in SwappedPartsTests.OwnRun(wiki: wiki, date: date) },
            locks: LockTable().factory(), clock: FixedClock(Sample.time), logger: LogCapture().logger)
        let none = await dumpError { _ = try await plain.help(request, EventCapture()) }
        #expect(none?.code == .usage && none?.message.contains("do not support batches") == true)
    }

    @Test func aJobOfOnesOwnIsPlannedLikeOurs() async throws {
        let (fixture, parts) = try PieceRunTests.splitFixture()
        var ours = ExportJob(
            name: "mine", title: "Mine", style: .pages,
            files: [.init(name: "pages-mine.xml.bz2", selection: .articles, compression: .bzip)])
        ours.parts = parts
        let (known, wrapped) = (ours, WrappedJob(base: ours))
        #expect(try await fixture.run([wrapped]).failures == 0)
        for job in [known, wrapped] as [any Job] {
            let names = JobSelection(names: [job.name])
            for wrong in [RunOptions(part: 9), RunOptions(checkpoint: "testwiki-20261124-pages-mine1.xml-p1p15.bz2")] {
                #expect(throws: DumpError.self, "\(type(of: job))") {
                    try fixture.jobRun([job], names, options: wrong).check()
                }
            }
        }
        let (selection, options) = (JobSelection(names: ["mine"]), RunOptions(part: 2))
        let plan = try fixture.jobRun([wrapped], selection, options: options).plan()
        #expect(plan[0].files == (try fixture.jobRun([known], selection, options: options).plan())[0].files)
        #expect(plan[0].files.count == 2)
        #expect(plan[0].commands.map(\.description) == ["/bin/notify testwiki"])
        #expect(plan[0].estimate != nil)
    }

    @Test func aJobOfOnesOwnIsSharedLikeOurs() throws {
        var export = ExportJob(
            name: "mine", title: "Mine", style: .pages,
            files: [.init(name: "mine.xml.bz2", selection: .metaHistory, compression: .bzip)])
        let fixture = try RunFixture()
        func help(_ name: String = "mine") throws -> any RunHelp {
            try fixture.jobRun([WrappedJob(base: export), TestJob(name: "other")]).help(with: name)
        }
        /// A run that is to do a number of batches of the job.
        func limited() throws -> JobRun {
            let options = RunOptions(batchCount: 1)
            return try fixture.jobRun([WrappedJob(base: export)], JobSelection(names: ["mine"]), options: options)
        }
        for attempt in [{ _ = try help() }, { try limited().check() }, { _ = try limited().plan() }] {
            let error = #expect(throws: DumpError.self) { try attempt() }
            #expect(error?.code == .usage && error?.message.contains("not done in batches") == true)
        }
        export.batches = BatchSettings()
        #expect(try help().reason().message.contains("there are no batches of job mine"))
        try limited().check()
        #expect(try limited().plan().map(\.willRun) == [true])
        let other = #expect(throws: DumpError.self) { _ = try help("other") }
        #expect(other?.remedy.contains("name mine") == true)
    }

    @Test func jobsOfOnesOwnAreDoneInOnePassLikeOurs() async throws {
        let fixture = try RunFixture()
        let jobs = [("a", "one"), ("b", "two"), ("c", "one"), ("d", nil)].map { PassingJob(name: $0, pass: $1) }
        #expect(try await fixture.run(jobs).failures == 0)
        for (name, count) in [("a", 2), ("b", 1), ("c", 2), ("d", 1)] {
            #expect(try fixture.text("testwiki-20261124-\(name).txt") == "one of \(count)")
        }
        #expect(fixture.begun == ["a", "c", "b", "d"])
    }

    @Test func theScriptsExportAWikiWithASourceOfItsOwn() async throws {
        let standIn = try StandInMediaWiki("boardwiki")
        let wiki = OwnWiki(base: standIn.wiki)
        let run = JobRun(
            wiki: wiki, date: Sample.date(), jobs: [JobList.stubs],
            publisher: RunPublisher(
                directories: wiki.directories, farm: standIn.run.farm.settings, renderer: PlainPages()),
            clock: FixedClock(Sample.time), logger: LogCapture().logger, width: 2)
        #expect(try await run.run(EventCapture()).failures == 0)
        #expect(try standIn.calls().count { $0.contains("dumpBackup.php --wiki=boardwiki") } == 1)
    }
}

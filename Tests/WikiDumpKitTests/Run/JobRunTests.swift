import Foundation
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite struct JobRunTests {
    @Test func allJobsAreDone() async throws {
        let fixture = try RunFixture()
        let record = try await fixture.run(fixture.standardJobs)
        #expect(record.statuses.values.allSatisfy { $0 == .done })
        #expect(record.isFinished && record.isComplete && record.failures == 0)
        #expect(try fixture.dumpFiles() == record.jobs.flatMap(\.files).map(\.name).sorted())
        for file in record.jobs.flatMap(\.files) {
            #expect(try FileHashes(of: fixture.folder().appending(file.name)) == file.hashes)
            #expect(try fileSystem.status(fixture.folder().appending(file.name))?.size == file.size)
        }
        #expect(try fixture.text("status.html").contains("Dump complete"))
        #expect(try fileSystem.list(fixture.wiki.directories.latest).contains("testwiki-latest-all-titles.gz"))
        let last = try #require(fixture.events.events.last)
        guard case .runEnded(record) = last else {
            Issue.record("the last event is \(last)")
            return
        }
    }

    @Test func aFailingJobLeavesTheOthersDone() async throws {
        let fixture = try RunFixture()
        let record = try await fixture.run([
            TestJob(name: "first"), TestJob(name: "second", failure: DumpError(.jobFailed, "the dog ate it")),
            TestJob(name: "third"),
        ])
        #expect(record.statuses == ["first": .done, "second": .failed, "third": .done])
        #expect(record.failures == 1)
        #expect(record.job("second")?.failure == .jobFailed)
        #expect(record.job("second")?.privateMessage == "the dog ate it")
        #expect(try fixture.dumpFiles() == ["testwiki-20261124-first.txt", "testwiki-20261124-third.txt"])
        #expect(try fixture.text("dumpruninfo.txt").contains("name:second; status:failed"))
        #expect(try fixture.text("status.html").contains("Dump complete, 1 item failed"))
        // What everybody may read says the class of the failure and not its details, which may name paths.
        #expect(try fixture.text("index.html").contains(DumpError.Code.jobFailed.publicText))
        #expect(!(try fixture.text("index.html").contains("the dog")))
        #expect(!(try fixture.text("testwiki-20261124-md5sums.txt").contains("second")))
    }

    @Test(arguments: [DumpError.Code.diskFull, .permission, .lockLost])
    func whatEveryJobWouldHitStopsTheRun(code: DumpError.Code) async throws {
        let fixture = try RunFixture()
        let jobs = [
            TestJob(name: "first"), TestJob(name: "second", failure: DumpError(code, "no")), TestJob(name: "third"),
        ]
        let error = await dumpError { try await fixture.run(jobs) }
        #expect(error?.code == code)
        #expect(fixture.begun == ["first", "second"])
        #expect(try fixture.dumpFiles() == ["testwiki-20261124-first.txt"])
        let record = try await fixture.run([TestJob(name: "first"), TestJob(name: "second"), TestJob(name: "third")])
        #expect(record.isComplete && record.failures == 0)
        #expect(fixture.begun == ["first", "second", "second", "third"], "what was done is not done again")
    }

    @Test func filesThatLackRevisionsAreWithheld() async throws {
        let fixture = try RunFixture()
        fixture.wiki.content.lostRevisions = 1
        let record = try await fixture.run(fixture.standardJobs)
        let bad = record.jobs.filter { $0.status == .failed }
        #expect(Set(bad.map(\.name)).isSuperset(of: ["xmlstubsdump", "metahistorybz2dump"]))
        #expect(bad.allSatisfy { $0.failure == .outputBad })
        #expect(bad.allSatisfy { $0.privateMessage?.contains("36 revisions, but the source holds 37") == true })
        #expect(record.job("pagetitlesdump")?.status == .done)
        let names = try fixture.dumpFiles()
        #expect(!names.contains { $0.contains("history") || $0.hasSuffix(OutputFile.suffix) })
        #expect(!(try fileSystem.list(fixture.wiki.directories.latest).contains { $0.contains("history") }))
    }

    @Test func aJobWaitsForThoseItNeeds() async throws {
        let fixture = try RunFixture()
        let jobs = [
            TestJob(name: "base", failure: DumpError(.jobFailed, "no")), TestJob(name: "top", prerequisites: ["base"]),
        ]
        let record = try await fixture.run(jobs)
        #expect(fixture.begun == ["base"])
        #expect(record.job("top")?.status == .failed)
        #expect(record.job("top")?.privateMessage?.contains("job base is not done") == true)

        let next = try await fixture.run([TestJob(name: "base"), TestJob(name: "top", prerequisites: ["base"])])
        #expect(next.statuses == ["base": .done, "top": .done])
    }

    @Test func skippedJobsAreNamedSo() async throws {
        let fixture = try RunFixture()
        let jobs = [TestJob(name: "first"), TestJob(name: "second"), TestJob(name: "sometable")]
        let record = try await fixture.run(jobs, JobSelection(skipped: ["second", "tables"]))
        #expect(record.statuses == ["first": .done, "second": .skipped, "sometable": .skipped])
        #expect(record.isComplete)
        let later = try await fixture.run(jobs, JobSelection(skipped: ["first"]))
        #expect(later.statuses == ["first": .done, "second": .done, "sometable": .done])
    }

    @Test func namesOfJobsAreChecked() async throws {
        let fixture = try RunFixture()
        for selection in [JobSelection(names: ["secnd"]), JobSelection(skipped: ["secnd"])] {
            let error = await dumpError { try await fixture.run([TestJob(name: "second")], selection) }
            #expect(error?.code == .usage)
            #expect(error?.remedy.contains("second") == true)
        }
        #expect(try fileSystem.status(fixture.folder()) == nil, "nothing was made")
    }

    @Test func tablesStandForTableJobs() async throws {
        let fixture = try RunFixture()
        let jobs = [TestJob(name: "usertable"), TestJob(name: "first"), TestJob(name: "sitetable")]
        try await fixture.run(jobs, JobSelection(names: ["tables"]))
        #expect(fixture.begun == ["usertable", "sitetable"])
    }

    @Test func anotherRunKeepsWhatIsDone() async throws {
        let fixture = try RunFixture()
        try await fixture.run(fixture.standardJobs)
        let names = try fixture.dumpFiles()
        let before = try names.map { try fixture.identity($0) }
        let bytes = try names.map { try fileSystem.read(fixture.folder().appending($0)) }
        let begun = fixture.begun.count

        fixture.clock.advance(by: 3600)
        try await fixture.run(fixture.standardJobs)
        #expect(fixture.begun.count == begun)
        #expect(try names.map { try fixture.identity($0) } == before)

        try fileSystem.remove(fixture.folder().appending("testwiki-20261124-all-titles.gz"))
        try await fixture.run(fixture.standardJobs)
        #expect(fixture.begun.dropFirst(begun) == ["allpagetitlesdump"])
        #expect(try names.map { try fileSystem.read(fixture.folder().appending($0)) } == bytes)
        for (name, status) in zip(names, before) where !name.contains("all-titles.gz") {
            #expect(try fixture.identity(name) == status, "\(name) was not touched")
        }
    }

    @Test func whatADeadProcessLeftIsRemovedAndDoneAgain() async throws {
        let fixture = try RunFixture()
        let jobs = [TestJob(name: "first"), TestJob(name: "second"), TestJob(name: "third")]
        try await fixture.run(jobs)
        let state = try fixture.text("dumpruninfo.txt")
            .replacing("name:second; status:done", with: "name:second; status:in-progress")
        #expect(state.contains("in-progress"))
        try fileSystem.write(Array(state.utf8), to: fixture.folder().appending("dumpruninfo.txt"))
        let leftover = fixture.folder().appending("testwiki-20261124-second.txt.inprog")
        try fileSystem.write([1, 2, 3], to: leftover)

        let record = try await fixture.run(jobs)
        #expect(fixture.begun == ["first", "second", "third", "second"])
        #expect(record.isComplete && record.failures == 0)
        #expect(try fileSystem.status(leftover) == nil)
        #expect(try fixture.text("testwiki-20261124-second.txt") == "half of second\n")
    }

    @Test func whatWasCutOffIsOfferedByNothing() async throws {
        let fixture = try RunFixture()
        let jobs = ["first", "second", "third", "fourth"].map { TestJob(name: $0) }
        try await fixture.run(jobs, JobSelection(names: ["first", "second", "third"]))
        let state = try fixture.text("dumpruninfo.txt")
            .replacing("name:second; status:done", with: "name:second; status:in-progress")
        #expect(state.contains("in-progress"))
        try fileSystem.write(Array(state.utf8), to: fixture.folder().appending("dumpruninfo.txt"))
        // Another job is done, and nobody asks for the one that was cut off.
        let record = try await fixture.run(jobs, JobSelection(names: ["first"]))
        #expect(record.statuses == ["first": .done, "second": .waiting, "third": .done, "fourth": .waiting])
        for kind in HashKind.allCases {
            let list = try fixture.text("testwiki-20261124-\(kind)sums.txt")
            #expect(list.contains("-third.txt") && !list.contains("-second.txt"), "\(kind)")
        }
        let status = try JSONValue(parsing: Array(fixture.text("dumpstatus.json").utf8))
        func offer(_ job: String) -> JSONValue? { status["jobs"]?[job]?["files"]?["testwiki-20261124-\(job).txt"] }
        #expect(status["jobs"]?["second"]?["status"]?.string == "waiting")
        #expect(offer("second")?["url"] == nil && offer("second")?["size"] == nil && offer("second")?["md5"] == nil)
        #expect(offer("third")?["url"] != nil && offer("third")?["size"] != nil && offer("third")?["md5"] != nil)
        #expect(try fileSystem.list(fixture.wiki.directories.latest) == [])
        // The whole run does it, and offers it.
        try await fixture.run(jobs)
        #expect(fixture.begun == ["first", "second", "third", "first", "second", "fourth"])
        #expect(try fixture.text("testwiki-20261124-md5sums.txt").contains("-second.txt"))
        #expect(try fileSystem.list(fixture.wiki.directories.latest).contains("testwiki-latest-second.txt"))
    }

    @Test func whatALivingHelperWritesIsLeftAlone() async throws {
        let fixture = try RunFixture()
        try await fixture.run([TestJob(name: "first")], date: "20261101")
        let old = fixture.folder("20261101")
        let helped = try OutputFile(fixture.folder("20261101").appending("testwiki-20261101-p1p9.gz"))
        try helped.write([1, 2, 3])
        try helped.seal()
        for name in ["testwiki-20261101-dead.gz.inprog", "testwiki-20261101-dead.gz.inprog.tmp"] {
            try fileSystem.write([1], to: old.appending(name))
        }
        let scratch = fixture.wiki.directories.temporary
        for name in ["testwiki-20261101-range.gz", "testwiki-20261124-range.gz", "other.txt"] {
            try fileSystem.write([1], to: scratch.appending(name))
        }
        // Far enough in the future that scratch files of now are old.
        fixture.clock.advance(by: 100 * 365 * 86_400)
        try await fixture.run([TestJob(name: "first")])
        let left = try fileSystem.list(old)
        #expect(left.contains("testwiki-20261101-p1p9.gz.inprog"))
        #expect(!left.contains { $0.contains("dead") })
        #expect(try fileSystem.list(scratch) == ["other.txt", "testwiki-20261124-range.gz"])
        _ = try helped.commit()
        #expect(try fileSystem.read(old.appending("testwiki-20261101-p1p9.gz")) == [1, 2, 3])
    }

    @Test func aPlanChangesNothing() async throws {
        let fixture = try RunFixture()
        let plan = try fixture.jobRun(fixture.standardJobs).plan()
        #expect(plan.allSatisfy { $0.willRun && !$0.files.isEmpty && !$0.reason.isEmpty })
        #expect(try fileSystem.status(fixture.wiki.directories.publicRoot) == nil)
        #expect(try fileSystem.status(fixture.wiki.directories.privateRoot) == nil)
    }

    @Test func cancellationLeavesJobsWaitingAndTheRunCanGoOn() async throws {
        let fixture = try RunFixture()
        let (started, signal) = AsyncStream<Void>.makeStream()
        let slow = TestJob(name: "slow") { _ throws(DumpError) in
            signal.yield()
            do { try await Task.sleep(for: .seconds(600)) } catch { throw DumpError(.cancelled, "stopped") }
        }
        let run = try fixture.jobRun([TestJob(name: "first"), slow, TestJob(name: "third")])
        let events = fixture.events
        let task = Task { try await run.run(events) }
        for await _ in started { break }
        let cancelled = ContinuousClock.now
        task.cancel()
        let error = await dumpError { _ = try await task.value }
        #expect(error?.code == .cancelled)
        // Other tests take their share of the cores; without the cancellation it would be ten minutes.
        #expect(ContinuousClock.now - cancelled < .seconds(120))
        #expect(try fixture.dumpFiles() == ["testwiki-20261124-first.txt"])
        #expect(try fixture.text("dumpruninfo.txt").contains("name:slow; status:waiting"))
        #expect(try fixture.text("status.html").contains("dump aborted"))

        let record = try await fixture.run([TestJob(name: "first"), TestJob(name: "slow"), TestJob(name: "third")])
        #expect(record.isComplete && record.failures == 0)
        #expect(fixture.begun == ["first", "slow", "slow", "third"])
    }

    @Test(arguments: [DumpError.Code.source, .schema, .configuration])
    func aSourceThatCannotBeReadRefusesTheRun(code: DumpError.Code) async throws {
        let fixture = try RunFixture()
        let broken = UnreadableWiki(fixture.wiki, DumpError(code, "no such thing", remedy: "make it"))
        let error = await dumpError { try await fixture.run(fixture.standardJobs, of: broken) }
        #expect(error?.code == code)
        try expectRefused(fixture, reason: "no such thing (make it)")
        let record = try await fixture.run(fixture.standardJobs)
        #expect(record.isComplete && record.failures == 0)
        #expect(try fileSystem.status(fixture.refusal) == nil)
    }

    /// A run that was refused is told once, and leaves a note in the private tree only.
    private func expectRefused(_ fixture: RunFixture, reason: String) throws {
        let told = fixture.events.events.compactMap { if case .runRefused(_, _, let error) = $0 { error } else { nil } }
        #expect(told.map(\.description) == [reason] && fixture.events.events.count == 1)
        #expect(try fileSystem.status(fixture.wiki.directories.publicRoot) == nil)
        #expect(try fileSystem.list(fixture.wiki.directories.privateRoot) == ["attempts.txt"])
        #expect(try fileSystem.text(fixture.refusal) == "20261124 1 final\nrun: \(reason)\n")
    }

    private static let unknown = DumpError(.schema, "no table slots", remedy: "run update.php")

    @Test func jobsThatCannotBeDoneFailTogether() async throws {
        let fixture = try RunFixture()
        fixture.wiki.content.refusals = [.revisions: Self.unknown, .log: Self.unknown]
        let after = TestJob(name: "after", prerequisites: ["metahistorybz2dump"])
        let last = TestJob(name: "last", prerequisites: ["after"])
        let record = try await fixture.run(fixture.standardJobs + [after, last, TestJob(name: "free")])
        let done = record.jobs.filter { $0.status == .done }.map(\.name)
        #expect(done == ["pagetitlesdump", "allpagetitlesdump", "free"])
        #expect(fixture.begun == done)
        let failed = record.jobs.filter { $0.status == .failed }
        #expect(failed.count == record.jobs.count - 3 && failed.allSatisfy { $0.failure == .schema })
        #expect(record.isComplete && record.isFinished)
        // Whoever listens hears the reason once, with the names of all it holds for.
        let ended = fixture.events.events.compactMap { if case .jobEnded(let job) = $0 { job } else { nil } }
        let told = ended.filter { $0.status == .failed && !$0.isToldAlong }
        #expect(told.count == 1)
        #expect(told.first.map { [$0.name] + $0.failedAlong } == failed.map(\.name))
        #expect(
            FailureMail.failures(of: record)
                == [FailureMail.Failure(jobs: failed.map(\.name), reason: Self.unknown.description)])
        // When the database is well again they are done.
        fixture.wiki.content.refusals = [:]
        let later = try await fixture.run(fixture.standardJobs + [after, last, TestJob(name: "free")])
        #expect(later.failures == 0 && later.jobs.allSatisfy { $0.failedAlong.isEmpty && !$0.isToldAlong })
    }

    @Test func aRunOfWhichNothingCanBeDoneIsRefused() async throws {
        let fixture = try RunFixture()
        fixture.wiki.content.refusals = [.revisions: Self.unknown]
        let selection = JobSelection(names: ["xmlstubsdump", "articlesdump"])
        let error = await dumpError { try await fixture.run(fixture.standardJobs, selection) }
        #expect(error?.description == Self.unknown.description)
        try expectRefused(fixture, reason: Self.unknown.description)
        // What was published before stays as it is.
        try await fixture.run(fixture.standardJobs, JobSelection(names: ["pagetitlesdump"]))
        let before = try fileSystem.list(fixture.folder()).map { try fixture.identity($0) }
        #expect(await dumpError { try await fixture.run(fixture.standardJobs, selection) } != nil)
        #expect(try fileSystem.list(fixture.folder()).map { try fixture.identity($0) } == before)
        #expect(try fileSystem.status(fixture.refusal) != nil)
    }

    @Test func aRefusedPrivateWikiLeavesOnlyTheNote() async throws {
        let fixture = try RunFixture(isPrivate: true)
        let broken = UnreadableWiki(fixture.wiki, DumpError(.source, "no such thing"))
        #expect(await dumpError { try await fixture.run(fixture.standardJobs, of: broken) }?.code == .source)
        #expect(try fileSystem.list(fixture.wiki.directories.privateRoot) == ["attempts.txt"])
    }

    /// A source that is lost on the way ends all jobs that are left, and says why once.
    @Test func aSourceThatIsLostIsToldOnce() async throws {
        let fixture = try RunFixture()
        let lost = TestJob(name: "lost", failure: DumpError(.source, "the server went away"))
        let jobs = [TestJob(name: "first"), lost] + (0..<40).map { TestJob(name: "more\($0)") }
        #expect(await dumpError { try await fixture.run(jobs) }?.code == .source)
        let ended = fixture.events.events.compactMap { if case .jobEnded(let job) = $0 { job } else { nil } }
        #expect(ended.count == 42 && ended.count { $0.status == .failed } == 41)
        #expect(ended.filter { $0.status == .failed && !$0.isToldAlong }.map(\.name) == ["lost"])
        #expect(try fixture.text("dumpruninfo.txt").contains("name:more39; status:failed"))
    }

    /// A table that is not what it should be is no reason to leave out the others.
    @Test func aTableThatCannotBeReadCostsNoOther() async throws {
        let fixture = try RunFixture()
        let bad = TestJob(name: "bad", failure: DumpError(.schema, "there is no such table any more"))
        let record = try await fixture.run([bad, TestJob(name: "good")])
        #expect(record.statuses == ["bad": .failed, "good": .done])
    }

    /// Two seconds for each would outlast the limit.
    @Test(.timeLimit(.minutes(2))) func manyJobsAreDoneWithoutWaiting() async throws {
        let fixture = try RunFixture()
        var jobs: [any Job] = (0..<150).map { EmptyJob(name: "job\($0)") }
        jobs += (0..<6).map { number in
            let echo = CustomJobArgument([.text("/bin/echo")])
            return CustomJob(
                CustomJobDefinition(
                    name: "own\(number)", title: "Quick", command: [echo], outputs: ["own\(number).txt"]))
        }
        let record = try await fixture.run(jobs)
        #expect(record.isComplete && record.failures == 0)
        #expect(fixture.begun.count == 156)
    }

    @Test(.timeLimit(.minutes(10))) func progressIsOnThePageWhileAJobIsAtWork() async throws {
        let fixture = try RunFixture()
        let folder = fixture.folder()
        let slow = TestJob(name: "slow") { context throws(DumpError) in
            context.progress("slow", JobProgress(items: 3, expectedItems: 5))
            // Those who watch are told every few seconds, while the job is still at work.
            for _ in 0..<3000 {
                let texts = try ["index.html", "status.html"].map { (name) throws(DumpError) in
                    try fileSystem.text(folder.appending(name)) ?? ""
                }
                if texts.allSatisfy({ $0.contains("3 of 5") }) { return }
                do { try await Task.sleep(for: .milliseconds(100)) } catch { break }
            }
            throw DumpError(.jobFailed, "no progress was shown")
        }
        let record = try await fixture.run([slow])
        #expect(record.statuses == ["slow": .done])
        #expect(try !fixture.text("index.html").contains("3 of 5"))
    }

    @Test func aPrivateWikiLeavesNothingInThePublicTree() async throws {
        let fixture = try RunFixture(isPrivate: true)
        try await fixture.run(fixture.standardJobs)
        #expect(try fileSystem.list(fixture.farm.settings.publicTree) == [])
        #expect(try fixture.dumpFiles().count == 11)
        #expect(fixture.folder().starts(with: fixture.farm.settings.privateTree))
    }

    @Test func problemsOfTheSourceAreTold() async throws {
        let fixture = try RunFixture()
        fixture.wiki.content.problems = [
            ContentProblem(page: 3, revision: 99, message: "its slot is missing", isOmission: true)
        ]
        fixture.wiki.content.lostRevisions = 1
        let record = try await fixture.run(fixture.standardJobs)
        #expect(record.failures == 0, "\(record.jobs.compactMap(\.message))")
        #expect(record.job("metahistorybz2dump")?.message?.contains("1 problem in the source, 1 left out") == true)
        let told = fixture.events.events.filter { if case .problem = $0 { true } else { false } }
        #expect(told.count == 2, "once for the stubs, once for the pages")
        #expect(try fixture.text("index.html").contains("its slot is missing"))
    }
}

/// A job that does nothing, and so takes no time of its own.
private struct EmptyJob: Job {
    let name: String
    let title = "Nothing"
    func fileNames(prefix: String) -> [String] { [] }
    func run(_ context: JobContext) async throws(DumpError) -> JobReport { JobReport(files: []) }
}

/// A wiki whose content cannot be opened.
struct UnreadableWiki: Wiki {
    let wiki: InMemoryWiki
    let error: DumpError

    init(_ wiki: InMemoryWiki, _ error: DumpError) {
        self.wiki = wiki
        self.error = error
    }

    var name: WikiName { wiki.name }
    var isPrivate: Bool { wiki.isPrivate }
    var isClosed: Bool { wiki.isClosed }
    var directories: WikiDirectories { wiki.directories }
    var settings: WikiSettings { wiki.settings }
    func contentSource() throws(DumpError) -> any ContentSource { throw error }
}

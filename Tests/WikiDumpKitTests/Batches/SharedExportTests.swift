import Synchronization
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// A job that several processes do: the one with the lock of the wiki, and those that help.
@Suite(.timeLimit(.minutes(5))) struct SharedExportTests {
    @Test func theFilesAreThoseOfOneProcess() async throws {
        let (alone, shared) = (try BatchFixture(isShared: false), try BatchFixture())
        #expect(try await alone.jobRun().run(alone.run.events).statuses == [BatchFixture.job: .done])
        let record = try await shared.jobRun().run(shared.run.events)
        #expect(record.statuses == [BatchFixture.job: .done])
        #expect(try shared.contents() == alone.contents() && alone.contents().count == 8)
        #expect(try shared.batches().map(\.pages) == [1...10, 11...20, 21...30, 31...40])
        #expect(try shared.batches().allSatisfy { $0.status == .done && $0.runs == 1 })
    }

    /// What others made is in the status, in the lists of checksums and has its certificates like the rest; and the job is
    /// not done before they are.
    @Test func theFirstWaitsForTheOthersAndPublishesTheirFiles() async throws {
        let fixture = try BatchFixture()
        #expect(
            try await fixture.jobRun(options: RunOptions(batchCount: 1)).run(SilentObserver()).statuses.values.first
                == .waiting)
        let slow = Mutex(true)
        fixture.trouble = { (selection) async throws(DumpError) in
            while selection.pages?.lowerBound == 11, slow.withLock({ $0 }) {
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
        let (help, run) = (try fixture.help(), fixture.jobRun())
        async let helped = help.perform(SilentObserver())
        try await fixture.until { try fixture.batches()[1].status == .claimed }
        async let ran = run.run(SilentObserver())
        try await fixture.until { try fixture.batches().map(\.status) == [.done, .claimed, .done, .done] }
        try await fixture.until { fixture.log.messages.contains { $0.contains("waits for p11p20 by process") } }
        try await fixture.until {
            try RunInfoFile.parse(fixture.run.text("dumpruninfo.txt"))[BatchFixture.job]?.status == .inProgress
        }
        slow.withLock { $0 = false }
        let record = try await ran
        #expect(try await helped.done == 1)
        #expect(record.statuses == [BatchFixture.job: .done])
        for file in record.jobs[0].files {
            #expect(file.hashes == (try FileHashes(of: fixture.run.folder().appending(file.name))), "\(file.name)")
            #expect(file.evidence?.expected?.revisions?.count == 15, "\(file.name)")
            #expect(try fixture.run.text("testwiki-20261124-md5sums.txt").contains(file.name))
            #expect(try fixture.run.text("dumpstatus.json").contains(file.name))
            #expect(
                try FileCertificate.read(of: file.name, in: fixture.run.folder(), SmallFiles(fileSystem))?.job
                    == BatchFixture.job)
        }
    }

    /// A failure that does not pass costs one batch; the job fails and names it, and the next run does only that one.
    @Test func aBatchThatFailsCostsNoOther() async throws {
        let fixture = try BatchFixture()
        fixture.trouble = { (selection) async throws(DumpError) in
            if selection.pages?.contains(13) == true { throw DumpError(.outputBad, "a bad page") }
        }
        let record = try await fixture.jobRun().run(SilentObserver())
        #expect(try fixture.batches().map(\.status) == [.done, .failed, .done, .done])
        #expect(try fixture.batches()[1].runs == 1)
        let job = try #require(record.jobs.first)
        #expect(job.status == .failed && job.failure == .outputBad)
        #expect(job.privateMessage?.contains("p11p20") == true && job.privateMessage?.contains("a bad page") == true)
        let before = try fixture.identities()
        fixture.trouble = { (_) async throws(DumpError) in }
        #expect(try await fixture.jobRun().run(SilentObserver()).statuses.values.first == .done)
        let after = try fixture.identities()
        #expect(before.count == 6 && after.count == 8 && after.merging(before) { $1 } == after)
    }

    /// One that may pass is tried again, so many times as the configuration says.
    @Test(arguments: [1, 2])
    func whatMayPassIsTriedAgain(failures: Int) async throws {
        let fixture = try BatchFixture()
        let left = Mutex(failures)
        fixture.trouble = { (selection) async throws(DumpError) in
            let isBad =
                selection.pages?.contains(13) == true
                && left.withLock {
                    $0 -= 1; return $0 >= 0
                }
            if isBad { throw DumpError(.jobFailed, "a disk that hiccups") }
        }
        let record = try await fixture.jobRun().run(SilentObserver())
        #expect(try fixture.batches()[1].runs == 2)
        #expect(record.statuses.values.first == (failures == 1 ? .done : .failed))
        #expect(try fixture.batches().map(\.status) == [.done, failures == 1 ? .done : .failed, .done, .done])
    }

    /// Running the job again keeps what is done and what others are at; when they give up it is taken over.
    @Test func runningItAgainKeepsClaims() async throws {
        let fixture = try BatchFixture()
        _ = try await fixture.jobRun(options: RunOptions(batchCount: 2)).run(SilentObserver())
        #expect(try fixture.batches().map(\.status) == [.done, .done, .unclaimed, .unclaimed])
        let before = try fixture.identities()
        guard case .claimed(let claim) = try fixture.folder.claimNext(where: { _ in true }) else {
            throw DumpError(.jobFailed, "no batch")
        }
        let run = fixture.jobRun()
        async let ran = run.run(SilentObserver())
        try await fixture.until { try fixture.batches().map(\.status) == [.done, .done, .claimed, .done] }
        try claim.refresh()
        try await Task.sleep(for: .seconds(1.5))
        #expect(try fixture.batches()[2].status == .claimed && fixture.contents().count == 6)
        try claim.release()
        #expect(try await ran.statuses.values.first == .done)
        let after = try fixture.identities()
        #expect(after.count == 8 && after.merging(before) { $1 } == after, "what was done was left alone")
    }

    /// Helpers of an earlier holder can publish nothing more, so nobody waits for their batches. Those of this holder are waited for.
    @Test func batchesOfFencedHelpersAreTakenOver() async throws {
        let fixture = try BatchFixture()
        _ = try await fixture.jobRun(options: RunOptions(batchCount: 1)).run(SilentObserver())
        var folder = fixture.folder
        folder.owner = ProcessIdentity(host: "elsewhere.example", processID: 7, startTicks: nil, table: nil)
        guard case .claimed = try folder.claimNext(where: { _ in true }) else {
            throw DumpError(.jobFailed, "no batch")
        }
        let fence = try Fence(taking: fixture.run.wiki, above: 0)
        let helper = try #require(try Fence(joining: fixture.run.wiki))
        #expect(try WorkFolder.mayHaveHelpers(for: folder.path, on: fence.fileSystem))
        helper.leave()
        #expect(try !WorkFolder.mayHaveHelpers(for: folder.path, on: fence.fileSystem))
        #expect(try WorkFolder.mayHaveHelpers(for: folder.path, on: fileSystem), "without a fence nobody knows")
        let record = try await fixture.jobRun(fence: fence).run(SilentObserver())
        #expect(record.statuses == [BatchFixture.job: .done])
        #expect(try fixture.batches().map(\.runs) == [1, 2, 1, 1])
        fence.leave()
    }

    /// A job that was done and is asked for again is done again, all of it, and who still had a batch has lost it.
    @Test func doneAgainIsAllDoneAgain() async throws {
        let fixture = try BatchFixture()
        _ = try await fixture.jobRun().run(SilentObserver())
        let before = try fixture.identities()
        let record = try await fixture.jobRun(JobSelection(names: [BatchFixture.job])).run(SilentObserver())
        #expect(record.statuses.values.first == .done)
        let after = try fixture.identities()
        #expect(after.keys == before.keys && after.allSatisfy { before[$0.key] != $0.value })
    }

    /// A file that is not what its certificate says is made again before the job is done.
    @Test func whatIsBadIsMadeAgain() async throws {
        let fixture = try BatchFixture()
        _ = try await fixture.jobRun(options: RunOptions(batchCount: 3)).run(SilentObserver())
        let wanted = try fixture.contents()
        let names = wanted.keys.sorted()
        try fileSystem.write(Array((wanted[names[0]] ?? []).dropLast(9)), to: fixture.run.folder().appending(names[0]))
        try fileSystem.remove(fixture.run.folder().appending(names[3]))
        #expect(try await fixture.jobRun().run(SilentObserver()).statuses.values.first == .done)
        #expect(try fixture.contents().filter { wanted[$0.key] != nil } == wanted)
        #expect(fixture.log.messages.contains { $0.contains(names[0]) && $0.contains(names[3]) })
    }

    /// A batch that is quiet for longer than others wait is still alive, because its process says so.
    @Test func aQuietBatchIsNotTakenForDead() async throws {
        let fixture = try BatchFixture()
        fixture.run.wiki.settings.batches.staleAge = 6
        _ = try await fixture.jobRun(options: RunOptions(batchCount: 1)).run(SilentObserver())
        let isQuiet = Mutex(true)
        fixture.trouble = { (selection) async throws(DumpError) in
            while selection.pages?.lowerBound == 11, isQuiet.withLock({ $0 }) {
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
        let (help, run) = (try fixture.help(RunOptions(batches: true, batchCount: 1)), fixture.jobRun())
        async let helped = help.perform(SilentObserver())
        try await fixture.until { try fixture.batches()[1].status == .claimed }
        async let ran = run.run(SilentObserver())
        try await fixture.until { try fixture.batches().map(\.status) == [.done, .claimed, .done, .done] }
        let marker = fixture.folder.path.appending(BatchFolder.markerName(BatchFixture.job, 11...20))
        // Twenty seconds by a clock that goes on when the sign of life was seen.
        for _ in 0..<4 {
            fixture.clock.advance(by: 5)
            try await fixture.until { try fileSystem.status(marker)?.modified == fixture.clock.now() }
        }
        isQuiet.withLock { $0 = false }
        #expect(try await helped.done == 1)
        #expect(try await ran.statuses.values.first == .done)
        #expect(try fixture.batches().allSatisfy { $0.runs == 1 })
    }

    /// Who loses a batch stops its work, publishes nothing of it, and goes on with others.
    @Test func aLostBatchIsGivenUp() async throws {
        let fixture = try BatchFixture()
        fixture.run.wiki.settings.batches.staleAge = 6
        _ = try await fixture.jobRun(options: RunOptions(batchCount: 1)).run(SilentObserver())
        let marker = fixture.folder.path.appending("job-\(BatchFixture.job)-batch-p11p20-running.txt")
        let cancelled = Mutex(false)
        let tries = Mutex(0)
        fixture.trouble = { (selection) async throws(DumpError) in
            guard selection.pages?.lowerBound == 11,
                tries.withLock({
                    $0 += 1; return $0 == 1
                })
            else { return }
            try fileSystem.remove(marker)
            do { try await Task.sleep(for: .seconds(60)) } catch { cancelled.withLock { $0 = true } }
        }
        let tally = try await fixture.help().perform(SilentObserver())
        #expect(tally.lost == 1 && tally.done == 3 && cancelled.withLock { $0 })
        #expect(try fixture.batches().map(\.status) == [.done, .done, .done, .done])
        #expect(try fixture.batches()[1].runs == 2)
        #expect(try fileSystem.list(fixture.run.folder()).filter { $0.hasSuffix(".inprog") } == [])
    }

    /// Who is stopped in the middle of a batch gives it back at once.
    @Test(arguments: [false, true]) func aStopGivesTheBatchBack(isHelp: Bool) async throws {
        let fixture = try BatchFixture()
        _ = try await fixture.jobRun(options: RunOptions(batchCount: 1)).run(SilentObserver())
        fixture.trouble = { (selection) async throws(DumpError) in
            if selection.pages?.lowerBound == 21 { try? await Task.sleep(for: .seconds(60)) }
        }
        let (help, run) = (try fixture.help(), fixture.jobRun())
        let task = Task {
            if isHelp { _ = try await help.perform(SilentObserver()) } else { _ = try await run.run(SilentObserver()) }
        }
        try await fixture.until { try fixture.batches()[2].status == .claimed }
        task.cancel()
        #expect(await dumpError { try await task.value }?.code == .cancelled)
        #expect(try fixture.batches().map(\.status) == [.done, .done, .unclaimed, .unclaimed])
        #expect(try fileSystem.list(fixture.run.folder()).filter { $0.hasSuffix(".inprog") } == [])
        fixture.trouble = { (_) async throws(DumpError) in }
        #expect(try await fixture.jobRun().run(SilentObserver()).statuses.values.first == .done)
    }

    /// Work that cannot be stopped, because it waits for the disk or the database, ends without a trace.
    @Test func whoIsTooLateHasNoVoice() async throws {
        let fixture = try BatchFixture()
        _ = try await fixture.jobRun(options: RunOptions(batchCount: 1)).run(SilentObserver())
        let marker = fixture.folder.path.appending("job-\(BatchFixture.job)-batch-p11p20-running.txt")
        fixture.trouble = { (selection) async throws(DumpError) in
            if selection.pages?.lowerBound == 11 { try fileSystem.remove(marker) }
        }
        let error = await dumpError {
            _ = try await fixture.help(RunOptions(batches: true, batchCount: 1)).perform(SilentObserver())
        }
        #expect(error?.code == .lockLost)
        #expect(try fixture.contents().keys.filter { $0.contains("p11p") || $0.contains("p16p") } == [])
        #expect(try fixture.batches()[1].status == .claimed)
        #expect(try fixture.folder.abortDead().map(\.pages) == [11...20])
    }

    /// Without the ranges of the run nobody knows which files to make; the batch is left to those who do.
    @Test func withoutTheRangesNoBatchIsTouched() async throws {
        let fixture = try BatchFixture()
        let none = await dumpError { _ = try await fixture.help().perform(SilentObserver()) }
        #expect(none?.code == .nothingToDo && none?.message.contains("no batches") == true)
        _ = try await fixture.jobRun(options: RunOptions(batchCount: 1)).run(SilentObserver())
        let file = fixture.run.folder().appending(RunMemory.rangesName)
        let ranges = try fileSystem.read(file)
        try fileSystem.remove(file)
        let before = try fixture.batches()
        let error = await dumpError { _ = try await fixture.help().perform(SilentObserver()) }
        #expect(error?.code == .nothingToDo && error?.message.contains(RunMemory.rangesName) == true)
        #expect(try fixture.batches() == before)
        try fileSystem.write(ranges, to: file)
        // Nor without the wiki.
        fixture.trouble = { (_) async throws(DumpError) in throw DumpError(.schema, "another wiki") }
        #expect(await dumpError { _ = try await fixture.help().perform(SilentObserver()) }?.code == .schema)
        #expect(try fixture.batches() == before, "given back")
        fixture.trouble = { (_) async throws(DumpError) in }
        #expect(try await fixture.help().perform(SilentObserver()).done == 3)
        #expect(
            await dumpError { _ = try await fixture.help().perform(SilentObserver()) }?.message.contains("are done")
                == true)
    }

    @Test func whoHelpsTouchesNoStatus() async throws {
        let fixture = try BatchFixture()
        _ = try await fixture.jobRun(options: RunOptions(batchCount: 1)).run(SilentObserver())
        func status() throws -> [String: [UInt64]] {
            var found: [String: [UInt64]] = [:]
            for name in try fileSystem.list(fixture.run.folder())
            where !name.contains("pages-meta-history") { found[name] = try fixture.run.identity(name)?.identity }
            return found
        }
        let before = try status()
        #expect(try await fixture.help().perform(SilentObserver()).done == 3)
        #expect(try status() == before)
    }

    /// Files in progress of processes that die while the job goes on are gone when it is done.
    @Test func whatTheDeadLeaveGoesBeforeTheEnd() async throws {
        let fixture = try BatchFixture()
        let folder = fixture.run.folder()
        let name = "testwiki-20261124-pages-meta-history.xml-p11p15.bz2.mark.inprog"
        fixture.trouble = { (selection) async throws(DumpError) in
            guard selection.pages?.lowerBound == 21 else { return }
            for name in [name, "md5sums-\(name)"] { try fileSystem.write([1], to: folder.appending(name)) }
        }
        #expect(try await fixture.jobRun().run(SilentObserver()).statuses.values.first == .done)
        #expect(try fileSystem.list(folder).filter { $0.hasSuffix(".inprog") } == [])
    }

    /// Single pieces are not made beside processes that may be at work on the same.
    @Test func piecesWaitForTheBatches() async throws {
        let fixture = try BatchFixture()
        _ = try await fixture.jobRun(options: RunOptions(batchCount: 1)).run(SilentObserver())
        let selection = JobSelection(names: [BatchFixture.job])
        let options = RunOptions(pageRange: 1...5)
        let error = await dumpError {
            _ = try await fixture.jobRun(selection, options: options).run(SilentObserver())
        }
        #expect(error?.code == .usage && error?.message.contains("3 batches") == true)
        #expect(try await fixture.jobRun().run(SilentObserver()).statuses.values.first == .done)
        #expect(
            try await fixture.jobRun(selection, options: options).run(SilentObserver()).statuses.values.first == .done)
    }
}

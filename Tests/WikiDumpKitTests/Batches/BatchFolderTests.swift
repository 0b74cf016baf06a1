import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// Claims on batches: who gets one, who loses it, and what the dead leave.
@Suite struct BatchFolderTests {
    private let job = "metahistorybz2dump"
    private let farm: RunFixture
    private var path: FilePath { farm.wiki.directories.privateRun(Sample.date()) }

    init() throws {
        farm = try RunFixture()
        try fileSystem.makeDirectory(path)
        try folder().update { list throws(DumpError) in list = BatchList([1...10, 11...20, 21...30].map { Batch($0) }) }
    }

    /// The batches as a process sees them that may be on another machine, or dead.
    private func folder(_ owner: ProcessIdentity = .current) -> BatchFolder {
        var folder = BatchFolder(farm.wiki, Sample.date(), job: job, clock: farm.clock)
        folder.owner = owner
        return folder
    }

    private static let elsewhere = ProcessIdentity(
        host: "elsewhere.example", processID: 4, startTicks: 99, table: "elsewhere")
    /// This process's number, and another's start: a process that is no more.
    private static let dead = ProcessIdentity.ofThisTable(ProcessIdentity.current.processID, startTicks: 1)

    private func claim(_ owner: ProcessIdentity = .current) throws -> BatchClaim? {
        if case .claimed(let claim) = try folder(owner).claimNext(where: { _ in true }) { claim } else { nil }
    }

    private func statuses() throws -> [Batch.Status] { try folder().read()?.batches.map(\.status) ?? [] }

    private func loss(_ body: () throws -> Void) -> Bool {
        do { try body() } catch { return (error as? DumpError)?.code == .lockLost }
        return false
    }

    @Test func eachBatchGoesToOneAndIsNamed() throws {
        let first = try #require(try claim())
        #expect(first.pages == 1...10 && first.subject == "batch p1p10 of \(job)")
        let marker = path.appending("job-\(job)-batch-p1p10-running.txt")
        #expect(try fileSystem.read(marker) == [])
        let second = try #require(try claim())
        #expect(second.pages == 11...20)
        #expect(try statuses() == [.claimed, .claimed, .unclaimed])
        let own = ProcessIdentity.current
        #expect(try folder().read()?[11...20]?.owner == Batch.Owner(host: own.host, processID: own.processID))
        try first.end(.done)
        #expect(try fileSystem.status(marker) == nil)
        #expect(try statuses() == [.done, .claimed, .unclaimed])
        // The copy is what was there before.
        let before = try #require(try fileSystem.text(path.appending("batches-\(job).json.bak")))
        #expect(BatchList(parsing: before)?.batches.map(\.status) == [.claimed, .claimed, .unclaimed])
        let third = try #require(try claim())
        #expect(third.pages == 21...30)
        guard case .busy(let busy) = try folder().claimNext(where: { _ in true }) else { throw DumpError(.usage, "") }
        #expect(busy.map(\.pages) == [11...20, 21...30])
        try second.end(.failed)
        try third.end(.done)
        guard case .nothingLeft = try folder().claimNext(where: { _ in true }) else { throw DumpError(.usage, "") }
        #expect(try fileSystem.list(path).filter { $0.contains("-batch-") || $0.hasSuffix(".inprog") } == [])
    }

    @Test func whatWasGivenBackIsAsNew() throws {
        let first = try #require(try claim())
        try first.release()
        try first.release()
        #expect(try folder().read()?[1...10] == Batch(1...10))
        #expect(try claim()?.pages == 1...10)
    }

    /// A batch that nobody has tried comes before one that somebody could not do.
    @Test func whatWasTriedComesLast() throws {
        try #require(try claim()).end(.aborted)
        #expect(try claim()?.pages == 11...20)
        #expect(try claim()?.pages == 21...30)
        #expect(try claim()?.pages == 1...10)
        #expect(try folder().read()?[1...10]?.runs == 2)
    }

    @Test func theBatchOfADeadProcessIsTaken() throws {
        let lost = try #require(try claim(Self.dead))
        #expect(try folder().openBatches().map(\.pages) == [1...10, 11...20, 21...30])
        #expect(try folder().abortDead().map(\.pages) == [1...10])
        #expect(try statuses() == [.aborted, .unclaimed, .unclaimed])
        #expect(try folder().abortDead().isEmpty)
        #expect(loss { try lost.refresh() } && loss { try lost.whileHeld {} } && loss { try lost.end(.done) })
    }

    /// On another machine only silence tells, however long the batch takes; signs of life keep it.
    @Test func silenceIsDeathAndQuietWorkIsNot() throws {
        let held = try #require(try claim(Self.elsewhere))
        for _ in 0..<5 {
            farm.clock.advance(by: 3_000)
            try held.refresh()
            #expect(try folder().abortDead().isEmpty)
        }
        farm.clock.advance(by: 3_600)
        #expect(try folder().abortDead().isEmpty)
        farm.clock.advance(by: 1)
        #expect(try folder().abortDead().map(\.pages) == [1...10])
        let other = try #require(try folder().update { list throws(DumpError) in list?[1...10]?.status })
        #expect(other == .aborted)
    }

    /// Whoever was silent and wakes up finds that the batch is somebody else's, and leaves no trace of his work.
    @Test func theLoserPublishesNothing() throws {
        let loser = try #require(try claim(Self.elsewhere))
        farm.clock.advance(by: 4_000)
        while let next = try claim(), next.pages != 1...10 {}
        #expect(try folder().read()?[1...10]?.owner?.host == ProcessIdentity.current.host)
        var isDone = false
        #expect(loss { try loser.refresh() } && loss { try loser.whileHeld { isDone = true } })
        #expect(loss { try loser.end(.done) } && loss { try loser.release() } && !isDone)
        #expect(try folder().read()?[1...10]?.status == .claimed)
    }

    /// Old programs remove the marker and know nothing of what stands beside it.
    @Test func aMarkerThatVanishedIsALoss() throws {
        let loser = try #require(try claim())
        try fileSystem.remove(path.appending("job-\(job)-batch-p1p10-running.txt"))
        #expect(loss { try loser.refresh() } && loss { try loser.whileHeld {} })
        #expect(try folder().abortDead().map(\.pages) == [1...10])
    }

    @Test func aDamagedFileIsReadFromItsCopy() throws {
        _ = try claim()
        let file = path.appending("batches-\(job).json")
        try fileSystem.write(Array(#"{"batches": [{"ba"#.utf8), to: file)
        #expect(try statuses() == [.unclaimed, .unclaimed, .unclaimed])
        #expect(try claim()?.pages == 1...10)
        #expect(try statuses() == [.claimed, .unclaimed, .unclaimed])
        try fileSystem.write([], to: file)
        try fileSystem.write([], to: path.appending("batches-\(job).json.bak"))
        let error = #expect(throws: DumpError.self) { try statuses() }
        #expect(error?.message.contains("batches-\(job).json") == true && error?.remedy.isEmpty == false)
    }

    /// Many at once: each batch is claimed once, and the file is whole at every instant.
    @Test func manyClaimAtOnce() async throws {
        let ranges = (0..<40).map { (number: Int64) -> ClosedRange<Int64> in number * 10 + 1...number * 10 + 10 }
        try folder().update { list throws(DumpError) in list = BatchList(ranges.map { Batch($0) }) }
        let folder = folder()
        let claimed = try await withThrowingTaskGroup(of: [ClosedRange<Int64>].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var own: [ClosedRange<Int64>] = []
                    while case .claimed(let claim) = try folder.claimNext(where: { _ in true }) {
                        own.append(claim.pages)
                        try claim.end(.done)
                        await Task.yield()
                    }
                    return own
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(claimed.sorted { $0.lowerBound < $1.lowerBound } == ranges)
        #expect(try statuses().allSatisfy { $0 == .done })
    }
}

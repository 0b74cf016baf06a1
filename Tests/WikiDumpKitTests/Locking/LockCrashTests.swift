import DumpSimulation
import MWBzUtils
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// A process dies, or the power goes, at every call that claiming a wiki makes. The next process gets the wiki all the same,
/// under a greater number.
@Suite struct LockCrashTests {
    /// How a process ends.
    enum End: Sendable, Hashable {
        case kill
        case cut(PowerCut)

        static let all: [End] =
            [.kill, .cut(.losingEverything), .cut(.keepingEverything)] + (0..<4).map { .cut(.random(seed: $0)) }
    }

    private static let start = UTCTime(seconds: 1_800_000_000)
    private let wiki: WikiName
    private let date: DumpDate
    private let folder: FilePath = "/farm/private/testwiki"

    init() throws {
        wiki = try #require(WikiName("testwiki"))
        date = try #require(DumpDate("20261124"))
    }

    /// A disk on which nothing is but the private tree, which was there before the power went.
    private func disk() throws -> SimulatedDisk {
        let disk = SimulatedDisk { FileTime(seconds: Self.start.seconds) }
        try FileSystem(calls(on: disk)).makeDirectory(folder.removingLastComponent())
        disk.settle()
        return disk
    }

    /// The calls of a new process.
    private func calls(on disk: SimulatedDisk) -> any FileCalls {
        disk.calls(for: disk.startProcess(ProcessTraits(on: SimulatedMachine(name: "one", boot: 1))))
    }

    /// The calls of a new process that ends before the call of a number.
    private func calls(on disk: SimulatedDisk, ending end: End, before number: Int, _ count: CallCount) -> any FileCalls
    {
        let process = disk.startProcess(ProcessTraits(on: SimulatedMachine(name: "one", boot: 1)))
        return disk.calls(for: process) { (_) throws(Errno) in
            guard count.next() == number else { return }
            switch end {
            case .kill: process.kill()
            case .cut(let cut): disk.cutPower(cut)
            }
        }
    }

    /// The lock of the wiki, as a process on a machine sees it.
    private func lock(_ calls: any FileCalls, host: String, seconds: Int64) -> FileLock {
        FileLock(
            wiki: wiki, privateRoot: folder, on: FileSystem(calls), staleAge: 3600,
            clock: FixedClock(UTCTime(seconds: Self.start.seconds + seconds)),
            owner: ProcessIdentity(host: host, processID: 1, startTicks: 1, table: nil))
    }

    @Test(arguments: End.all) func theNextProcessGetsTheWiki(end: End) throws {
        for number in 0..<1_000 {
            let (disk, count) = (try disk(), CallCount())
            let first = lock(calls(on: disk, ending: end, before: number, count), host: "one", seconds: 0)
            let grant = try? first.acquire(date, force: false)
            let isUndisturbed = count.value <= number
            // What was granted is durable.
            if isUndisturbed, case .cut(let cut) = end { disk.cutPower(cut) }
            if grant != nil {
                let other = lock(calls(on: disk), host: "two", seconds: 1)
                #expect(dumpError { _ = try other.acquire(date, force: false) }?.code == .lockHeld, "call \(number)")
            }

            let second = lock(calls(on: disk), host: "two", seconds: 3601)
            let next = try second.acquire(date, force: false)
            #expect(next.epoch > grant?.epoch ?? 0, "call \(number)")
            #expect(try second.holders().map(\.host) == ["two"], "call \(number)")
            try second.refresh(next)
            try second.release(next)
            #expect(try second.holders() == [])
            if isUndisturbed { return }
        }
        Issue.record("claiming a wiki never ends")
    }

    @Test(arguments: End.all) func numbersOnlyRise(end: End) throws {
        for number in 0..<1_000 {
            let (disk, count) = (try disk(), CallCount())
            let marker = EpochMarker(in: folder, on: FileSystem(calls(on: disk, ending: end, before: number, count)))
            var numbers: [Int64] = []
            for _ in 0..<3 {
                guard let raised = try? marker.raise() else { break }
                numbers.append(raised)
            }
            let isUndisturbed = count.value <= number
            if isUndisturbed, case .cut(let cut) = end { disk.cutPower(cut) }
            let next = try EpochMarker(in: folder, on: FileSystem(calls(on: disk))).raise()
            numbers.append(next)
            #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }, "call \(number): \(numbers)")
            #expect(try FileSystem(calls(on: disk)).list(folder.appending(".fence")).count == 1, "call \(number)")
            if isUndisturbed { return }
        }
        Issue.record("raising the number never ends")
    }
}

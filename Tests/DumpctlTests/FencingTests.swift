import Foundation
import Testing

/// A worker that slept while another one took its wiki over changes nothing that others see, and says so.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct FencingTests {
    private static let date = "20260102"
    private static let folder = "public/demowiki/\(date)"

    /// Stops a worker at any moment, lets another one do the wiki, and wakes the first before, between or after its files.
    @Test(arguments: 0..<8) func aWorkerThatSleptPublishesNothing(round: Int) async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of round \(round): \(seed)")
        var random = SplitMix(state: seed)

        let first = try farm.start("run", "demowiki", "--date", Self.date)
        while lock(of: farm) == nil, first.process.isRunning { usleep(200) }
        usleep(UInt32.random(in: 0...400_000, using: &random))
        first.pause()
        try makeStale(farm)
        let second = try farm.start("run", "demowiki", "--date", Self.date)
        if round % 2 == 0 {
            usleep(UInt32.random(in: 0...600_000, using: &random))
            kill(first.process.processIdentifier, SIGCONT)
        }
        let successor = try await second.wait()
        if round % 2 == 0, successor.status == 11 {
            // On a busy machine the first one may wake before the second one looks. Then nothing was taken from it.
            let early = try await first.wait()
            #expect(early.status == 0, "\(early.error)")
        } else {
            // A first worker that had done everything before it was stopped leaves nothing to do.
            #expect([0, 10].contains(successor.status), "\(successor.error)")
            let before = try everything(farm)
            kill(first.process.processIdentifier, SIGCONT)
            let late = try await first.wait()
            // With 11 it was stopped before it had the lock.
            #expect([0, 11, 75].contains(late.status), "\(late.error)")
            if late.status == 75 { #expect(late.error.contains("demowiki"), "\(late.error)") }
            #expect(try everything(farm) == before, "it changed something after its successor was done")
        }

        #expect(try farm.text(Self.folder + "/status.html").contains("Dump complete"))
        let verified = try await Dumpctl.run(["verify", Self.folder], in: farm.folder)
        #expect(verified.status == 0, "\(verified.output)\(verified.error)")
        #expect(farm.runs("demowiki") == [Self.date, "latest"])
        #expect(farm.names("private/demowiki").filter { $0.hasPrefix("lock") || $0.hasPrefix(".work") } == [])
    }

    /// The process is told apart by the table of processes: with the same host name, every worker is number 1 here.
    @Test(.enabled(if: canMakeNamespaces)) func containersWithOneHostNameShareAFarm() async throws {
        let wikis = (1...8).map { "w\($0)wiki" }
        let farm = try DemoFarm(copies: wikis)
        defer { farm.remove() }
        let words = [
            "unshare", "--pid", "--fork", "--kill-child", "--mount-proc", Dumpctl.binary.path, "run", "--json",
            "--date",
            Self.date, "--configfile", "wikidump.conf",
        ]
        let outcomes = try await withThrowingTaskGroup(of: [Tool.Outcome].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var outcomes: [Tool.Outcome] = []
                    while outcomes.last?.status != 10, outcomes.count < 40 {
                        outcomes.append(
                            try await Tool.runAside(words, in: farm.folder, environment: ["HOME": farm.folder.path]))
                    }
                    return outcomes
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        for outcome in outcomes { #expect([0, 10, 11].contains(outcome.status), "\(outcome.text)") }
        // Nobody broke the lock of a living process: each wiki was dumped once.
        #expect(outcomes.count { $0.status == 0 } == wikis.count)
        for wiki in wikis {
            #expect(try farm.text("public/\(wiki)/\(Self.date)/status.html").contains("Dump complete"), "\(wiki)")
            #expect(farm.runs(wiki) == [Self.date, "latest"])
        }
        let verified = try await Dumpctl.run(
            ["verify"] + wikis.map { "public/\($0)/\(Self.date)" }, in: farm.folder)
        #expect(verified.status == 0, "\(verified.output)\(verified.error)")
    }

    private static let canMakeNamespaces =
        (try? Tool.run(["unshare", "--pid", "--fork", "--mount-proc", "true"]).status) == 0

    private func lock(of farm: DemoFarm) -> String? {
        farm.names("private/demowiki").first { $0.hasPrefix("lock_") }
    }

    /// Gives the lock a time at which it counts as abandoned.
    private func makeStale(_ farm: DemoFarm) throws {
        guard let name = lock(of: farm) else { return }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -7_200)],
            ofItemAtPath: farm.url("private/demowiki/\(name)").path)
    }

    /// Everything that others see of the wiki, with contents and times. Only the logs of the workers are left out.
    private func everything(_ farm: DemoFarm) throws -> [String: String] {
        var found: [String: String] = [:]
        for tree in ["public/demowiki", "private/demowiki"] {
            let files = FileManager.default.enumerator(
                at: farm.url(tree), includingPropertiesForKeys: [.contentModificationDateKey, .isDirectoryKey])
            while let file = files?.nextObject() as? URL {
                let values = try file.resourceValues(forKeys: [.contentModificationDateKey, .isDirectoryKey])
                // A process that leaves removes what is its own alone.
                // Every claim raises the number in the marker, also one that comes to nothing.
                let isOwn = file.pathComponents.contains { name in
                    [".work-", ".dead-", ".fence"].contains { name.hasPrefix($0) }
                }
                if file.lastPathComponent == "dumplog.txt" || isOwn || values.isDirectory == true { continue }
                let text = String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
                found[file.path] = "\(values.contentModificationDate.map { "\($0)" } ?? "") \(text.hashValue)"
            }
        }
        return found
    }
}

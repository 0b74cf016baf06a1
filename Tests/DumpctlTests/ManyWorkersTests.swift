import Foundation
import Testing

/// Many workers share a farm: no wiki is dumped twice at once, none is lost.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ManyWorkersTests {
    @Test func workersShareAFarmWhileSomeAreKilled() async throws {
        let wikis = (1...12).map { "w\($0)wiki_\($0)-x\($0)" }
        let farm = try DemoFarm(copies: wikis)
        defer { farm.remove() }
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed: \(seed)")
        let (started, kills) = try await share(farm, seed: seed)
        var finished: [Dumpctl.Outcome] = []
        for running in started { finished.append(try await running.wait()) }
        // What was killed last may have left something to do.
        while true {
            let outcome = try await farm.run("run", "--json")
            finished.append(outcome)
            guard outcome.status == 0 else {
                #expect(outcome.status == 10, "\(outcome.error)")
                break
            }
        }

        // A worker that was killed between the end of its run and the release of its lock left that to the monitor.
        #expect(try await farm.run("monitor", "--once").status == 0)
        #expect(kills > 3)
        // Who is killed between the last status and the release of the lock leaves a lock that nobody wants any more.
        #expect(try await farm.run("monitor").status == 0)
        for outcome in finished {
            #expect(outcome.signal == SIGKILL || [0, 10, 11].contains(outcome.status), "\(outcome.error)")
        }
        let completions = finished.flatMap(\.events).filter { $0["event"] as? String == "runEnded" }
            .compactMap { $0["wiki"] as? String }
        // A run that was killed after its last event may be looked at again, but nobody dumps a wiki that is complete.
        let twice = Dictionary(grouping: completions, by: { $0 }).filter { $0.value.count > 1 }
        #expect(twice.count <= kills)
        let dates = Set(wikis.flatMap { farm.names("public/\($0)").filter { $0.hasPrefix("20") } })
        let date = try #require(dates.sorted().last)
        let reference = try farm.dumpFiles("public/\(wikis[0])/\(date)")
        for wiki in wikis {
            #expect(try farm.text("public/\(wiki)/\(date)/status.html").contains("Dump complete"), "\(wiki)")
            let files = try farm.dumpFiles("public/\(wiki)/\(date)")
            #expect(files.count == reference.count)
            #expect(Set(files.values) == Set(reference.values), "\(wiki) has the same content as the others")
            #expect(farm.names("private/\(wiki)").filter { $0.hasPrefix("lock") } == [])
        }
    }

    /// Keeps eight workers going until three found nothing to do, and kills one of them now and then. On a thread of its
    /// own: between other tests the pauses would be so long that every worker is done before it can be killed.
    private func share(_ farm: DemoFarm, seed: UInt64) async throws -> ([Dumpctl.Running], kills: Int) {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        var random = SplitMix(state: seed)
                        var started: [Dumpctl.Running] = []
                        var (kills, idle) = (0, 0)
                        while idle < 3, started.count < 400 {
                            let alive = started.filter { $0.process.isRunning }
                            for _ in alive.count..<8 { started.append(try farm.start("run", "--json")) }
                            Thread.sleep(forTimeInterval: 0.03)
                            if Int.random(in: 0..<5, using: &random) == 0,
                                let victim = alive.randomElement(using: &random),
                                victim.process.isRunning
                            {
                                kill(victim.process.processIdentifier, SIGKILL)
                                kills += 1
                            }
                            idle = started.count {
                                !$0.process.isRunning && $0.process.terminationReason == .exit
                                    && $0.process.terminationStatus == 10
                            }
                        }
                        return (started, kills)
                    })
            }
        }
    }
}

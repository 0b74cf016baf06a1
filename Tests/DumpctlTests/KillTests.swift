import Foundation
import Testing

/// A run that is killed at any instant is finished by the next one, with the same bytes.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct KillTests {
    @Test(arguments: 0..<4)
    func killedRunsEndWithTheSameBytes(round: Int) async throws {
        let undisturbed = try DemoFarm()
        let farm = try DemoFarm()
        defer { undisturbed.remove(); farm.remove() }
        let date = "20260102"
        #expect(try await undisturbed.run("run", "demowiki", "--date", date).status == 0)
        let wanted = try undisturbed.dumpFiles("public/demowiki/\(date)")
        #expect(wanted.count >= 8)

        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of round \(round): \(seed)")
        var random = SplitMix(state: seed)
        var last: Dumpctl.Outcome?
        for _ in 0..<8 {
            let running = try farm.start("run", "demowiki", "--date", date)
            let delay = Double.random(in: 0.01...0.8, using: &random)
            try await Task.sleep(for: .seconds(delay))
            kill(running.process.processIdentifier, SIGKILL)
            last = try await running.wait()
            if last?.signal == nil { break }
        }
        if last?.signal != nil {
            let end = try await farm.run("run", "demowiki", "--date", date)
            #expect(end.status == 0, "\(end.error)")
        }
        #expect(try farm.dumpFiles("public/demowiki/\(date)") == wanted)
        #expect(farm.names("public/demowiki/\(date)").filter { $0.hasSuffix(".inprog") || $0.hasSuffix(".tmp") } == [])
        #expect(farm.names("private/demowiki").filter { $0.hasPrefix("lock") } == [])
        #expect(try farm.text("public/demowiki/\(date)/status.html").contains("Dump complete"))
    }

    @Test func latestIsOneSetOrTheOtherWhereverARunDies() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of the exchange of links: \(seed)")
        var random = SplitMix(state: seed)
        for round in 0..<8 {
            let farm = try await DemoFarm(dumped: ())
            defer { farm.remove() }
            let names = farm.names("public/nordwiki/latest")
            let running = try farm.start("run", "nordwiki", "--date", "20260103")
            // The new set is made beside the old one, and they change places.
            func isBesideIt() -> Bool {
                farm.names("public/nordwiki").contains { name in
                    let beside = farm.url("public/nordwiki/\(name)/.latest.new").path
                    return name.hasPrefix(".work-") && FileManager.default.fileExists(atPath: beside)
                }
            }
            while !isBesideIt(), running.process.isRunning { usleep(50) }
            usleep(UInt32.random(in: 0...4_000, using: &random))
            kill(running.process.processIdentifier, SIGKILL)
            _ = try await running.wait()

            let dates = try datesOfLatest(farm)
            #expect(dates.count == 1, "round \(round): \(dates)")
            #expect(farm.names("public/nordwiki/latest") == names, "round \(round)")
            let end = try await farm.run("run", "nordwiki", "--date", "20260103", "--skipdone")
            #expect([0, 10].contains(end.status), "\(end.error)")
            #expect(try datesOfLatest(farm) == ["20260103"], "round \(round)")
            #expect(farm.runs("nordwiki") == ["20260102", "20260103", "latest"], "round \(round)")
        }
    }

    /// The runs that links and feeds of the latest files lead to.
    private func datesOfLatest(_ farm: DemoFarm) throws -> Set<String> {
        var dates: Set<String> = []
        for (name, data) in farm.contents("public/nordwiki/latest") {
            let text = String(decoding: data, as: UTF8.self)
            let match = try #require(text.firstMatch(of: /(?:\.\.|nordwiki)\/(\d{8})/), "\(name)")
            dates.insert(String(match.1))
        }
        return dates
    }

    /// Nobody is asked anything: a process that gets such a signal is dead, and the next one goes on.
    @Test(arguments: [SIGUSR1, SIGUSR2, SIGQUIT])
    func otherSignalsJustEndIt(signal: Int32) async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        // The child ends by itself when its parent is dead.
        try farm.setJobs(
            "- {name: slow, title: T, command: [/bin/sh, -c, 'while kill -0 $PPID; do sleep 0.1; done'], "
                + "outputs: [slow.txt]}")
        // Swift's own runtime would stop at SIGQUIT to say where the process is.
        let running = try Dumpctl.start(
            ["run", "demowiki", "--date", "20260102", "--job", "slow", "--configfile", "wikidump.conf"],
            in: farm.folder, environment: ["SWIFT_BACKTRACE": "enable=no"])
        while !farm.isWriting("demowiki-20260102-slow.txt"),
            running.process.isRunning
        { try await Task.sleep(for: .seconds(0.01)) }
        kill(running.process.processIdentifier, signal)
        let outcome = try await running.wait()
        #expect(outcome.signal == signal, "\(outcome.error)")
        let next = try await farm.run("run", "demowiki", "--date", "20260102", "--job", "pagetitlesdump")
        #expect(next.status == 0, "\(next.error)")
    }

    @Test(arguments: [(SIGTERM, Int32(143)), (SIGINT, Int32(130))])
    func signalsStopSoonAndSayHowToGoOn(signal: Int32, status: Int32) async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        let running = try farm.start("run", "demowiki", "--date", "20260102")
        while !farm.names("private/demowiki").contains(where: { $0.hasPrefix("lock_") }), running.process.isRunning {
            try await Task.sleep(for: .seconds(0.001))
        }
        let sent = Date()
        kill(running.process.processIdentifier, signal)
        let outcome = try await running.wait()
        #expect(outcome.status == status, "\(outcome.error)")
        #expect(Date().timeIntervalSince(sent) < 30)
        #expect(outcome.error.contains("dumpctl run"))
        #expect(farm.names("private/demowiki").filter { $0.hasPrefix("lock") } == [])
        #expect(try await farm.run("run", "demowiki", "--date", "20260102").status == 0)
    }
}

/// A small generator whose numbers follow from its seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

import Foundation
import Testing

/// One job done by several processes, through the real program.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct BatchTests {
    private static let date = "20260102"
    private static let folder = "public/demowiki/\(date)"
    private static let hidden = "private/demowiki/\(date)"
    private static let job = "metahistorybz2dump"
    private static let helping = ["run", "demowiki", "--date", date, "--job", job, "--batches"]
    private static let list = "\(hidden)/batches-\(job).json"

    /// - Parameter pause: seconds between two batches of a process, so that others get some.
    private func farm(pause: Int = 0) throws -> DemoFarm {
        let farm = try DemoFarm()
        for option in [
            "chunksEnabled=1", "pagesPerChunkHistory=30,20,9", "checkpointTime=1", "revsPerJob=8",
            "contentbatchesEnabled=1", "jobsperbatch=\(Self.job)=1", "testsleep=\(pause)",
        ] { try farm.addOption(option, to: "chunks") }
        return farm
    }

    private func statuses(_ farm: DemoFarm) -> [String] {
        guard let data = try? farm.data(Self.list),
            let json = try? JSONSerialization.jsonObject(with: data) as? [String: [[String: [String: Any]]]]
        else { return [] }
        return json["batches"]?.compactMap { $0["batch"]?["status"] as? String } ?? []
    }

    private func owners(_ farm: DemoFarm) throws -> Set<Int> {
        let json = try JSONSerialization.jsonObject(with: farm.data(Self.list)) as? [String: [[String: [String: Any]]]]
        return Set(
            (json?["batches"] ?? []).compactMap { ($0["batch"]?["owner"] as? [String: Any])?["pid"] as? Int })
    }

    private func until(_ condition: () throws -> Bool) async throws {
        for _ in 0..<3_000 {
            if try condition() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Tool.Failure(text: "it did not come true within thirty seconds")
    }

    private func start(_ farm: DemoFarm) throws -> Dumpctl.Running {
        try farm.start("run", "demowiki", "--date", Self.date, "--job", Self.job)
    }

    private func help(_ farm: DemoFarm) throws -> Dumpctl.Running {
        try farm.start("run", "demowiki", "--date", Self.date, "--job", Self.job, "--batches")
    }

    /// The bytes that one process makes of the history, made once.
    private static let alone = Task {
        let farm = try BatchTests().farm()
        defer { farm.remove() }
        try farm.addOption("contentbatchesEnabled=0", to: "demowiki")
        let outcome = try await farm.run("run", "demowiki", "--date", date, "--job", job, "--quiet")
        guard outcome.status == 0, !farm.names(hidden).contains(where: { $0.hasPrefix("batches") }) else {
            throw Tool.Failure(text: outcome.error)
        }
        return try farm.dumpFiles(folder)
    }

    /// Everything about a job that is done, whoever made its files.
    private func checkEnd(_ farm: DemoFarm, _ note: Comment) async throws {
        let wanted = try await Self.alone.value
        #expect(try farm.dumpFiles(Self.folder) == wanted, note)
        #expect(wanted.count > 8)
        #expect(Set(statuses(farm)) == ["done"], note)
        #expect(try farm.statuses(Self.folder)[Self.job] == "done", note)
        let prefix = "demowiki-\(Self.date)-"
        let sums = try Tool.run(["md5sum", "--check", "--quiet", "\(prefix)md5sums.txt"], in: farm.url(Self.folder))
        #expect(sums.status == 0, note)
        let list = try farm.text("\(Self.folder)/\(prefix)md5sums.txt")
        for name in wanted.keys { #expect(list.contains(name), "\(name) \(note)") }
        let proof = try await Dumpctl.run(["verify", "--quiet", Self.folder], in: farm.folder)
        #expect(proof.status == 0, "\(proof.error) \(note)")
        let leftovers = (farm.names(Self.folder) + farm.names(Self.hidden)).filter {
            $0.hasSuffix(".inprog") || $0.hasSuffix(".tmp") || $0.contains("-running.txt")
        }
        #expect(leftovers == [], note)
    }

    @Test func fourProcessesShareAJob() async throws {
        let farm = try farm(pause: 1)
        defer { farm.remove() }
        let first = try start(farm)
        try await until { !statuses(farm).isEmpty }
        let others = try (0..<3).map { _ in try help(farm) }
        let outcome = try await first.wait()
        #expect(outcome.status == 0, "\(outcome.error)")
        for other in others {
            let outcome = try await other.wait()
            #expect(outcome.status == 0 && outcome.error.contains("of \(Self.job) of demowiki"), "\(outcome.error)")
        }
        #expect(try owners(farm).count == 4)
        try await checkEnd(farm, "")
        let page = try farm.text("\(Self.folder)/index.html")
        for name in try await Self.alone.value.keys { #expect(page.contains(name)) }
        // Nothing is left to help with.
        let late = try await farm.run(Self.helping)
        #expect(late.status == 10 && late.error.contains("are done"), "\(late.error)")
    }

    /// Processes are killed at any instant, the first one too; the run ends with the bytes of one that was left alone.
    @Test(arguments: 0..<4)
    func killedProcessesLeaveTheSameBytes(round: Int) async throws {
        let farm = try farm(pause: 1)
        defer { farm.remove() }
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of round \(round): \(seed)")
        var random = SplitMix(state: seed)
        var first = try start(farm)
        try await until { !statuses(farm).isEmpty || !first.process.isRunning }
        var others = try (0..<2).map { _ in try help(farm) }
        for _ in 0..<4 {
            try await Task.sleep(for: .seconds(Double.random(in: 0.05...1.1, using: &random)))
            if Int.random(in: 0..<3, using: &random) == 0 {
                kill(first.process.processIdentifier, SIGKILL)
                _ = try await first.wait()
                first = try start(farm)
            } else {
                let victim = others.removeFirst()
                kill(victim.process.processIdentifier, SIGKILL)
                _ = try await victim.wait()
                others.append(try help(farm))
            }
        }
        var end = try await first.wait()
        if end.status != 0 { end = try await farm.run("run", "demowiki", "--date", Self.date, "--job", Self.job) }
        #expect(end.status == 0, "seed \(seed): \(end.error)")
        for other in others {
            let outcome = try await other.wait()
            // Whoever helped the first process that was killed may give nothing a name any more.
            #expect([0, 10, 75].contains(outcome.status), "seed \(seed): \(outcome.error)")
        }
        try await checkEnd(farm, "seed \(seed)")
    }

    /// The first process is killed and does not come back for a while: the others go on, and it finds what they did.
    @Test func othersGoOnWithoutTheFirst() async throws {
        let farm = try farm(pause: 1)
        defer { farm.remove() }
        let first = try start(farm)
        try await until { statuses(farm).contains("done") }
        kill(first.process.processIdentifier, SIGKILL)
        _ = try await first.wait()
        let outcome = try await farm.run(Self.helping)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(Set(statuses(farm)) == ["done"])
        #expect(try farm.statuses(Self.folder)[Self.job] != "done", "that is for the run itself to say")
        let again = try await farm.run("run", "demowiki", "--date", Self.date, "--job", Self.job)
        #expect(again.status == 0 && !again.error.contains("begun"), "\(again.error)")
        try await checkEnd(farm, "")
    }

    /// A stop leaves no batch claimed, and says how to go on.
    @Test func aSignalStopsTheHelp() async throws {
        let farm = try farm(pause: 60)
        defer { farm.remove() }
        #expect(try await farm.run(Array(Self.helping.dropLast()) + ["--numbatches", "1"]).status == 0)
        #expect(statuses(farm).count { $0 == "done" } == 1)
        let helper = try help(farm)
        try await until { statuses(farm).count { $0 == "done" } == 2 }
        kill(helper.process.processIdentifier, SIGTERM)
        let outcome = try await helper.wait()
        #expect(outcome.status == 143, "\(outcome.error)")
        #expect(outcome.error.contains("--job \(Self.job) --batches demowiki"), "\(outcome.error)")
        #expect(Set(statuses(farm)) == ["done", "unclaimed"])
    }

    @Test func exitStatusesAndOptions() async throws {
        let farm = try farm()
        defer { farm.remove() }
        // Nobody has begun the job.
        let early = try await farm.run(Self.helping)
        #expect(early.status == 10 && early.error.contains("start the run itself first"), "\(early.error)")
        #expect(farm.names("private") == [])
        let nowhere = try await farm.run("run", "--date", "last", "--job", Self.job, "--batches")
        #expect(
            nowhere.status == 10 && nowhere.error.contains("no wiki has a batch to help with: boardwiki"),
            "\(nowhere.error)")
        // The job itself can stop after some batches, and waits for the next run.
        let some = try await farm.run(Array(Self.helping.dropLast()) + ["--numbatches", "2"])
        #expect(some.status == 0, "\(some.error)")
        #expect(try farm.statuses(Self.folder)[Self.job] == "waiting")
        let count = statuses(farm).count

        // A plan shows what would be taken, and takes nothing.
        let before = (farm.contents("public"), farm.contents("private"))
        let plan = try await farm.run(Self.helping + ["--dryrun", "--numbatches", "2"])
        #expect(plan.status == 0 && plan.output.contains("2 of \(count - 2) batches available: p"), "\(plan.output)")
        #expect(plan.output.contains("pages-meta-history1.xml-p"))
        #expect(farm.contents("public") == before.0 && farm.contents("private") == before.1)

        // Without a wiki it helps where something is to be had; its log is not that of the run.
        let helped = try await farm.run(
            "run", "--date", "last", "--job", Self.job, "--batches", "--numbatches", "3", "--log", "--json")
        #expect(helped.status == 0, "\(helped.error)")
        #expect(helped.events.last?["event"] as? String == "helpEnded" && helped.events.last?["done"] as? Int == 3)
        #expect(statuses(farm).count { $0 == "done" } == 5)
        let log = try #require(farm.names(Self.hidden).first { $0.hasSuffix("-dumplog.txt") })
        #expect(try farm.text("\(Self.hidden)/\(log)").contains("did 3 batches"))
        #expect(!farm.names("private/demowiki").contains { $0.hasPrefix("lock") })

        // In maintenance no batch begins.
        try Data("soon back\n".utf8).write(to: farm.url("private/maintenance.txt"))
        #expect(try await farm.run(Self.helping).status == 75)
        try FileManager.default.removeItem(at: farm.url("private/maintenance.txt"))
        #expect(statuses(farm).count { $0 == "done" } == 5)

        // What cannot be shared is refused with the reason.
        try farm.addOption("contentbatchesEnabled=0", to: "nordwiki")
        let none = try await farm.run("run", "nordwiki", "--date", Self.date, "--job", Self.job, "--batches")
        #expect(none.status == 2 && none.error.contains("contentbatchesenabled=1"), "\(none.error)")
        // A run that was begun in batches goes on so, whatever the configuration says now.
        try farm.addOption("contentbatchesEnabled=0", to: "demowiki")
        #expect(try await farm.run(Self.helping + ["--quiet"]).status == 0)
        let end = try await farm.run("run", "demowiki", "--date", Self.date, "--job", Self.job)
        #expect(end.status == 0 && !end.error.contains("begun"), "\(end.error)")
        try await checkEnd(farm, "")
    }

    /// A page that is damaged in one batch: that one fails for whoever tries it, and the job names it.
    @Test func aFailureIsToldByTheOneWhoHasIt() async throws {
        let farm = try farm()
        defer { farm.remove() }
        try farm.addOption("maxdamaged=0", to: "misc")
        let sqlite = farm.url("wikis/demowiki.sqlite").path
        let damage = try Tool.run([
            "sqlite3", sqlite, "UPDATE content SET content_address = 'tt:999999' WHERE content_id = 60",
        ])
        try #require(damage.status == 0, "\(damage.text)")
        _ = try await farm.run(Array(Self.helping.dropLast()) + ["--numbatches", "1"])
        let helper = try await farm.run(Self.helping)
        #expect(helper.status == 3 && helper.error.contains("failed"), "\(helper.error)")
        #expect(statuses(farm).count { $0 == "failed" } == 1)
        #expect(Set(statuses(farm)) == ["done", "failed"])
        let run = try await farm.run("run", "demowiki", "--date", Self.date, "--job", Self.job)
        #expect(run.status == 3 && run.error.contains("batch p"), "\(run.error)")
        #expect(try farm.statuses(Self.folder)[Self.job] == "failed")
    }
}

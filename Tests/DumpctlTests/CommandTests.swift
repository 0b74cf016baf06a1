import Foundation
import Testing

/// What the commands print, do and leave alone.
@Suite(.timeLimit(.minutes(10)))
final class CommandTests {
    let farm: DemoFarm
    static let run = "public/nordwiki/20260102"
    /// The jobs whose tables the wikis of the demo have.
    static let tables = [
        "sitestats", "image", "pagelinks", "categorylinks", "imagelinks", "templatelinks", "linktarget",
        "externallinks",
        "langlinks", "usergroups", "userformergroups", "category", "page", "pagerestrictions", "pageprops",
        "protectedtitles", "redirect", "iwlinks", "changetags", "changetagdef", "sites",
    ].map { $0 + "table" }
    static let jobs =
        tables + [
            "namespaces", "namespacesv2", "pagetitlesdump", "allpagetitlesdump", "xmlstubsdump", "articlesdump",
            "metacurrentdump", "xmlpagelogsdump",
            "metahistorybz2dump", "articlesmultistreamdump",
        ]

    init() async throws { farm = try await DemoFarm(dumped: ()) }

    deinit { farm.remove() }

    /// Every path of the farm with its size and the times of its last changes.
    func listing() throws -> String {
        // Where the output of the process under test goes is no part of the farm.
        try Tool.run(
            [
                "find", ".", "-name", ".out-*", "-o", "-name", ".err-*", "-o", "-path", ".", "-o", "-printf",
                "%p %s %T@ %C@ %i\n",
            ],
            in: farm.folder
        ).text.split(separator: "\n").sorted().joined(separator: "\n")
    }

    /// The statuses of the jobs of a run, as a later run reads them.
    func statuses(_ run: String = CommandTests.run) throws -> [String: String] {
        try farm.statuses(run)
    }

    // MARK: run

    @Test(arguments: [
        ["nordwiki"], ["nordwiki", "--date", "20260103"], ["demowiki"], [], ["nordwiki", "--date", "last"],
        ["nordwiki", "--date", "20260102", "--job", "articlesdump"],
    ])
    func dryRunChangesNothing(arguments: [String]) async throws {
        let before = try listing()
        let text = try await farm.run(["run", "--dryrun"] + arguments)
        #expect(text.status == 0)
        #expect(text.error == "")
        let json = try await farm.run(["run", "--dryrun", "--json"] + arguments)
        #expect(json.status == 0)
        #expect(try listing() == before)

        let plan = try #require(json.events.first)
        #expect(json.events.count == 1)
        let jobs = try #require(plan["jobs"] as? [[String: Any]])
        // Before the first reading of a run nobody knows which tables there are.
        let isNew = arguments.last != "last" && arguments.last != "articlesdump"
        let names = jobs.compactMap { $0["job"] as? String }
        #expect(names.filter { !isNew || Self.jobs.contains($0) } == Self.jobs)
        #expect(names.count == (isNew ? Self.jobs.count + 26 : Self.jobs.count))
        let planned = jobs.filter { $0["willRun"] as? Bool == true }.compactMap { $0["job"] as? String }
        for job in names { #expect(text.output.contains("\(planned.contains(job) ? "run " : "keep") \(job): ")) }
        switch arguments.last {
        case "last": #expect(planned == [])
        case "articlesdump":
            #expect(planned == ["articlesdump"])
            let files = jobs.flatMap { $0["files"] as? [String] ?? [] }
            #expect(files.contains("nordwiki-20260102-pages-articles.xml.bz2"))
        default: #expect(planned == names)
        }
    }

    @Test func jsonEventsHaveTheirKeys() async throws {
        let outcome = try await farm.run("run", "boardwiki", "--date", "20260103", "--json")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.error == "")
        let lines = outcome.output.split(separator: "\n")
        #expect(outcome.events.count == lines.count, "each line is an object")
        let names = outcome.events.compactMap { $0["event"] as? String }
        #expect(names.first == "runStarted")
        #expect(names.last == "runEnded")
        let keys: [String: Set<String>] = [
            "runStarted": ["wiki", "date", "jobs", "resumed"], "jobStarted": ["job"],
            "jobProgress": ["job", "pages", "items", "bytesIn", "bytesOut"], "jobEnded": ["job", "status", "files"],
            "runEnded": ["wiki", "date", "failures", "status"], "problem": ["job", "message", "omitted"],
        ]
        for event in outcome.events {
            let name = try #require(event["event"] as? String)
            let wanted = try #require(keys[name], "unknown event \(name)")
            #expect(Set(event.keys).isSuperset(of: wanted.union(["event", "time"])), "\(event)")
        }
        let ended = outcome.events.filter { $0["event"] as? String == "jobEnded" }
        #expect(Set(ended.compactMap { $0["job"] as? String }) == Set(Self.jobs))
        for file in ended.flatMap({ $0["files"] as? [[String: Any]] ?? [] }) {
            let name = try #require(file["name"] as? String)
            let data = try farm.data("private/boardwiki/20260103/\(name)")
            #expect(file["size"] as? Int == data.count)
            #expect((file["sha256"] as? String)?.count == 64)
        }
        #expect(outcome.events.last?["status"] as? String == "complete")
        #expect(outcome.events.last?["failures"] as? Int == 0)
    }

    @Test func quietPrintsNothing() async throws {
        let outcome = try await farm.run("run", "boardwiki", "--date", "20260103", "--quiet")
        #expect(outcome.status == 0)
        #expect(outcome.output + outcome.error == "")
        let monitor = try await farm.run("monitor", "--quiet")
        #expect(monitor.status == 0)
        #expect(monitor.output + monitor.error == "")
    }

    @Test func pipedOutputHasNoEscapeCodes() async throws {
        let outcome = try await Dumpctl.run(
            ["run", "boardwiki", "--date", "20260103", "--configfile", "wikidump.conf"], in: farm.folder,
            environment: ["TERM": "xterm-256color"])
        #expect(outcome.status == 0)
        #expect(outcome.output == "")
        #expect(!outcome.error.contains("\u{1B}"))
        #expect(outcome.error.contains("boardwiki run of 2026-01-03: 31 jobs"))
        #expect(outcome.error.contains("boardwiki 2026-01-03: dump complete, 34 files"))
        for line in outcome.error.split(separator: "\n") { #expect(line.hasPrefix("20"), "\(line)") }
    }

    @Test func aWikiDumpedOnADayHasNothingLeftToDo() async throws {
        #expect(try await farm.run("run", "boardwiki", "--quiet").status == 0)
        let before = farm.contents("private")
        let silent = try await farm.run("run", "boardwiki", "--quiet")
        #expect(silent.status == 10 && silent.error == "" && silent.output == "", "\(silent.error)")
        let again = try await farm.run("run", "boardwiki")
        #expect(again.status == 10)
        #expect(again.error.contains("dumpctl: ") && again.error.contains("nothing left to do"), "\(again.error)")
        #expect(farm.contents("private") == before)
    }

    @Test func lastIsTheNewestRun() async throws {
        let outcome = try await farm.run("run", "nordwiki", "--date", "last", "--job", "pagetitlesdump", "--json")
        #expect(outcome.status == 0)
        #expect(outcome.events.first?["date"] as? String == "20260102")
        #expect(farm.runs("nordwiki") == ["20260102", "latest"])
    }

    @Test func namedJobsOnlyAreDone() async throws {
        let outcome = try await farm.run(
            "run", "nordwiki", "--date", "20260103", "--job", "pagetitlesdump,articlesdump", "--json")
        #expect(outcome.status == 0)
        #expect(outcome.events.first?["jobs"] as? [String] == ["pagetitlesdump", "articlesdump"])
        let found = try statuses("public/nordwiki/20260103")
        #expect(found.filter { $0.value == "done" }.keys.sorted() == ["articlesdump", "pagetitlesdump"])
        #expect(found["xmlstubsdump"] == "waiting")
        #expect(try farm.text("public/nordwiki/20260103/status.html").contains("Partial dump"))
        #expect(
            try farm.dumpFiles("public/nordwiki/20260103").keys.sorted() == [
                "nordwiki-20260103-all-titles-in-ns0.gz", "nordwiki-20260103-pages-articles.xml.bz2",
            ])
        // The rest is done by the next run of that date, and what is there stays.
        let rest = try await farm.run("run", "nordwiki", "--date", "20260103", "--json")
        #expect(rest.status == 0)
        #expect((rest.events.first?["jobs"] as? [String])?.contains("articlesdump") == false)
        #expect(try farm.text("public/nordwiki/20260103/status.html").contains("Dump complete"))
    }

    @Test func whatIsPrivateIsNotForEverybody() async throws {
        #expect(try await farm.run("run", "boardwiki", "--date", "20260103", "--quiet").status == 0)
        let open = try Tool.run(["find", "private", "temp", "!", "-type", "l", "-perm", "/007"], in: farm.folder).text
        #expect(open == "", "what others may read, enter or write")
        let closed = try Tool.run(["find", "public/nordwiki", "-type", "f", "!", "-perm", "-004"], in: farm.folder).text
        #expect(closed == "", "what is public and others may not read")
    }

    @Test(arguments: ["nosuchtable", ",", "articlesdump,nosuchjob"])
    func namesThatStandForNoJobAreRefused(names: String) async throws {
        let outcome = try await farm.run("run", "nordwiki", "--date", "20260103", "--job", names, "--dryrun")
        #expect(outcome.status == 2)
        #expect(outcome.error.hasPrefix("dumpctl: ") && outcome.error.contains("job"))
    }

    @Test func skippedJobsAreLeftOut() async throws {
        let outcome = try await farm.run(
            "run", "nordwiki", "--date", "20260103", "--skipjobs", "metahistorybz2dump,xmlpagelogsdump", "--quiet")
        #expect(outcome.status == 0)
        let found = try statuses("public/nordwiki/20260103")
        #expect(found["metahistorybz2dump"] == "skipped")
        #expect(found["xmlpagelogsdump"] == "skipped")
        #expect(found.values.filter { $0 == "done" }.count == 29)
        #expect(!farm.names("public/nordwiki/20260103").contains { $0.hasSuffix("meta-history.xml.bz2") })
        #expect(try farm.text("public/nordwiki/20260103/status.html").contains("Dump complete"))
    }

    @Test func skippingAJobThatIsDoneLeavesItDone() async throws {
        let outcome = try await farm.run(
            "run", "nordwiki", "--date", "20260102", "--job", "pagetitlesdump", "--skipjobs", "articlesdump", "--quiet")
        #expect(outcome.status == 0)
        #expect(try statuses()["articlesdump"] == "done")
    }

    @Test func doneJobsAreLeftAloneOnRequest() async throws {
        let file = Self.run + "/nordwiki-20260102-pages-articles.xml.bz2"
        func identity() throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: farm.url(file).path)[.systemFileNumber] as? Int
        }
        let first = try identity()
        let kept = try await farm.run(
            "run", "nordwiki", "--date", "20260102", "--job", "articlesdump", "--skipdone", "--quiet")
        #expect(kept.status == 10)
        #expect(try identity() == first)
        let redone = try await farm.run("run", "nordwiki", "--date", "20260102", "--job", "articlesdump", "--quiet")
        #expect(redone.status == 0)
        #expect(try identity() != first)
        #expect(try farm.incompleteFiles() == [])
    }

    @Test func aRunThatWasCutOffIsFinishedUnderItsDate() async throws {
        let status = farm.url(Self.run + "/status.html")
        let text = try String(contentsOf: status, encoding: .utf8)
        try text.replacing("Dump complete", with: "Dump in progress").write(
            to: status, atomically: true, encoding: .utf8)
        let outcome = try await farm.run("run", "nordwiki", "--json")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.events.first?["date"] as? String == "20260102")
        #expect(try String(contentsOf: status, encoding: .utf8).contains("Dump complete"))
    }

    // MARK: monitor

    @Test func monitorWritesTheIndexAndTellsNothingOfPrivateWikis() async throws {
        #expect(try await farm.run("run", "boardwiki", "--date", "20260103", "--quiet").status == 0)
        let outcome = try await farm.run("monitor", "--once", "--json")
        #expect(outcome.status == 0, "\(outcome.error)")
        let wikis = try #require(outcome.events.first?["wikis"] as? [[String: Any]])
        #expect(Set(wikis.compactMap { $0["wiki"] as? String }) == Set(DemoFarm.wikis))
        #expect(
            Set(farm.names("public")) == [
                "atom.xml", "favicon.svg", "feed.json", "index-bydb.html", "index.html", "index.json", "nordwiki",
                "robots.txt", "sitemap.xml", "status.json",
            ])
        for page in ["index.html", "index-bydb.html"] {
            let text = try farm.text("public/\(page)")
            #expect(text.contains("nordwiki/20260102"))
            #expect(text.contains("boardwiki"))
            #expect(text.contains("demowiki"))
            #expect(!text.contains("boardwiki/") && !text.contains("20260103") && !text.contains("2026-01-03"))
        }
        let json = try JSONSerialization.jsonObject(with: farm.data("public/index.json")) as? [String: Any]
        let listed = try #require(json?["wikis"] as? [String: Any])
        #expect(Set(listed.keys).isSubset(of: ["demowiki", "nordwiki"]))
        let jobs = (listed["nordwiki"] as? [String: Any])?["jobs"] as? [String: Any]
        #expect(Set(jobs?.keys ?? [:].keys) == Set(Self.jobs))
        for (path, data) in farm.contents("public") where !path.hasPrefix("index") {
            #expect(!path.contains("boardwiki") && !String(decoding: data, as: UTF8.self).contains("boardwiki"))
        }
    }

    @Test func monitorMarksDeadDumpsAndFreesTheWiki() async throws {
        let status = Self.run + "/status.html"
        let text = try farm.text(status).replacing("'done'>Dump complete", with: "'in-progress'>Dump in progress")
        try Data(text.utf8).write(to: farm.url(status))
        let lock = farm.url("private/nordwiki/lock_20260102")
        try Data("other.example 4711\n".utf8).write(to: lock)
        #expect(try await farm.run("monitor").status == 0)
        #expect(FileManager.default.fileExists(atPath: lock.path), "a lock that was touched just now is alive")
        #expect(try farm.text("public/index.html").contains("Dumps are in progress"))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -4000)], ofItemAtPath: lock.path)
        let outcome = try await farm.run("monitor")
        #expect(outcome.status == 0)
        #expect(outcome.error.contains("nordwiki") && outcome.error.contains("other.example"), "\(outcome.error)")
        #expect(!FileManager.default.fileExists(atPath: lock.path))
        #expect(try farm.text(status).contains("dump aborted"))
        #expect(try farm.text("public/index.html").contains("dump aborted"))
    }

    @Test func monitorSweepsAgainAndAgain() async throws {
        let running = try farm.start("monitor", "--interval", "1", "--json")
        let index = farm.url("public/index.html")
        for round in 0..<2 {
            let deadline = Date(timeIntervalSinceNow: 60)
            while !FileManager.default.fileExists(atPath: index.path), Date() < deadline {
                try await Task.sleep(for: .seconds(0.02))
            }
            #expect(FileManager.default.fileExists(atPath: index.path), "sweep \(round)")
            try? FileManager.default.removeItem(at: index)
        }
        kill(running.process.processIdentifier, SIGTERM)
        let outcome = try await running.wait()
        #expect(outcome.status == 143, "\(outcome)")
        #expect(outcome.error.contains("stopped by"))
    }

    // MARK: config

    @Test func permissionsAreThoseOfTheConfigurationWhateverTheMask() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        try farm.addOption("fileperms=0o604", to: "output")
        let words = ["run", "nordwiki", "--date", "20260102", "--addnotice", "late", "--quiet"]
        let outcome = try await Tool.runAside(
            ["sh", "-c", "umask 077; exec \"$@\"", "sh", Dumpctl.binary.path] + words
                + ["--configfile", "wikidump.conf"], in: farm.folder)
        try #require(outcome.status == 0, "\(outcome.text)")
        let root = farm.url("public/nordwiki")
        let manager = FileManager.default
        var seen: [Int: Int] = [:]
        for name in manager.enumerator(atPath: root.path)?.compactMap({ $0 as? String }) ?? [] {
            let attributes = try manager.attributesOfItem(atPath: root.appendingPathComponent(name).path)
            guard let type = attributes[.type] as? FileAttributeType, type != .typeSymbolicLink else { continue }
            let isData = name.contains("/nordwiki-20260102-") && [".gz", ".bz2", ".7z"].contains { name.hasSuffix($0) }
            let wanted = type == .typeDirectory ? 0o755 : isData ? 0o644 : 0o604
            #expect(attributes[.posixPermissions] as? Int == wanted, "\(name)")
            seen[wanted, default: 0] += 1
        }
        #expect(Set(seen.keys) == [0o755, 0o644, 0o604], "\(seen)")
        #expect(farm.names("public/nordwiki/20260102").contains("notice.txt"))
    }

    @Test func configShowsValuesAndTheirOrigin() async throws {
        let text = try await farm.run("config", "nordwiki")
        #expect(text.status == 0)
        for part in ["[source]", "wikis/nordwiki.sqlite", "[cleanup]", "keep = 3", "wikidump.conf:", "default"] {
            #expect(text.output.contains(part), "\(part)")
        }
        let json = try await farm.run("config", "show", "nordwiki", "--json")
        let values = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        let path = try #require(values.first { $0["key"] as? String == "databasepath" })
        #expect((path["value"] as? String)?.hasSuffix("wikis/nordwiki.sqlite") == true)
        #expect(path["section"] as? String == "source")
        #expect(try await farm.run("config", "nordwikki").status == 2)
    }

    @Test func configCheckPassesASoundFile() async throws {
        let outcome = try await farm.run("config", "check")
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output.contains("sound"))
        let json = try await farm.run("config", "check", "--json")
        let problems = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
        #expect(problems?.allSatisfy { $0["severity"] as? String == "note" } == true)
    }
}

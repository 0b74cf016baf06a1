import Foundation
import Testing

/// However a run ends: exit status, status files, the page and what is printed say the same.
@Suite(.timeLimit(.minutes(10)))
struct AgreementTests {
    /// A way in which a run can go.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let status: Int32
        var damage = ""
        var options = ""
        var jobs = ""
        var arguments: [String] = []
        var failed: Set<String> = []
        /// Jobs that lack something although they are done.
        var lacking: Set<String> = []
        var leadsLatest = true
    }

    /// Takes the author from the oldest revision that is not current.
    static let lostAuthor = """
        UPDATE revision SET rev_actor = 99999 WHERE rev_id = (
            SELECT min(rev_id) FROM revision WHERE rev_id NOT IN (SELECT page_latest FROM page));
        """
    /// Takes the text of the current revision of a page.
    static let lostText = """
        DELETE FROM text WHERE old_id = (
            SELECT CAST(substr(content_address, 4) AS INTEGER) FROM page JOIN slots ON slot_revision_id = page_latest
            JOIN content ON content_id = slot_content_id WHERE page_title = 'Mälaren');
        """
    static let failing = """
        jobs:
          - name: doomed
            title: It fails
            command: [/bin/false]
            outputs: [doomed.txt]
        """

    static let cases = [
        Case(testDescription: "all is well", status: 0),
        Case(
            testDescription: "a lost revision", status: 5, damage: lostAuthor,
            lacking: ["xmlstubsdump", "metahistorybz2dump"]),
        Case(
            testDescription: "a lost text", status: 5, damage: lostText,
            lacking: ["articlesdump", "metacurrentdump", "metahistorybz2dump", "articlesmultistreamdump"]),
        Case(
            testDescription: "a lost slot and a damaged log entry", status: 5,
            damage: """
                DELETE FROM slots WHERE slot_revision_id = (
                    SELECT min(rev_id) FROM revision WHERE rev_id NOT IN (SELECT page_latest FROM page));
                UPDATE logging SET log_timestamp = 'never' WHERE log_id = (SELECT min(log_id) FROM logging);
                """, lacking: ["xmlstubsdump", "metahistorybz2dump", "xmlpagelogsdump"]),
        Case(
            testDescription: "too much is lost", status: 3, damage: lostAuthor, options: "[misc]\nmaxdamaged=0\n",
            failed: ["xmlstubsdump", "metahistorybz2dump"], leadsLatest: false),
        Case(
            testDescription: "more than the share is lost", status: 3, damage: lostText,
            options: "[misc]\nmaxdamaged=0%%\n",
            failed: ["articlesdump", "metacurrentdump", "metahistorybz2dump", "articlesmultistreamdump"],
            leadsLatest: false),
        Case(
            testDescription: "the share allows it", status: 5, damage: lostText,
            options: "[misc]\nmaxdamaged=50 percent\n",
            lacking: ["articlesdump", "metacurrentdump", "metahistorybz2dump", "articlesmultistreamdump"]),
        Case(
            testDescription: "a job fails", status: 1, jobs: failing, failed: ["doomed"], leadsLatest: false),
        Case(
            testDescription: "a job fails and something is lost", status: 1, damage: lostAuthor, jobs: failing,
            failed: ["doomed"], lacking: ["xmlstubsdump", "metahistorybz2dump"], leadsLatest: false),
        Case(
            testDescription: "a single job", status: 0, arguments: ["--job", "articlesdump"], leadsLatest: false),
        Case(
            testDescription: "a single job that lacks something", status: 5, damage: lostText,
            arguments: ["--job", "articlesdump"], lacking: ["articlesdump"], leadsLatest: false),
        Case(
            testDescription: "jobs left out", status: 0, arguments: ["--skipjobs", "metahistorybz2dump"]),
    ]

    @Test(arguments: cases) func everythingSaysTheSame(_ expected: Case) async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        if !expected.damage.isEmpty { try Tool.change(farm.url("wikis/nordwiki.sqlite"), expected.damage) }
        var configuration = try farm.text("wikidump.conf") + expected.options
        if !expected.jobs.isEmpty {
            try Data(expected.jobs.utf8).write(to: farm.url("jobs.yaml"))
            configuration = configuration.replacing("[wiki]\n", with: "[wiki]\ncustomjobs=jobs.yaml\n")
        }
        try Data(configuration.utf8).write(to: farm.url("wikidump.conf"))
        let outcome = try await farm.run(
            ["run", "nordwiki", "--date", "20260102", "--json"] + expected.arguments)
        #expect(outcome.status == expected.status, "\(outcome.error)")

        // The state that later runs read, and its twin.
        let folder = "public/nordwiki/20260102"
        var states: [String: String] = [:]
        for line in try farm.text("\(folder)/dumpruninfo.txt").split(separator: "\n") {
            let fields = line.split(separator: ";").map { $0.drop { $0 != ":" }.dropFirst() }
            states[String(fields[0])] = String(fields[1])
        }
        #expect(Set(states.filter { $0.value == "failed" }.keys) == expected.failed)
        #expect(try jobs("\(folder)/dumpruninfo.json", farm).mapValues { $0["status"] as? String } == states)

        // What downloaders read.
        let status = try jobs("\(folder)/dumpstatus.json", farm)
        #expect(status.mapValues { $0["status"] as? String } == states)
        #expect(Set(status.filter { $0.value["missing"] != nil }.keys) == expected.lacking)
        #expect(Set(status.filter { $0.value["error"] != nil }.keys) == expected.failed)

        // The page and its line.
        let page = try farm.text("\(folder)/index.html")
        for state in ["done", "failed", "waiting", "skipped", "in-progress"] {
            let count = states.count { $0.value == state }
            #expect(page.components(separatedBy: "<span class='status'>\(state)</span>").count - 1 == count, "\(state)")
        }
        let isPartial = states.values.contains("waiting") || !expected.lacking.isEmpty
        let words =
            (isPartial ? "Partial dump" : "Dump complete")
            + (expected.failed.isEmpty
                ? "<" : ", \(expected.failed.count) item\(expected.failed.count == 1 ? "" : "s") failed<")
        let line = try farm.text("\(folder)/status.html")
        for text in [page, line] {
            #expect(text.contains(words))
            #expect(text.contains("without damaged items") == !expected.lacking.isEmpty)
        }
        #expect(page.contains("problem") == !expected.lacking.isEmpty, "the page tells what is missing")

        // What was told while it ran.
        var told: [String: String] = [:]
        for event in outcome.events where event["event"] as? String == "jobEnded" {
            guard let job = event["job"] as? String else { continue }
            told[job] = event["status"] as? String
            #expect((event["missing"] != nil) == expected.lacking.contains(job), "\(job)")
        }
        for (job, state) in told { #expect(states[job] == state, "\(job)") }
        let end = outcome.events.last { $0["event"] as? String == "runEnded" }
        #expect(end?["failures"] as? Int == expected.failed.count)
        #expect(end?["status"] as? String == (isPartial ? "partial" : "complete"))
        let errors = outcome.error.split(separator: "\n").filter { $0.hasPrefix("dumpctl: ") }
        #expect(errors.count == (expected.status == 0 ? 0 : 1), "\(outcome.error)")

        // The files: there with certificates that say the same if the job is done, withheld if not.
        for (job, about) in status {
            for (name, _) in about["files"] as? [String: Any] ?? [:] {
                let isThere = FileManager.default.fileExists(atPath: farm.url("\(folder)/\(name)").path)
                #expect(isThere == (states[job] == "done"), "\(name)")
                guard isThere else { continue }
                let text = try farm.data("\(folder)/\(name).certificate.json")
                let certificate = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
                #expect(certificate["job"] as? String == job)
                let skipped = try #require(certificate["skipped"] as? [String: Any])
                let items = try #require(skipped["items"] as? [[String: Any]])
                if !expected.lacking.contains(job) { #expect(items.isEmpty, "\(name)") }
                for item in items { #expect((item["reason"] as? String)?.isEmpty == false) }
            }
        }
        #expect(farm.names("public/nordwiki/latest").isEmpty == !expected.leadsLatest)
        #expect(try farm.incompleteFiles() == [])
    }

    private func jobs(_ path: String, _ farm: DemoFarm) throws -> [String: [String: Any]] {
        let json = try JSONSerialization.jsonObject(with: try farm.data(path)) as? [String: Any]
        return try #require(json?["jobs"] as? [String: [String: Any]])
    }

    @Test func aPrivateJobThatFailsIsToldToTheOperatorAlone() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        try Data((Self.failing + "\n    private: true\n").utf8).write(to: farm.url("jobs.yaml"))
        let configuration = try farm.text("wikidump.conf")
            .replacing("[wiki]\n", with: "[wiki]\ncustomjobs=jobs.yaml\n")
        try Data(configuration.utf8).write(to: farm.url("wikidump.conf"))
        let outcome = try await farm.run("run", "nordwiki", "--date", "20260102", "--quiet")
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("doomed failed"), "\(outcome.error)")
        #expect(try farm.text("private/nordwiki/20260102/private-jobs.txt").contains("doomed: failed"))
        for (name, bytes) in farm.contents("public") {
            #expect(!name.contains("doomed") && !String(decoding: bytes, as: UTF8.self).contains("doomed"), "\(name)")
        }
    }

    @Test func aLaterRunStillTellsWhatIsMissing() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        try Tool.change(farm.url("wikis/nordwiki.sqlite"), Self.lostText)
        #expect(try await farm.run("run", "nordwiki", "--date", "20260102", "--quiet").status == 5)
        let page = try farm.text("public/nordwiki/20260102/index.html")
        let message = try #require(page.firstRange(of: "1 problem in the source, 1 incomplete"))
        #expect(!message.isEmpty)
        // Another job of the date is done alone: it lacks nothing, so neither does this command.
        let outcome = try await farm.run("run", "nordwiki", "--date", "20260102", "--job", "xmlpagelogsdump", "--quiet")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(try farm.text("public/nordwiki/20260102/index.html").contains("1 problem in the source, 1 incomplete"))
        let status = try jobs("public/nordwiki/20260102/dumpstatus.json", farm)
        #expect(status["articlesdump"]?["missing"] as? Int == 1)
    }
}

import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite struct MediaWikiProducerTests {
    private static let files = [
        "stub-meta-history.xml.gz", "stub-meta-current.xml.gz", "stub-articles.xml.gz", "pages-articles.xml.bz2",
        "pages-meta-current.xml.bz2", "pages-meta-history.xml.bz2", "pages-logging.xml.gz",
        "pages-articles-multistream.xml.bz2", "pages-articles-multistream-index.txt.bz2", "all-titles.gz",
        "all-titles-in-ns0.gz",
    ]

    @Test(arguments: ["demowiki", "nordwiki", "boardwiki", "oddwiki"])
    func bothProducersWriteTheSame(wiki: String) async throws {
        let standIn = try StandInMediaWiki(wiki)
        let record = try await standIn.dump()
        #expect(record.failures == 0, "\(record.messages)")
        let native = try RunFixture()
        let other = try FixtureWiki(wiki, folder: native.farm.root)
        try await other.dump(other.contentJobs, farm: native.farm)
        for file in Self.files {
            let (produced, own) = (try await standIn.text(file), try await other.text(file))
            #expect(produced == own, "\(wiki) \(file)")
            #expect(!own.isEmpty)
        }
        #expect(try fileSystem.list(standIn.wiki.directories.temporary).filter { $0.hasPrefix(".") } == [])
    }

    @Test func theScriptsGetTheirArguments() async throws {
        let standIn = try StandInMediaWiki("boardwiki")
        try await standIn.dump()
        let (out, run) = ("--output=file:/temp/b/boardwiki", "/public/boardwiki/20261124/boardwiki-20261124")
        func textPass(_ stub: String, _ extent: String) -> String {
            "/mediawiki/maintenance/dumpTextPass.php --wiki=boardwiki --stub=gzip:\(run)-stub-\(stub).xml.gz "
                + "--dbgroupdefault=dump --report=1000 --spawn=/php \(out)/0.pipe --\(extent)"
        }
        #expect(
            try standIn.calls() == [
                "/mediawiki/maintenance/dumpBackup.php --wiki=boardwiki --dbgroupdefault=dump --full --stub "
                    + "--report=1000 \(out)/0.pipe \(out)/1.pipe --filter=latest \(out)/2.pipe --filter=latest "
                    + "--filter=notalk --filter=namespace:!NS_USER",
                textPass("articles", "current"), textPass("meta-current", "current"),
                "/mediawiki/maintenance/dumpBackup.php --wiki=boardwiki --logs --report=1000 --dbgroupdefault=dump "
                    + "\(out)/0.pipe",
                textPass("meta-history", "full"),
            ])
    }

    @Test func aPlanTellsTheScripts() async throws {
        let standIn = try StandInMediaWiki("boardwiki")
        let commands = try standIn.jobs.flatMap { job in
            try job.commands(for: standIn.wiki, date: Sample.date(), options: RunOptions())
        }
        let texts = commands.map(\.description)
        #expect(texts.count { $0.contains("dumpBackup.php --wiki=boardwiki") } == 2, "\(texts)")
        #expect(texts.count { $0.contains("dumpTextPass.php --wiki=boardwiki --stub=gzip:") } == 4, "\(texts)")
        #expect(try standIn.calls() == [])
    }

    @Test func withoutSpawnNoProcessOfItsOwn() async throws {
        let standIn = try StandInMediaWiki("boardwiki")
        try await standIn.dump(RunOptions(spawn: false))
        #expect(try standIn.calls().filter { $0.contains("--spawn") } == [])
    }

    @Test func whatIsDoneOnceMoreIsDoneAlone() async throws {
        let standIn = try StandInMediaWiki("boardwiki")
        try await standIn.dump()
        let pages = standIn.jobs.filter { $0.name == "metacurrentdump" }
        let record = try await standIn.wiki.dump(
            standIn.jobs.filter { $0.name == "xmlstubsdump" } + pages, farm: standIn.run.farm)
        #expect(record.failures == 0, "\(record.messages)")
    }

    @Test func textsAreNotMadeWithoutStubs() async throws {
        let standIn = try StandInMediaWiki("boardwiki", before: "case \"$*\" in *--stub\\ *) exit 7;; esac")
        let record = try await standIn.dump()
        #expect(record.statuses["xmlstubsdump"] == .failed)
        #expect(record.statuses["articlesdump"] != .done)
        #expect(record.statuses["xmlpagelogsdump"] == .done)
        #expect(record.messages.contains { $0.contains("exit status 7") }, "\(record.messages)")
        #expect(try standIn.calls().filter { $0.contains("dumpTextPass") } == [])
    }

    @Test(arguments: [
        ("head -c 900", "", "ends"), ("cat", "exit 9", "exit status 9"), ("head -c 900", "exit 9", "exit status 9"),
        ("sed s,</mediawiki>,,", "", "</mediawiki>"),
        ("sed 0,/<revision>/s//<reversion>/", "", "but the source holds"),
        ("true", "", "ends"),
    ]) func whatIsNotWholeIsWithheld(filter: String, after: String, part: String) async throws {
        let standIn = try StandInMediaWiki(
            "boardwiki", pages: filter, after: after.isEmpty ? "" : "case $* in *TextPass*) \(after);; esac")
        let record = try await standIn.dump()
        #expect(record.statuses["xmlstubsdump"] == .done, "\(record.messages)")
        #expect(record.statuses["metahistorybz2dump"] == .failed)
        let message = record.job("metahistorybz2dump")?.privateMessage ?? ""
        #expect(message.contains(part), "\(message)")
        let folder = standIn.wiki.directories.run(Sample.date())
        #expect(try fileSystem.list(folder).filter { $0.contains("meta-history.xml.bz2") } == [])
    }

    @Test func aPageThatTheDatabaseHasAndTheStubsLack() async throws {
        let standIn = try StandInMediaWiki("boardwiki", stubs: "without_page")
        let record = try await standIn.dump()
        #expect(record.statuses["xmlstubsdump"] == .failed)
        #expect(record.messages.contains { $0.contains("but the source holds") }, "\(record.messages)")
    }

    /// The scripts write what the wiki does not restrict. Where nobody knows what that is, the error says so.
    @Test func aLogOfWhichNobodyKnowsWhatIsRestrictedNamesTheCause() async throws {
        let standIn = try StandInMediaWiki("oddwiki") { wiki in
            wiki.logRestrictions = nil
            wiki.settings.source.publicLogTypes = []
        }
        let record = try await standIn.dump()
        #expect(record.statuses["xmlpagelogsdump"] == .failed && record.statuses["xmlstubsdump"] == .done)
        let message = record.job("xmlpagelogsdump")?.privateMessage ?? ""
        #expect(message.contains("PHP did not say which types of log entries it restricts"), "\(message)")
        #expect(message.contains("gizmo") && message.contains("publiclogs"), "\(message)")
    }

    @Test func aScriptThatFailsIsRunAgain() async throws {
        let standIn = try StandInMediaWiki("boardwiki", after: "[ $n -gt 0 ] || exit 3", retries: 1)
        let record = try await standIn.dump()
        #expect(record.failures == 0, "\(record.messages)")
        #expect(try standIn.calls().prefix(2).allSatisfy { $0.contains("--stub ") })
        #expect(try await standIn.text("stub-articles.xml.gz") == Fixtures.golden("boardwiki", "stub-articles"))
    }

    /// What is wrong with the arguments, or the counts, is so the third time as well.
    @Test(arguments: [
        ("echo 'Unexpected option --full!' >&2; exit 1", "cat", 2),
        ("echo \"try $n\" >&2; exit 1", "cat", 4), ("echo 'MySQL server has gone away' >&2; exit 1", "cat", 4),
        ("", "without_page", 2),
    ]) func whatFailsTheSameWayTwiceIsNotTriedAThirdTime(before: String, filter: String, tries: Int) async throws {
        let standIn = try StandInMediaWiki(
            "boardwiki", before: before.isEmpty ? "" : "case $* in *--stub\\ *) \(before);; esac", stubs: filter,
            retries: 3)
        let record = try await standIn.dump()
        #expect(record.statuses["xmlstubsdump"] == .failed)
        #expect(try standIn.calls().count { $0.contains("--stub ") } == tries)
    }

    @Test func aProcessThatDiesOverATextIsDoneWithout() async throws {
        // What dumpTextPass.php says when the process that fetches its texts dies each time.
        let line = "getting/checking text tt:1 failed (Generic error while obtaining text for id tt:1) for revision 1"
        let standIn = try StandInMediaWiki(
            "boardwiki",
            before: """
                case $* in *history*--spawn*)
                  echo 'PHP Fatal error: no such extension' >&2
                  echo '\(line) (Will retry 1 more times)' >&2; echo '\(line)' >&2; sleep 0.3
                  hang='sleep 600';; esac
                """, after: "$hang")
        let record = try await standIn.dump()
        #expect(record.failures == 0, "\(record.messages)")
        let calls = try standIn.calls().filter { $0.contains("TextPass") && $0.contains("history") }
        #expect(calls.map { $0.contains("--spawn") } == [true, false])
    }

    @Test func whatTheProcessSaidLastIsTheCause() {
        let watch = TextFetcherWatch()
        let command = Command("php")
        watch.note(.line(command, "2026-11-30: 5 pages"))
        watch.note(.line(command, "PHP Fatal error: no such extension"))
        watch.note(
            .line(command, "getting/checking text tt:1 failed (Generic error) for revision 1 (Will retry 4 more"))
        #expect(watch.finding == nil)
        watch.note(.line(command, "Spawning database subprocess: php fetchText.php"))
        watch.note(.line(command, "getting/checking text tt:1 failed (Generic error) for revision 1"))
        #expect(watch.finding?.contains("revision 1; before that: PHP Fatal error: no such extension") == true)
    }

    @Test func aScriptThatHangsIsStopped() async throws {
        let standIn = try StandInMediaWiki(
            "boardwiki", before: "case $* in *TextPass*) exec sleep 600;; esac", hangLimit: 1)
        let record = try await standIn.dump()
        #expect(record.statuses["articlesdump"] == .failed)
        #expect(record.messages.contains { $0.contains("no sign of life") }, "\(record.messages)")
    }

    @Test func aTextThatASpawnedProcessLostIsReadAgain() async throws {
        // The first text of a history comes empty as long as a process of its own fetches it.
        let standIn = try StandInMediaWiki(
            "boardwiki",
            before: "filter=cat; case $* in *history*--spawn*) filter=emptied;; esac", pages: "$filter")
        let record = try await standIn.dump()
        #expect(record.failures == 0, "\(record.messages)")
        let calls = try standIn.calls().filter { $0.contains("TextPass") && $0.contains("history") }
        #expect(calls.map { $0.contains("--spawn") } == [true, false])
        #expect(
            try await standIn.text("pages-meta-history.xml.bz2") == Fixtures.golden("boardwiki", "pages-meta-history"))
    }

    @Test func aTextThatNobodyCanReadIsTold() async throws {
        let standIn = try StandInMediaWiki("boardwiki", pages: "emptied")
        let context = try await context(standIn)
        let jobs = standIn.jobs.compactMap { $0 as? ExportJob }
        let stubs = try #require(jobs.first { $0.name == "xmlstubsdump" })
        let history = try #require(jobs.first { $0.name == "metahistorybz2dump" })
        _ = try await ExportJob.run([stubs], context)
        let report = try #require(try await ExportJob.run([history], context).first)
        #expect(report.problems.count == 1)
        #expect(report.problems.examples.first?.message.contains("could not read") == true)
        #expect(report.problems.examples.first?.page != nil)
        #expect(report.problems.examples.first?.revision != nil)
        await context.snapshot.close()
    }

    private func context(_ standIn: StandInMediaWiki) async throws -> JobContext {
        let folder = standIn.wiki.directories.run(Sample.date())
        try fileSystem.makeDirectory(folder)
        return JobContext(
            wiki: standIn.wiki, date: Sample.date(), snapshot: try await standIn.wiki.contentSource().openSnapshot(),
            width: 2, logger: LogCapture().logger, progress: { _, _ in })
    }

    @Test(
        arguments: [
            ("", "nothing says where MediaWiki is"), ("[wiki]\ndir=/srv/mediawiki\n", "does not withhold"),
            ("[wiki]\ndir=/srv/mediawiki\n[source]\nhiddendetails=mediawiki\n", nil),
        ] as [(String, String?)]) func whatCannotWorkIsRefused(lines: String, part: String?) throws
    {
        let configuration = try FarmFixture().inspect("[enwiki]\nproducer=mediawiki\n" + lines)
        let errors = configuration.errors
        #expect(errors.contains { $0.contains(part ?? "producer") } == (part != nil), "\(errors)")
    }
}

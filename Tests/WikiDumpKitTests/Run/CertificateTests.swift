import MWBzUtils
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

struct CertificateTests {
    private func certificate(
        _ name: String, _ fixture: RunFixture, in folder: FilePath? = nil
    ) throws -> FileCertificate {
        try #require(
            try FileCertificate.read(
                of: "testwiki-20261124-\(name)", in: folder ?? fixture.folder(), SmallFiles(fileSystem)),
            "\(name) has a certificate")
    }

    @Test func everyFileHasOneThatTellsTheTruth() async throws {
        let fixture = try RunFixture()
        try await fixture.run(fixture.standardJobs)
        let names = try fixture.dumpFiles()
        #expect(names.count == 11)
        for name in names {
            let path = fixture.folder().appending(name)
            let certificate = try #require(
                try FileCertificate.read(of: name, in: fixture.folder(), SmallFiles(fileSystem)), "\(name)")
            #expect(certificate.file == name && certificate.wiki == "testwiki" && certificate.date == "20261124")
            #expect(certificate.size == (try fileSystem.status(path)?.size))
            #expect(certificate.hashes == (try FileHashes(of: path)))
            #expect(certificate.evidence.snapshotTime == Sample.time)
            #expect(certificate.evidence.software == "MediaWiki 1.39.17")
            #expect(certificate.evidence.program == Program.nameAndVersion)
            #expect(certificate.evidence.disagreements() == [])
            var size: Int64 = 0
            try await DumpText(path).read(taskCount: 1) { bytes async throws(BzError) in
                size += Int64(bytes.count)
                return true
            }
            #expect(certificate.evidence.found.bytes == size, "\(name)")
            #expect(try fileSystem.read(fixture.folder().appending(name + FileCertificate.suffix)) == certificate.bytes)
        }
    }

    @Test func countsIDsAndBytesAreThoseOfTheWiki() async throws {
        let fixture = try RunFixture()
        try await fixture.run(fixture.standardJobs)
        let revisions = fixture.wiki.content.pages.flatMap(\.revisions)
        let history = try certificate("pages-meta-history.xml.bz2", fixture)
        #expect(history.job == "metahistorybz2dump")
        #expect(history.evidence.found.pages == FileContents.Numbered(count: 12, first: 1, last: 12))
        #expect(history.evidence.found.revisions == FileContents.Numbered(count: 36, first: 1, last: 36))
        #expect(history.evidence.found.textBytes == revisions.reduce(0) { $0 + $1.main.size })
        #expect(history.evidence.expected?.pages == FileContents.Numbered(count: 12, last: 12))
        #expect(history.evidence.expected?.revisions == FileContents.Numbered(count: 36, last: 36))
        let articles = try certificate("stub-articles.xml.gz", fixture)
        #expect(articles.evidence.found.pages?.count == 8)
        #expect(articles.evidence.expected?.pages == FileContents.Numbered(count: 8))
        let index = try certificate("pages-articles-multistream-index.txt.bz2", fixture)
        #expect(index.evidence.found.lines == 8 && index.evidence.expected?.lines == 8)
        let titles = try certificate("all-titles.gz", fixture)
        #expect(titles.evidence.found.lines == 12 && titles.evidence.expected?.lines == 12)
        let log = try certificate("pages-logging.xml.gz", fixture)
        #expect(log.evidence.found.logEntries == FileContents.Numbered(count: 0))
    }

    @Test func damageOfPiecesAddsUpAndThatOfLikeFilesDoesNot() {
        func file(_ name: String, lost revisions: Int64...) -> FileRecord {
            let problems = revisions.map {
                ContentProblem(revision: $0, message: "has no actor row", isOmission: true)
            }
            return FileRecord(
                name: "w1-20261124-\(name)", isComplete: true, evidence: FileEvidence(problems: ProblemTally(problems)))
        }
        func damage(_ files: FileRecord...) -> Int64 { JobRecord(name: "", title: "", files: files).problems.damage }
        #expect(damage() == 0)
        #expect(
            damage(
                file("pages-meta-history1.xml-p1p9.bz2", lost: 1, 2), file("pages-meta-history1.xml-p10p19.bz2"),
                file("pages-meta-history2.xml-p20p29.bz2", lost: 30)) == 3)
        #expect(damage(file("stub-articles1.xml.gz", lost: 1), file("stub-articles2.xml.gz", lost: 2)) == 2)
        // The three kinds of stubs lack the same revision.
        #expect(
            damage(
                file("stub-articles.xml.gz", lost: 1), file("stub-meta-current.xml.gz", lost: 1),
                file("stub-meta-history.xml.gz", lost: 1, 2)) == 2)
    }

    @Test func whatIsMissingIsNamedInTheFilesThatLackIt() async throws {
        let fixture = try RunFixture()
        let wiki = try SyntheticWiki()
        for page in 1...4 {
            try wiki.page(Int64(page), "Page_\(page)", namespace: page == 4 ? 1 : 0)
            try wiki.revision(Int64(page * 10), page: Int64(page), text: "old \(page)")
            try wiki.revision(Int64(page * 10 + 1), page: Int64(page), text: "new \(page)")
        }
        // An old revision without its author, a current text that is gone, and a talk page without its current revision.
        try wiki.execute("UPDATE revision SET rev_actor = 99 WHERE rev_id IN (10, 41)")
        try wiki.execute("DELETE FROM text WHERE old_id = (SELECT max(old_id) - 4 FROM text)")
        fixture.wiki.settings.damageLimit = DamageLimit(percent: 50)
        let record = try await fixture.run(fixture.standardJobs, of: DatabaseWiki(fixture.wiki, wiki))
        #expect(record.failures == 0, "\(record.jobs.compactMap(\.privateMessage))")

        let history = try certificate("pages-meta-history.xml.bz2", fixture).evidence
        #expect(history.problems.omittedRevisions == 2 && history.problems.incompleteItems == 1)
        #expect(history.found.revisions?.count == 6 && history.expected?.revisions?.count == 8)
        #expect(history.problems.examples.contains { $0.revision == 10 && $0.message.contains("actor") })
        #expect(history.problems.examples.contains { $0.revision == 21 && $0.isLoss })
        let current = try certificate("pages-meta-current.xml.bz2", fixture).evidence
        #expect(current.problems.omittedPages == 1 && current.problems.incompleteItems == 1)
        #expect(!current.problems.examples.contains { $0.revision == 10 }, "that one is not current")
        let articles = try certificate("pages-articles.xml.bz2", fixture).evidence
        #expect(articles.problems.omissions == 0 && articles.problems.incompleteItems == 1)
        #expect(articles.found.pages?.count == 3)
        let stubs = try certificate("stub-articles.xml.gz", fixture).evidence
        #expect(stubs.problems.damage == 0, "a description lacks no text")
        #expect(
            try fixture.text("testwiki-20261124-pages-meta-current.xml.bz2.certificate.json").contains(
                "\"what\": \"left out\""))
    }

    @Test func hiddenTextsAreNotBetrayed() async throws {
        let fixture = try RunFixture()
        let wiki = try SyntheticWiki()
        try wiki.page(1, "Page")
        try wiki.revision(1, page: 1, text: String(repeating: "s", count: 7_777), hidden: 1)
        try wiki.revision(2, page: 1, text: String(repeating: "d", count: 5_555), hidden: 1)
        try wiki.revision(3, page: 1, text: "seen")
        // The length of this one must not be told as a remark, nor where it was stored.
        try wiki.execute("UPDATE content SET content_size = 1234 WHERE content_size = 7777")
        try wiki.execute("UPDATE content SET content_address = 'DB://secret' WHERE content_size = 5555")
        let record = try await fixture.run(fixture.standardJobs, of: DatabaseWiki(fixture.wiki, wiki))
        #expect(record.failures == 0)
        for name in ["pages-meta-history.xml.bz2", "stub-meta-history.xml.gz"] {
            #expect(try certificate(name, fixture).evidence.found.textBytes == 4)
            let text = try fixture.text("testwiki-20261124-\(name).certificate.json")
            for secret in ["7777", "1234", "5555", "slotsum", "secret"] { #expect(!text.contains(secret), "\(name)") }
        }
        #expect(try certificate("pages-meta-history.xml.bz2", fixture).evidence.problems.damage == 0)
    }

    @Test func aTextOfAnotherLengthIsRemarked() async throws {
        let fixture = try RunFixture()
        let wiki = try SyntheticWiki()
        try wiki.page(1, "Page")
        try wiki.revision(1, page: 1, text: "four")
        try wiki.execute("UPDATE content SET content_size = 5")
        try await fixture.run(fixture.standardJobs, of: DatabaseWiki(fixture.wiki, wiki))
        let problems = try certificate("pages-articles.xml.bz2", fixture).evidence.problems
        #expect(problems.damage == 0 && problems.count == 1)
        #expect(problems.examples.first?.message == "slot main: its text has 4 bytes, but the database says 5")
    }

    @Test func aLaterRunKeepsThemAndBelievesNoStaleOne() async throws {
        let fixture = try RunFixture()
        let jobs = [TestJob(name: "first"), TestJob(name: "second")]
        try await fixture.run(jobs)
        let before = try fixture.text("testwiki-20261124-first.txt.certificate.json")
        fixture.clock.advance(by: 3600)
        var record = try await fixture.run(jobs)
        #expect(try fixture.text("testwiki-20261124-first.txt.certificate.json") == before)
        #expect(record.job("first")?.files.first?.evidence?.snapshotTime == Sample.time)

        try fileSystem.write(Array("other\n".utf8), to: fixture.folder().appending("testwiki-20261124-first.txt"))
        for kind in HashKind.allCases {
            try fileSystem.remove(fixture.folder().appending("\(kind)sums-testwiki-20261124-first.txt.txt"))
        }
        record = try await fixture.run(jobs)
        #expect(record.job("first")?.files.first?.evidence == nil, "it is of another file")
    }

    @Test func thoseOfPrivateJobsArePrivate() async throws {
        let fixture = try RunFixture()
        try await fixture.run([TestJob(name: "first"), TestJob(name: "secret", isPrivate: true)])
        let hidden = fixture.wiki.directories.privateRun(Sample.date("20261124"))
        #expect(try certificate("secret.txt", fixture, in: hidden).job == "secret")
        #expect(!(try fileSystem.list(fixture.folder()).contains { $0.contains("secret") }))
        #expect(try certificate("first.txt", fixture).job == "first")
    }

    @Test func theTextIsReadBackAsItWas() throws {
        var problems = ProblemTally([
            ContentProblem(page: 1, revision: 2, message: "is “gone”", isOmission: true),
            ContentProblem(page: 1, message: "no text", isOmission: false, isLoss: true),
        ])
        problems.add((0..<1_500).map { ContentProblem(logEntry: $0, message: "entry", isOmission: true) })
        problems.add((0..<1_100).map { ContentProblem(page: $0, message: "odd", isOmission: false) })
        #expect(problems.examples.count == 2_000)
        var contents = FileContents()
        contents.pages = FileContents.Numbered(count: 3, first: 1, last: 9)
        contents.logEntries = FileContents.Numbered(count: 0)
        contents.rows = 5
        contents.textBytes = 17
        let certificate = FileCertificate(
            wiki: "testwiki", date: "20261124", job: "some", file: "f.gz", size: 12,
            hashes: FileHashes(md5: "a", sha1: "b", sha256: "c"),
            evidence: FileEvidence(
                expected: contents, found: contents, problems: problems, snapshotTime: Sample.time,
                software: "MediaWiki 1"))
        let read = try FileCertificate(parsing: certificate.bytes)
        #expect(read.bytes == certificate.bytes)
        #expect(read.evidence.expected == contents && read.evidence.problems.omittedLogEntries == 1_500)
        #expect(read.evidence.problems.count == problems.count)
        let text = String(decoding: certificate.bytes, as: UTF8.self)
        #expect(text.contains("\"unlisted\": 502"))
        #expect(throws: DumpError.self) { try FileCertificate(parsing: Array("{\"version\": 1}".utf8)) }
    }

    /// A certificate that a failing disk has torn is made again by the next run, from what is still known.
    @Test func aTornCertificateIsMadeAgain() async throws {
        let fixture = try RunFixture()
        try await fixture.run(fixture.standardJobs)
        let name = "testwiki-20261124-all-titles.gz"
        let path = fixture.folder().appending(FileCertificate.name(of: name))
        let whole = try certificate("all-titles.gz", fixture)
        try fileSystem.write(Array(whole.bytes.prefix(200)), to: path, permissions: 0o644)
        try await fixture.run(fixture.standardJobs, JobSelection(names: ["xmlstubsdump"]))
        let again = try certificate("all-titles.gz", fixture)
        #expect(again.hashes == whole.hashes && again.size == whole.size && again.job == whole.job)
        #expect(again.evidence.expected == nil && again.evidence.found == FileContents())
        let report = try await DumpVerification([fixture.folder()]).run { _ in }
        #expect(report.count(.agrees) == report.fileCount && report.fileCount == 11)
    }

    /// A damaged certificate is none. Its numbers must not end the process that adds them.
    @Test(arguments: [#""pages": 9223372036854775807"#, #""incomplete": -1"#, #""strayTitles": 562949953421312"#])
    func impossibleNumbersAreNoCertificate(_ member: String) {
        let text = """
            {"version": 1, "file": "f", "wiki": "w", "date": "20261124", "job": "j", "found": {}, "skipped": {\(member)},
            "program": "p", "size": 1, "md5": "", "sha1": "", "sha256": ""}
            """
        #expect(throws: DumpError.self) { try FileCertificate(parsing: Array(text.utf8)) }
        #expect(throws: Never.self) {
            try FileCertificate(parsing: Array(text.replacing(member, with: #""pages": 281474976710656"#).utf8))
        }
    }

    @Test func numbersThatDoNotAgreeAreNamed() {
        var (expected, found) = (FileContents(), FileContents())
        expected.pages = FileContents.Numbered(count: 5, last: 9)
        expected.textBytes = 100
        found.pages = FileContents.Numbered(count: 5, first: 1, last: 9)
        found.textBytes = 100
        func faults(_ problems: [ContentProblem] = [], unplaced: Int64 = 0) -> [String] {
            FileEvidence(expected: expected, found: found, problems: ProblemTally(problems))
                .disagreements(unplacedPages: unplaced).map(\.description)
        }
        #expect(faults() == [])
        found.textBytes = 99
        #expect(faults() == ["99 bytes of text instead of 100"])
        found.textBytes = 100
        found.pages?.last = 8
        #expect(faults() == ["8 as last id of pages instead of 9"])
        found.pages?.count = 4
        let lost = ContentProblem(page: 9, message: "gone", isOmission: true)
        #expect(faults([lost]) == [])
        #expect(faults([lost, lost]) == ["4 pages instead of 3"])
        #expect(faults([lost, lost], unplaced: 2) == [])
        found.pages?.last = 10
        #expect(faults([lost]) == ["10 as last id of pages instead of 9"])
        expected.pages = FileContents.Numbered(count: .max)
        #expect(faults(unplaced: 2).count == 1)
    }
}

/// A wiki whose content is a database made by hand, and whose folders are those of another wiki.
struct DatabaseWiki: Wiki {
    let wiki: InMemoryWiki
    let source: SQLiteContentSource

    init(_ wiki: InMemoryWiki, _ database: SyntheticWiki) {
        self.wiki = wiki
        source = database.source
    }

    var name: WikiName { wiki.name }
    var isPrivate: Bool { wiki.isPrivate }
    var isClosed: Bool { wiki.isClosed }
    var directories: WikiDirectories { wiki.directories }
    var settings: WikiSettings { wiki.settings }
    func contentSource() throws(DumpError) -> any ContentSource { source }
}

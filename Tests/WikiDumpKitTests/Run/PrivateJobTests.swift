import Foundation
import SystemPackage
import Testing
import WikiDumpKit
import WikiDumpKitTesting

@Suite struct PrivateJobTests {
    private let jobs: [any Job] = [
        TestJob(name: "first"), TestJob(name: "hidden", isPrivate: true), TestJob(name: "last"),
    ]

    @Test func nothingPublishedNamesAPrivateJob() async throws {
        let fixture = try RunFixture()
        let record = try await fixture.run(jobs)
        #expect(record.statuses == ["first": .done, "hidden": .done, "last": .done])
        #expect(try fixture.traces(of: "hidden") == [])
        let hashes = try #require(record.job("hidden")?.files.first?.hashes)
        #expect(try fixture.traces(of: hashes.md5) == [])
        let folder = fixture.wiki.directories.privateRun(record.date)
        #expect(try FileHashes(of: folder.appending("testwiki-20261124-hidden.txt")) == hashes)
        #expect(try fileSystem.status(folder)?.permissions == 0o750)
        for name in try fileSystem.list(folder) {
            #expect(try fileSystem.status(folder.appending(name))?.permissions == 0o640, "\(name)")
        }
        #expect(try fixture.text("status.html").contains("Dump complete<"))
    }

    @Test func itsStateSurvives() async throws {
        let fixture = try RunFixture()
        try await fixture.run(jobs)
        try await fixture.run(jobs)
        #expect(fixture.begun == ["first", "hidden", "last"], "what is done is not done again")
        let plan = try fixture.jobRun(jobs).plan()
        #expect(plan.map(\.willRun) == [false, false, false])

        let file = fixture.wiki.directories.privateRun(Sample.date()).appending("testwiki-20261124-hidden.txt")
        try fileSystem.remove(file)
        try fileSystem.write([1], to: FilePath(file.string + OutputFile.suffix))
        try await fixture.run(jobs)
        #expect(fixture.begun.dropFirst(3) == ["hidden"])
        #expect(try fileSystem.status(FilePath(file.string + OutputFile.suffix)) == nil)
    }

    @Test func itsFailureIsToldToTheOperatorOnly() async throws {
        let fixture = try RunFixture()
        let failing = TestJob(name: "hidden", failure: DumpError(.jobFailed, "secret reason"), isPrivate: true)
        let record = try await fixture.run([TestJob(name: "first"), failing])
        #expect(record.failures == 1)
        #expect(try fixture.traces(of: "hidden") == [])
        #expect(try fixture.text("status.html").contains("Dump complete<"))
        let states = fixture.wiki.directories.privateRun(record.date).appending("dumpruninfo.txt")
        #expect(try fileSystem.text(states)?.hasPrefix("name:hidden; status:failed; updated:2026-") == true)
    }

    @Test func whileItRunsNobodySeesIt() async throws {
        let fixture = try RunFixture()
        let wiki = fixture.wiki
        let job = TestJob(name: "hidden", isPrivate: true) { _ throws(DumpError) in
            let status = try fileSystem.text(wiki.directories.run(Sample.date()).appending("status.html")) ?? ""
            #expect(status.contains("Dump in progress") && !status.contains("hidden"))
        }
        try await fixture.run([job])
    }

    @Test func inAPrivateWikiAllLieTogether() async throws {
        let fixture = try RunFixture(isPrivate: true)
        try await fixture.run(jobs)
        #expect(try fixture.text("dumpruninfo.txt").contains("name:hidden; status:done"))
        #expect(try fixture.dumpFiles().count == 3)
        #expect(try fileSystem.list(fixture.farm.settings.publicTree) == [])
    }

    // MARK: Jobs that need a table

    private let tableJobs: [any Job] = [
        TestJob(name: "pagetable", table: "page"), TestJob(name: "absenttable", table: "absent"),
        TestJob(name: "usertable", isPrivate: true, table: "user"), TestJob(name: "last"),
    ]

    @Test func aJobExistsWhereItsTableDoes() async throws {
        let fixture = try RunFixture()
        fixture.wiki.content.tables = ["page": [], "user": [], "zebra": []]
        let plan = try fixture.jobRun(tableJobs).plan()
        #expect(plan.map(\.name) == tableJobs.map(\.name))
        #expect(plan[1].reason.contains("if there is a table absent"))
        let record = try await fixture.run(tableJobs)
        #expect(record.jobs.map(\.name) == ["pagetable", "usertable", "last"])
        #expect(try fixture.traces(of: "absent") == [])
        #expect(try fixture.traces(of: "user") == [], "a private table is in no list of tables")
        #expect(try fixture.text("tableinfo.json") == #"["page", "zebra"]"# + "\n")
        #expect(try fixture.jobRun(tableJobs).plan().map(\.name) == ["pagetable", "usertable", "last"])

        // Tables that come later belong to the next run.
        fixture.wiki.content.tables["absent"] = []
        #expect(try await fixture.run(tableJobs).jobs.count == 3)
        #expect(try await fixture.run(tableJobs, date: "20261125").jobs.count == 4)
    }

    @Test func aTableThatBecomesPrivateVanishesFromTheList() async throws {
        let fixture = try RunFixture()
        fixture.wiki.content.tables = ["page": [], "user": []]
        try await fixture.run([TestJob(name: "usertable", table: "user")])
        #expect(try fixture.text("tableinfo.json") == #"["page", "user"]"# + "\n")
        try await fixture.run([TestJob(name: "usertable", isPrivate: true, table: "user")])
        #expect(try fixture.text("tableinfo.json") == #"["page"]"# + "\n")
    }

    @Test func aJobOfAnAbsentTableIsNothingToDo() async throws {
        let fixture = try RunFixture()
        fixture.wiki.content.tables = ["page": []]
        let error = await dumpError {
            try await fixture.run(self.tableJobs, JobSelection(names: ["absenttable"]))
        }
        #expect(error?.code == .nothingToDo)
        #expect(error?.message.contains("no table absent") == true)
        let record = try await fixture.run(tableJobs, JobSelection(names: ["tables"]))
        #expect(record.job("pagetable")?.status == .done)
    }

    @Test func aSourceThatCannotBeReadRefusesTableJobsToo() async throws {
        let fixture = try RunFixture()
        let broken = UnreadableWiki(fixture.wiki, DumpError(.source, "no such thing"))
        let error = await dumpError { try await fixture.run(self.tableJobs, of: broken) }
        #expect(error?.code == .source)
        #expect(try fileSystem.status(fixture.wiki.directories.publicRoot) == nil)
    }
}

extension RunFixture {
    /// The files and links of the public tree whose name or content has a word in it.
    func traces(of word: String) throws -> [String] {
        let root = wiki.directories.publicRoot.string
        var found: [String] = []
        for case let name as String in try #require(FileManager.default.enumerator(atPath: root)) {
            let content = FileManager.default.contents(atPath: "\(root)/\(name)") ?? Data()
            if name.contains(word) || content.range(of: Data(word.utf8)) != nil { found.append(name) }
        }
        return found.sorted()
    }
}

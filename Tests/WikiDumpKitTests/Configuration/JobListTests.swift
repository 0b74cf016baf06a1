import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct JobListTests {
    @Test func tables() throws {
        let fixture = try FarmFixture()
        try fixture.write(
            "t.yaml",
            """
            tables:
                page:
                  job: page
                  description: no
                user:
                  job: usertable
                  description: "the: users"
                  type: private
            """)
        let configuration = try fixture.inspect("tablejobs=t.yaml\n")
        #expect(configuration.errors.isEmpty)
        #expect(
            configuration.settings(for: try #require(WikiName("enwiki"))).tableJobs == [
                TableJobDefinition(table: "page", job: "pagetable", description: "no"),
                TableJobDefinition(table: "user", job: "usertable", description: "the: users", isPrivate: true),
            ])
    }

    @Test func aFileExtendsTheBuiltInTables() throws {
        let fixture = try FarmFixture()
        try fixture.write(
            "t.yaml",
            """
            extends: builtin
            tables:
                user: {job: user, description: The users., type: private}
                user_groups: {type: private}
                page: {description: Our pages.}
                babel: false
            """)
        let configuration = try fixture.inspect("tablejobs=t.yaml\n")
        #expect(configuration.errors.isEmpty, "\(configuration.errors)")
        let jobs = configuration.settings(for: try #require(WikiName("enwiki"))).tableJobs
        #expect(jobs.map(\.table) == TableJobList.builtIn.map(\.table).filter { $0 != "babel" } + ["user"])
        #expect(jobs.filter(\.isPrivate).map(\.job) == ["usergroupstable", "usertable"])
        #expect(jobs.first { $0.table == "page" }?.description == "Our pages.")
        let changed = ["user_groups", "page", "user"]
        #expect(
            jobs.filter { !changed.contains($0.table) }
                == TableJobList.builtIn.filter { !changed.contains($0.table) && $0.table != "babel" })
    }

    @Test func requests() throws {
        let fixture = try FarmFixture()
        try fixture.write(
            "a.yaml",
            """
            siteinfo:
              x: {job: general, description: d, properties: [general, namespaces]}
            siteinfov2:
              x: {job: generalv2, description: d, properties: [general]}
            """)
        let configuration = try fixture.inspect("apijobs=a.yaml\n")
        #expect(configuration.errors.isEmpty)
        #expect(
            configuration.settings(for: try #require(WikiName("enwiki"))).apiJobs == [
                APIJobDefinition(
                    job: "general", description: "d", properties: ["general", "namespaces"], formatVersion: 1),
                APIJobDefinition(job: "generalv2", description: "d", properties: ["general"], formatVersion: 2),
            ])
    }

    @Test(arguments: [
        ("tables:\n  page:\n    job: page\n", "3: column 5: page has no “description”"),
        (
            "tables:\n  page:\n    job: page\n    description: d\n    typ: public\n",
            "5: column 5: page has an unknown key “typ”"
        ),
        ("tables:\n  page:\n    job: page\n    description: d\n    type: secret\n", "5: column 11: the type of page"),
        ("tables:\n  page:\n    job: page\n    description: [d]\n", "4: column 18: "),
        ("tables:\n  user:\n    job: user\n    description: d\n", "2: column 3: user holds what the wiki hides"),
        ("tables:\n  pa/ge:\n    job: page\n    description: d\n", "2: column 3: “pa/ge” cannot be the name"),
        (
            "tables:\n  a:\n    job: p\n    description: d\n  b:\n    job: ptable\n    description: d\n",
            "6: column 10: two tables"
        ),
        ("tabels: {}\n", "1: column 1: the file has an unknown key “tabels” (did you mean tables?)"),
        ("extends: default\ntables: {}\n", "1: column 10: “extends” names an unknown list"),
        ("extends: builtin\ntables:\n  bable: false\n", "3: column 10: there is no built-in table bable"),
        ("tables:\n  babel: false\n", "2: column 10: there is no built-in table babel"),
        ("extends: builtin\ntables:\n  user: {type: private}\n", "3: column 9: user has no “job”"),
        (
            "extends: builtin\ntables:\n  more: {job: page, description: d}\n",
            "3: column 15: two tables have the job pagetable"
        ),
        ("tables:\n  - page\n", "2: column 3: “tables” is not a mapping"),
        ("tables:\n  page: {\n", "3: column 1: "), ("", ": the file is empty"),
        ("tables:\n  page: {job: page, description: d}\n  page: {job: q, description: d}\n", "the same key twice"),
    ]) func badTables(text: String, part: String) throws {
        let fixture = try FarmFixture()
        try fixture.write("t.yaml", text)
        let errors = try fixture.inspect("tablejobs=t.yaml\n").errors
        #expect(errors.count == 1, "\(errors)")
        #expect(errors.first?.contains("t.yaml") == true, "\(errors)")
        #expect(errors.first?.contains(part) == true, "\(errors)")
    }

    @Test(arguments: [
        ("siteinfov3:\n  x: {}\n", "did you mean siteinfov2?"),
        ("siteinfo:\n  x: {job: a, description: d}\n", "no list of properties"),
        (
            "siteinfo:\n  x: {job: a, description: d, properties: [p]}\nsiteinfov2:\n  x: {job: a, description: d, properties: [p]}\n",
            "4: column 12: two jobs are called a"
        ),
    ]) func badRequests(text: String, part: String) throws {
        let fixture = try FarmFixture()
        try fixture.write("a.yaml", text)
        let errors = try fixture.inspect("apijobs=a.yaml\n").errors
        #expect(errors.count == 1)
        #expect(errors.first?.contains(part) == true, "\(errors)")
    }

    @Test(arguments: ["tablejobs", "apijobs"]) func missingFile(option: String) throws {
        let errors = try FarmFixture().inspect("\(option)=absent.yaml\n").errors
        #expect(errors.count == 1)
        #expect(errors.first?.contains("my.conf:3: [wiki] \(option): there is no file") == true, "\(errors)")
    }
}

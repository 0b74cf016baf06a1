import Foundation
import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct CustomJobListTests {
    private static let sound = """
        jobs:
          - name: pagecount
            title: How many pages there are
            detail: By namespace
            command: [/usr/bin/count, "--wiki={wiki}", "{date}", "{input}", "{output1}", "{output2}", "{{x}}"]
            inputs: [pages-articles.xml.bz2]
            outputs: [page-count.json, page-count.txt]
            after: [articlesdump]
            timelimit: 60
          - name: secretcount
            title: More of it
            command: [/usr/bin/count]
            outputs: [secret-count.txt]
            after: [pagecount]
            private: true
        """

    @Test func theWordsAreUnderstood() throws {
        let fixture = try FarmFixture()
        try fixture.write("j.yaml", Self.sound)
        let configuration = try fixture.inspect("customjobs=j.yaml\n")
        #expect(configuration.errors.isEmpty, "\(configuration.errors)")
        let settings = configuration.settings(for: try #require(WikiName("enwiki")))
        let first = try #require(settings.customJobs.first)
        #expect(
            first.command.map(\.parts) == [
                [.text("/usr/bin/count")], [.text("--wiki="), .wiki], [.date], [.input(0)], [.output(0)], [.output(1)],
                [.text("{x}")],
            ])
        #expect(first.namesOutputs && first.timeLimit == 60 && first.after == ["articlesdump"] && !first.isPrivate)
        #expect(settings.customJobs.last?.isPrivate == true && settings.customJobs.last?.namesOutputs == false)
        #expect(JobList.standard(for: settings).suffix(2).map(\.name) == ["pagecount", "secretcount"])
        var without = settings
        without.skippedJobs = ["articlesdump"]
        #expect(!JobList.standard(for: without).contains { $0.name.hasSuffix("count") }, "nor what comes after it")
    }

    @Test(arguments: [
        ("name: pagecount", "name: page/count", "2: column 11: “page/count” cannot be the name"),
        ("name: pagecount", "name: articlesdump", "2: column 11: there is a job articlesdump already"),
        ("name: pagecount", "name: noop", "there is a job noop already"),
        ("name: pagecount", "name: mytable", "2: column 11: mytable looks like the job of a table"),
        ("name: secretcount", "name: pagecount", "10: column 11: there is a job pagecount already"),
        ("title:", "titel:", "3: column 5: pagecount has an unknown key “titel” (did you mean title?)"),
        ("[/usr/bin/count, \"--", "[count, \"--", "5: column 15: the program of pagecount is not an absolute path"),
        ("{input}", "{inputs}", "5: column 58: an argument of pagecount has an unknown placeholder {inputs}"),
        ("{input}", "{input2}", "{input2}, but there are 1 inputs"),
        ("{date}", "{date", "“{” without “}”"),
        ("page-count.json", "../page-count.json", "7: column 15: “../page-count.json” cannot be the name of a file"),
        ("page-count.json", "/etc/passwd", "cannot be the name of a file"),
        ("page-count.json", ".hidden", "cannot be the name of a file"),
        ("page-count.json", "pages-articles.xml.bz2", "7: column 15: pagecount cannot make “pages-articles.xml.bz2”"),
        ("page-count.json", "md5sums.txt", "cannot make “md5sums.txt”"),
        ("page-count.json", "page.sql.gz", "cannot make “page.sql.gz”"),
        ("page-count.json", "a.inprog", "cannot make “a.inprog”"),
        ("page-count.json", "page-count.txt", "makes a file twice"),
        ("secret-count.txt", "page-count.txt", "cannot make “page-count.txt”"),
        ("[pages-articles.xml.bz2]", "[../../../etc/shadow]", "6: column 14: “../../../etc/shadow” cannot be the name"),
        ("[articlesdump]", "[articledump]", "8: column 13: pagecount comes after “articledump”, but there is no such"),
        ("[articlesdump]", "[secretcount]", "no such job before it"),
        ("timelimit: 60", "timelimit: soon", "9: column 16: “timelimit” of pagecount is not a number of seconds"),
        ("timelimit: 60", "private: maybe", "9: column 14: “private” of pagecount is neither true nor false"),
        ("outputs: [secret-count.txt]", "outputs: []", "secretcount makes no files"),
        ("jobs:", "job:", "unknown key “job”"),
    ]) func mistakesAreFound(old: String, new: String, part: String) throws {
        let fixture = try FarmFixture()
        let text = Self.sound.replacing(old, with: new, maxReplacements: 1)
        try #require(text != Self.sound)
        try fixture.write("j.yaml", text)
        let errors = try fixture.inspect("customjobs=j.yaml\n").errors
        #expect(errors.count == 1, "\(errors)")
        #expect(errors.first?.contains("j.yaml") == true, "\(errors)")
        #expect(errors.first?.contains(part) == true, "\(errors)")
    }

    @Test func theSampleIsSound() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let sample = root.appending(path: "Examples/custom-jobs.yaml").path
        let configuration = try FarmFixture().inspect("customjobs=\(sample)\n")
        #expect(configuration.errors.isEmpty, "\(configuration.errors)")
        #expect(configuration.settings(for: try #require(WikiName("enwiki"))).customJobs.count == 2)
    }

    @Test func aPublicJobMayNotComeAfterAPrivateOne() throws {
        let fixture = try FarmFixture()
        let more = "\n  - {name: later, title: t, command: [/bin/x], outputs: [l.txt], after: [secretcount]}\n"
        try fixture.write("j.yaml", Self.sound + more)
        let errors = try fixture.inspect("customjobs=j.yaml\n").errors
        #expect(errors.first?.contains("later comes after the private job secretcount") == true, "\(errors)")
    }
}

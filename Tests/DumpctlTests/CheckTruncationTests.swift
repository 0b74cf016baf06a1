import Foundation
import MWBzUtils
import Testing

@Suite(.timeLimit(.minutes(10)))
struct CheckTruncationTests {
    let folder: DumpFolder
    static let data = Result { try BzStream.compress(Array(DumpFolder.export().utf8), level: 1) }

    init() throws {
        folder = try DumpFolder()
        let data = try Self.data.get()
        try folder.write("good.xml.bz2", data)
        try folder.write("more/short.xml.bz2", data.dropLast(20_000))
        try folder.write("more/index.txt.bz2", try BzStream.compress(Array("0:10:Page\n".utf8)))
        try folder.write("more/notes.txt", Array("no dump".utf8))
        try folder.write("more/good.xml.bz2-rss.xml", Array("<rss/>".utf8))
    }

    @Test(arguments: [[], ["--full"]])
    func linesForScripts(options: [String]) async throws {
        let outcome = try await folder.run(["check-truncation", "."] + options)
        #expect(outcome.status == 3)
        let lines = outcome.output.split(separator: "\n").map { $0.split(separator: "\t") }
        #expect(
            lines.map { $0.prefix(2).joined(separator: " ") } == [
                "ok ./good.xml.bz2", "ok ./more/index.txt.bz2", "bad ./more/short.xml.bz2",
            ])
        #expect(lines[2][2].hasPrefix("the bzip2 data ends inside a block at byte "))
        #expect(lines[2][3].contains("resume from page"))
        #expect(outcome.error.contains("3 files") && outcome.error.contains("2 ok, 1 bad, 0 unreadable"))
        let quiet = try await folder.run(["check-truncation", "good.xml.bz2", "--quiet"] + options)
        #expect(quiet.status == 0 && quiet.output == "" && quiet.error == "")
    }

    @Test func patternsAndWhatCannotBeRead() async throws {
        let good = try await folder.run("check-truncation", "*.bz2", "more/i*")
        #expect(good.status == 0)
        #expect(good.output == "ok\tgood.xml.bz2\nok\tmore/index.txt.bz2\n")
        let missing = try await folder.run("check-truncation", "none.bz2", "good.xml.bz2")
        #expect(missing.status == 1)
        #expect(
            missing.output.contains("unreadable\tnone.bz2\tcannot be opened") && missing.output.contains("ok\tgood"))
        #expect(try await folder.run("check-truncation", "none*.bz2").status == 2)
        #expect(try await folder.run("check-truncation").status == 2)
        #expect(try await folder.run("check-truncation", "-").status == 2)
        #expect(try await folder.run("check-truncation", "good.xml.bz2", "--json", "--junit").status == 2)
    }

    @Test func JSON() async throws {
        let outcome = try await folder.run("check-truncation", "good.xml.bz2", "more/short.xml.bz2", "--full", "--json")
        #expect(outcome.status == 3)
        let events = outcome.events
        #expect(events.compactMap { $0["state"] as? String } == ["ok", "bad"])
        let problems = try #require(events[1]["problems"] as? [[String: Any]])
        #expect(problems.map { $0["code"] as? String } == ["truncated"])
        #expect(problems[0]["stream"] as? Int == 0 && problems[0]["block"] is Int && problems[0]["bitOffset"] is Int)
        let page = try #require(events[1]["lastCompletePage"] as? [String: Any])
        #expect(page["id"] as? Int == (events[1]["resumePageId"] as? Int ?? 0) - 1)
        #expect(events[2]["bad"] as? Int == 1 && events[2]["files"] as? Int == 2)
    }

    @Test func JUnit() async throws {
        try folder.write("a<&>\"'.xml.bz2", [1, 2, 3])
        let outcome = try await folder.run("check-truncation", ".", "none.bz2", "--junit")
        #expect(outcome.status == 3)
        let script = """
            import sys, xml.etree.ElementTree as e
            root = e.fromstring(sys.argv[1])
            cases = root.findall('testsuite/testcase')
            print(root.get('tests'), root.get('failures'), root.get('errors'), len(cases), cases[0].get('name'))
            print(len(root.findall('.//failure')), len(root.findall('.//error')))
            """
        let parsed = try Tool.run(["python3", "-c", script, outcome.output])
        #expect(parsed.text == "5 2 1 5 ./a<&>\"'.xml.bz2\n2 1\n", "\(parsed.text)")
    }

    @Test func standardInput() async throws {
        let data = try Self.data.get()
        let good = try await folder.run("check-truncation", "-", "--full", input: data)
        #expect(good.status == 0 && good.output == "ok\t-\n", "\(good)")
        for part in [data.prefix(0), data.prefix(3), data.prefix(9), data.dropLast(1), data[1...]] {
            let outcome = try await folder.run("check-truncation", "-", "--full", input: Array(part))
            #expect(outcome.status == 3 && outcome.output.hasPrefix("bad\t-\t"), "\(part.count) \(outcome)")
        }
        let member = try GzipMember.compress(Array(DumpFolder.export(pages: 1...3).utf8))
        #expect(try await folder.run("check-truncation", "-", "--full", input: member).status == 0)
        #expect(try await folder.run("check-truncation", "-", "--full", input: member.dropLast(1)).status == 3)
    }
}

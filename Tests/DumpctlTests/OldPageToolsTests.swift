import Foundation
import Testing

/// `revsperpage` and `writeuptopageid`, and the commands that do the same under new names.
@Suite struct OldPageToolsTests {
    private static let export = """
        <mediawiki xml:lang="en">
          <siteinfo>
            <base>x</base>
          </siteinfo>
          <page>
            <title>A &amp; B</title>
            <ns>0</ns>
            <id>1</id>
            <revision>
              <id>10</id>
              <contributor>
                <username>U</username>
                <id>7</id>
              </contributor>
              <text xml:space="preserve" bytes="100" id="5" />
            </revision>
            <revision>
              <id>11</id>
              <text bytes="50" id="6" />
            </revision>
          </page>
          <page>
            <title>Talk:A</title>
            <ns>1</ns>
            <id>4</id>
            <revision>
              <id>12</id>
              <text bytes="7" id="8" />
            </revision>
          </page>
          <page>
            <title>C</title>
            <ns>0</ns>
            <id>9</id>
            <revision>
              <id>13</id>
              <text bytes="1" id="9" />
            </revision>
            <revision>
              <id>14</id>
              <text bytes="2" id="10" />
            </revision>
            <revision>
              <id>15</id>
              <text deleted="deleted" />
            </revision>
          </page>
        </mediawiki>

        """

    /// The lines of the export, and which of them belong to which page.
    private static func pages(_ ids: Set<Int>, header: Bool = true, footer: Bool = true) -> String {
        let parts = export.components(separatedBy: "  <page>\n")
        let pages = zip([1, 4, 9], parts.dropFirst()).filter { ids.contains($0.0) }.map {
            "  <page>\n" + $0.1.replacingOccurrences(of: "</mediawiki>\n", with: "")
        }
        return (header ? parts[0] : "") + pages.joined() + (footer ? "</mediawiki>\n" : "")
    }

    private func run(_ tool: String, _ arguments: String, input: String? = export) async throws -> Dumpctl.Outcome {
        let words = arguments.split(separator: " ").map(String.init)
        return try await OldToolFolder.shared().run(tool, words, input: input.map { Data($0.utf8) })
    }

    @Test(
        "Fields and their order",
        arguments: [
            ("", "revs:2\nrevs:3\n"),
            ("-a", "page:1 revs:2\npage:4 revs:1\npage:9 revs:3\n"),
            (
                "--all --bytes --maxrevlen --title",
                """
                page:1 bytes:150 maxrevlen:100 revs:2 title:A &amp; B
                page:4 bytes:7 maxrevlen:7 revs:1 title:Talk:A
                page:9 bytes:3 maxrevlen:2 revs:3 title:C

                """
            ),
            ("-t -m -b", "bytes:150 maxrevlen:100 revs:2 title:A &amp; B\nbytes:3 maxrevlen:2 revs:3 title:C\n"),
            ("-a -b -m -t -c", "1:150:100:2:A &amp; B\n4:7:7:1:Talk:A\n9:3:2:3:C\n"),
            ("-B 2 -a -c -b", "4:157:3\n9:3:3\n"),
            ("-B 10 -abc", "9:160:6\n"),
            ("-B 2 -b -t", "bytes:153 revs:5 title:C\n"),
            ("-C 2", "revs:3\n"), ("-a -cutoff=1", "page:1 revs:2\npage:9 revs:3\n"), ("-C 9", ""),
        ])
    func revisions(arguments: String, output: String) async throws {
        let outcome = try await run("revsperpage", arguments)
        #expect(outcome.output == output)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.error == "")
    }

    @Test(
        "Wrong usage, help and version go to standard error, with 255",
        arguments: [
            ("revsperpage", "-x"), ("revsperpage", "-B"), ("revsperpage", "-B 0"), ("revsperpage", "-C x"),
            ("revsperpage", "-h"), ("revsperpage", "--version"), ("revsperpage", "file"),
            ("writeuptopageid", ""), ("writeuptopageid", "0"), ("writeuptopageid", "12abc"), ("writeuptopageid", "-1"),
            ("writeuptopageid", "1 2 3"), ("writeuptopageid", "1 99999999999999999999"), ("writeuptopageid", "-h"),
            ("writeuptopageid", "-o . -f a:x:"), ("writeuptopageid", "-f a:1:"), ("writeuptopageid", "-o . -f ../a:1:"),
            ("writeuptopageid", "-i none.bz2 1"), ("writeuptopageid", "-o none -f a:1:"),
        ])
    func usage(tool: String, arguments: String) async throws {
        let outcome = try await run(tool, arguments)
        #expect(outcome.status == 255)
        #expect(outcome.output == "")
        #expect(outcome.error != "")
    }

    @Test(
        "What the old program crashed on, or passed over",
        arguments: [
            ("revsperpage", "-a", "<page><page>", "without </mediawiki>"),
            ("revsperpage", "-a", "", "there is nothing in it"),
            (
                "revsperpage", "-a", "<page><id>99999999999999999999</id></page></mediawiki>",
                "not a 64-bit integer"
            ),
            ("writeuptopageid", "1", "<mediawiki>\n  <page>\n    <id>3</id>\n", "inside page 3"),
            ("writeuptopageid", "1", "BZh91AY&SY junk", "standard input"),
        ])
    func unsound(tool: String, arguments: String, input: String, message: String) async throws {
        let outcome = try await run(tool, arguments, input: input)
        #expect(outcome.status == 1)
        #expect(outcome.error.hasPrefix("\(tool): standard input: "))
        #expect(outcome.error.contains(message), "\(outcome.error)")
        #expect(!outcome.output.contains("</mediawiki>"))
    }

    @Test(
        "Pages from START up to END, which is left out",
        arguments: [
            ("1", [1, 4, 9]), ("1 9", [1, 4]), ("2 5", [4]), ("4 4", []), ("9 3", []), ("10", []), ("4294967305", []),
            ("9 9223372036854775807", [9]),
        ] as [(String, Set<Int>)])
    func ranges(arguments: String, ids: Set<Int>) async throws {
        let outcome = try await run("writeuptopageid", arguments)
        #expect(outcome.output == Self.pages(ids))
        #expect(outcome.status == 0, "\(outcome.error)")
        let bare = try await run("writeuptopageid", "-HF " + arguments)
        #expect(bare.output == Self.pages(ids, header: false, footer: false))
    }

    @Test func filesOfEveryFormat() async throws {
        let folder = try OldToolFolder()
        defer { folder.remove() }
        try Data(Self.export.utf8).write(to: folder.url("in.xml"))
        #expect(try Tool.run(["bzip2", "-k", folder.url("in.xml").path]).status == 0)
        let outcome = try await folder.run(
            "writeuptopageid", ["-i", "in.xml.bz2", "--odir", ".", "--fspecs", "a.bz2:1:2;b.gz:2:9;c.text:9:"])
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output == "")
        #expect(try Tool.run(["bzip2", "-dc", folder.url("a.bz2").path]).text == Self.pages([1]))
        #expect(try Tool.run(["gzip", "-dc", folder.url("b.gz").path]).text == Self.pages([4]))
        #expect(try String(contentsOf: folder.url("c.text"), encoding: .utf8) == Self.pages([9]))
        let damaged = try Data(contentsOf: folder.url("in.xml.bz2")).dropLast(6)
        try damaged.write(to: folder.url("in.xml.bz2"))
        let failed = try await folder.run("writeuptopageid", ["-i", "in.xml.bz2", "-o", ".", "-f", "d.bz2:1:"])
        #expect(failed.status == 1)
        #expect(failed.error.contains("in.xml.bz2"))
        #expect(!FileManager.default.fileExists(atPath: folder.url("d.bz2").path))
    }

    @Test(
        "The new command",
        arguments: [
            ("", "page_id:1 revs:2\npage_id:9 revs:3\n"),
            (
                "--all-namespaces --bytes --max-length --title",
                """
                page_id:1 revs:2 bytes:150 max_length:100 title:A & B
                page_id:4 revs:1 bytes:7 max_length:7 title:Talk:A
                page_id:9 revs:3 bytes:3 max_length:2 title:C

                """
            ),
            ("--batch 2 --cutoff 4", "page_id:9 revs:5 pages:2\n"),
            (
                "--json --cutoff 2",
                """
                {"bytes":3,"maxLength":2,"namespace":0,"pageId":9,"revisions":3,"title":"C"}

                """
            ),
        ])
    func newCommand(arguments: String, output: String) async throws {
        let folder = try OldToolFolder()
        defer { folder.remove() }
        try Data(Self.export.utf8).write(to: folder.url("in.xml"))
        #expect(try Tool.run(["bzip2", "-k", folder.url("in.xml").path]).status == 0)
        let words = arguments.split(separator: " ").map(String.init)
        for (file, input) in [("in.xml", nil), ("in.xml.bz2", nil), ("-", Data(Self.export.utf8))] {
            let outcome = try await folder.run(nil, ["revisions-per-page", file] + words, input: input)
            #expect(outcome.output == output)
            #expect(outcome.status == 0, "\(outcome.error)")
        }
        let cut = try await folder.run(nil, ["revisions-per-page", "-"], input: Data(Self.export.utf8).dropLast(5))
        #expect(cut.status == 3)
        #expect(
            cut.error
                == "dumpctl: standard input: the export ends without </mediawiki> (use another copy of the dump)\n")
    }

    @Test("A reader that has enough is no error", arguments: ["decompress", "revisions-per-page --all-namespaces"])
    func enough(command: String) throws {
        let folder = try OldToolFolder()
        defer { folder.remove() }
        let page = "<page><title>A</title><ns>0</ns><id>1</id><revision><id>2</id></revision></page>\n"
        let text = "<mediawiki>\n" + String(repeating: page, count: 40_000) + "</mediawiki>\n"
        try Data(text.utf8).write(to: folder.url("in.xml"))
        let script = "set -o pipefail; \(Dumpctl.binary.path) \(command) in.xml | head -c 5 >/dev/null"
        let outcome = try Tool.run(["bash", "-c", script], in: folder.folder)
        #expect(outcome.status == 0)
        #expect(outcome.text == "")
    }
}

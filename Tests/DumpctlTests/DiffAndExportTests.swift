import Foundation
import Testing

/// `dumpctl diff` and `dumpctl export`, as scripts see them.
@Suite(.timeLimit(.minutes(5)))
struct DiffAndExportTests {
    /// A plain reader of exports, which gives what a line must say.
    private static let reader = """
        import json, sys, xml.etree.ElementTree as E
        def of(element, name):
            found = element.find(name)
            return None if found is None or found.get("deleted") else (found.text or "")
        def number(text): return None if text in (None, "") else int(text)
        def expected(path):
            for page in E.parse(path).getroot().iter("page"):
                for revision in page.iter("revision"):
                    user, text = revision.find("contributor"), revision.find("text")
                    hidden = text.get("deleted") is not None
                    yield [int(page.find("id").text), of(page, "title"), number(of(page, "ns")), int(revision.find("id").text),
                           of(revision, "comment") if revision.find("comment") is not None else "", of(user, "username"),
                           of(user, "ip"), user.get("deleted") is not None, None if hidden else (text.text or ""), hidden]
        def found(path):
            for line in open(path, encoding="utf-8"):
                o = json.loads(line)
                p, r, u = o["page"], o["revision"], o["user"]
                yield [p["id"], p["title"], p["namespace"], r["id"], r["comment"], u["name"], u["ip"], u["hidden"], o["text"],
                       r["textHidden"]]
        one, two = list(expected(sys.argv[1])), list(found(sys.argv[2]))
        for a, b in zip(one, two):
            if a != b: sys.exit(f"{a}\\n{b}")
        sys.exit(0 if len(one) == len(two) else f"{len(one)} and {len(two)}")
        """

    /// A line has what the schema says, no more and no less.
    private static let checker = """
        import json, sys
        types = {"object": dict, "array": list, "string": str, "null": type(None), "boolean": bool, "integer": int}
        def check(value, schema, place):
            names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            if not any(type(value) is types[name] for name in names): sys.exit(f"{place}: {value!r} is not {names}")
            if isinstance(value, dict):
                if set(value) != set(schema["properties"]): sys.exit(f"{place}: {sorted(value)}")
                for key in value: check(value[key], schema["properties"][key], f"{place}.{key}")
            if isinstance(value, list):
                for item in value: check(item, schema["items"], place)
        schema = json.load(open(sys.argv[1]))
        for line in open(sys.argv[2], encoding="utf-8"): check(json.loads(line), schema, "")
        """

    private static func randomExport(_ random: inout SplitMix) -> String {
        let pieces = [
            "a", "é", "&amp;", "&lt;b>", "&#x1F600;", "&#9;", "\r\n", "\n", "<![CDATA[<&>]]>", "<!-- no -->", "\"",
            "\\", "&quot;",
        ]
        func text() -> String {
            (0..<Int.random(in: 0...30, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
                .joined()
        }
        func choose(_ all: String...) -> String { all.randomElement(using: &random) ?? "" }
        var xml = choose("", "<?xml version='1.0'?>\n") + "<mediawiki><siteinfo><dbname>w</dbname></siteinfo>\n"
        var revision = 0
        for id in 1...Int.random(in: 1...20, using: &random) {
            xml += "<page>\n<title>T\(id) \(choose("&amp;", "_", "é"))</title><ns>\(id % 3)</ns><id>\(id)</id>\n"
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                revision += 1
                xml += "<revision><id>\(revision)</id>"
                xml += choose(
                    "<contributor><username>U &amp; V</username><id>3</id></contributor>",
                    "<contributor>\n<ip>::1</ip></contributor>", "<contributor deleted='deleted' />")
                xml += choose("", "<comment/>", "<comment>\(text())</comment>", "<comment deleted=\"deleted\"/>")
                xml +=
                    choose(
                        "<text bytes='7' a='>'>\(text())</text>", "<text />",
                        "<text bytes=\"-1\" deleted=\"deleted\" />") + "</revision>\n"
            }
            xml += "</page>\n"
        }
        return xml + "</mediawiki>\n"
    }

    @Test func linesSayWhatAPlainReaderFinds() async throws {
        let dump = try SmallDump(pageCount: 1, textSize: 10)
        defer { dump.remove() }
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed: \(seed)")
        var random = SplitMix(state: seed)
        let schema = Document.project.appendingPathComponent("Documentation/export.schema.json").path
        for round in 0..<25 {
            let xml = Self.randomExport(&random)
            try Data(xml.utf8).write(to: dump.folder.appendingPathComponent("odd.xml"))
            let name = round % 2 == 0 ? "odd.xml" : "odd.xml.bz2"
            if round % 2 == 1 { try dump.write(xml, to: name) }
            let outcome = try await Dumpctl.run(
                ["export", "--jsonl", name, "-o", "odd.jsonl", "--force"], in: dump.folder)
            #expect(outcome.status == 0, "\(outcome.error)")
            for (script, first) in [(Self.reader, "odd.xml"), (Self.checker, schema)] {
                let check = try Tool.run(["python3", "-c", script, first, "odd.jsonl"], in: dump.folder)
                #expect(check.status == 0, "\(check.text)\n\(xml)")
            }
        }
    }

    @Test func diffHasStatusesOfItsOwn() async throws {
        let dump = try SmallDump(pageCount: 4, textSize: 300)
        defer { dump.remove() }
        try dump.write(dump.text, to: "a.xml.bz2")
        try dump.write(SmallDump.header + dump.pages[1...].map(\.xml).joined() + SmallDump.footer, to: "b.xml.bz2")
        try dump.write(dump.text.replacing("O&#039;Neill", with: "O'Neill"), to: "c.xml.bz2")
        try dump.write(String(dump.text.dropLast(30)), to: "cut.xml.bz2")
        func run(_ arguments: String...) async throws -> Dumpctl.Outcome {
            try await Dumpctl.run(["diff"] + arguments, in: dump.folder)
        }
        #expect(try await run("a.xml.bz2", "c.xml.bz2").status == 0)
        let lost = try await run("a.xml.bz2", "b.xml.bz2")
        #expect(
            lost.status == 6 && lost.output.contains("pages: 1 lost, 0 gained, 0 changed (4 and 3 in all)"), "\(lost)")
        #expect(try await run("a.xml.bz2", "b.xml.bz2", "--only", "gained,changed").status == 0)
        let lines = try await run("b.xml.bz2", "a.xml.bz2", "--json").output.split(separator: "\n")
        #expect(lines.first == #"{"kind":"gained","namespace":1,"page":10,"revisions":1,"title":"Talk:A & B 1"}"#)
        #expect(lines.count == 2 && lines.last?.hasPrefix(#"{"summary":"#) == true)
        let cut = try await run("a.xml.bz2", "cut.xml.bz2")
        #expect(cut.status == 3 && !cut.output.contains("lost"), "\(cut)")
        #expect(try await run("a.xml.bz2", "none.xml.bz2").status == 1)
        #expect(try await run("a.xml.bz2", "b.xml.bz2", "--only", "stolen").status == 2)
    }

    @Test func exportSelects() async throws {
        let dump = try SmallDump(pageCount: 4, textSize: 300, huge: 3)
        defer { dump.remove() }
        try dump.write(dump.text, to: "a.xml.bz2")
        func ids(_ arguments: String...) async throws -> [Int] {
            let outcome = try await Dumpctl.run(["export", "--jsonl", "a.xml.bz2"] + arguments, in: dump.folder)
            #expect(outcome.status == 0, "\(outcome.error)")
            return try outcome.output.split(separator: "\n").map { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                return (object?["revision"] as? [String: Any])?["id"] as? Int ?? -1
            }
        }
        #expect(try await ids() == dump.pages.flatMap(\.revisions))
        #expect(try await ids("--current") == dump.pages.compactMap(\.revisions.last))
        #expect(try await ids("--pages", "10,35-", "--namespaces", "0,1") == [1001, 4001])
        #expect(try await ids("--namespaces", "0") == [])
        try dump.write(String(dump.text.dropLast(30)), to: "cut.xml.bz2")
        let cut = try await Dumpctl.run(["export", "--jsonl", "cut.xml.bz2"], in: dump.folder)
        #expect(cut.status == 3 && cut.output.split(separator: "\n").count == 42, "\(cut.error)")
    }
}

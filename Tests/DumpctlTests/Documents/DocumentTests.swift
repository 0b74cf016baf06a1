import Foundation
import SystemPackage
import Testing
import WikiDumpKit

/// What the documents show is so: commands print it, configurations are sound, code compiles.
@Suite struct DocumentTests {
    /// The blocks that are not run, by their first line, and why.
    static let notRun: [String: String] = [
        "dumpctl fetch nlwiki --files '*pages-articles-multistream*'": "asks Wikimedia; see FetchTests",
        "dumpctl wait nlwiki --newer-than 20261101 && dumpctl fetch nlwiki": "asks Wikimedia",
        "dumpctl locate-page https://dumps.wikimedia.org/nlwiki/latest/nlwiki-latest-pages-articles.xml.bz2 --id 5":
            "asks Wikimedia; WebTests ask a server of their own",
        "export DUMPCTL_USER_AGENT='my-mirror/1.0 (https://example.org/; me@example.org)'": "sets a variable",
        "dumpctl export --jsonl pages.xml.bz2 -o pages.jsonl.gz":
            "make integration does it, with the commands below it",
        "dumpctl sim --seeds 1-2000": "takes minutes; make integration does it",
        "make demo": "continuous integration runs it and looks at what it leaves",
        "curl 'https://wiki.example.org/w/api.php?action=query&meta=siteinfo&format=json"
            + "&siprop=general|namespaces|namespacealiases|magicwords' >siteinfo/mywiki.json": "asks a wiki",
        "swift run --package-path Examples/FirstDump FirstDump demo/wikidump.conf demowiki":
            "builds for minutes; ExampleTests run the program",
        "cp Examples/systemd/*.service Examples/systemd/*.timer /etc/systemd/system/": "changes the system",
        "Scripts/bench.sh dumps --work FOLDER --rounds 5 stubs": "takes minutes, and PHP with MediaWiki",
        "Scripts/bench.sh bz2                                        # 100 MB of XML": "takes minutes to hours",
        "DUMP_ROBUSTNESS=50 swift test -c release -Xswiftc -enable-testing --filter TruncationTests": "runs tests",
        "make fuzz                                   two seconds of each target": "builds for minutes",
        "FUZZ_TARGET=ini .build-check/fuzz/release/fuzz -merge=1 smaller Fuzzing/Corpus/ini new/ini":
            "needs the fuzzer",
        "dumpctl run --date last --job metahistorybz2dump --batches": "helps a run at work, as BatchTests do",
        "dumpctl run WIKI --date DATE --job metahistorybz2dump --batches": "helps a run at work, as BatchTests do",
        #"python3 -c "import duckdb; print(duckdb.sql(\"SELECT page.title, count(*) FROM read_json('pages.jsonl.gz', format='newline_delimited') GROUP BY 1\"))""#:
            "needs packages of PyPI; make integration runs it",
        #"python3 -c "import pyarrow.json as j, pyarrow.parquet as p; p.write_table(j.read_json('pages.jsonl.gz', read_options=j.ReadOptions(block_size=1 << 28)), 'pages.parquet')""#:
            "needs packages of PyPI; make integration runs it",
        "[client]": "an option file of MariaDB, which its client library reads",
    ]

    private static func documents(_ kind: Document.Kind) -> [Document] {
        Document.all.filter { $0.blocks.contains { $0.kind == kind && notRun[$0.lines[0]] == nil } }
    }

    private static func run(_ kind: Document.Kind, _ document: Document) -> [Document.Block] {
        document.blocks(kind).filter { notRun[$0.lines[0]] == nil }
    }

    @Test func everyExceptionIsOfABlock() {
        let first = Set(Document.all.flatMap(\.blocks).compactMap(\.lines.first))
        #expect(Set(Self.notRun.keys).subtracting(first) == [])
    }

    @Test(arguments: documents(.session))
    func commandsPrintWhatIsShown(document: Document) async throws {
        let folder = try await DocumentFolder()
        defer { folder.remove() }
        for block in Self.run(.session, document) {
            var status: Int32 = 0
            for step in Session(block).steps {
                let outcome = try await folder.run(step.command, after: status)
                status = outcome.status
                #expect(
                    try Session.shows(step.shown, outcome.text), "\(block): \(step.command) printed:\n\(outcome.text)")
            }
        }
    }

    /// The README's own way from a configuration to a dump, with the folder of the test in place of `/srv`.
    @Test func commandsOfTheReadmeDumpAWiki() async throws {
        let folder = try await DocumentFolder()
        defer { folder.remove() }
        let readme = try Document("README.md")
        let configuration = try #require(readme.blocks(.configuration).first)
        try write(configuration.text.replacing("/srv/", with: folder.url("srv/").path + "/"), "wikidump.conf", folder)
        try write("mywiki\n", "all.dblist", folder)
        try write("", "private.dblist", folder)
        for (wanted, name) in [
            ("srv/wiki/data/mywiki.sqlite", "demowiki.sqlite"), ("siteinfo/mywiki.json", "demowiki.siteinfo.json"),
        ] {
            let file = folder.url(wanted)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: folder.url("demo/wikis/\(name)"), to: file)
        }
        for line in Self.run(.commands, readme).flatMap(\.lines) where line.hasPrefix("dumpctl ") {
            let runs =
                (try? FileManager.default.contentsOfDirectory(atPath: folder.url("srv/dumps/public/mywiki").path)) ?? []
            let today = runs.first { $0.hasPrefix("2") } ?? ""
            let command = line.replacing("/srv/", with: folder.url("srv/").path + "/")
                .replacing(DocumentFolder.date, with: today)
            let outcome = try await folder.run(command)
            #expect(outcome.status == 0, "\(command) printed:\n\(outcome.text)")
        }
        #expect(FileManager.default.fileExists(atPath: folder.url("srv/dumps/public/index.html").path))
    }

    /// Commands that stand alone are those of the README, or have a reason not to be run.
    @Test func everyCommandIsRun() {
        for block in Document.all.flatMap({ Self.run(.commands, $0) }) {
            let isRun = block.lines.allSatisfy { $0.hasPrefix("dumpctl ") } && block.place.hasPrefix("README.md:")
            #expect(isRun, "\(block)")
        }
    }

    @Test(arguments: documents(.configuration))
    func configurationsAreSound(document: Document) throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        for block in Self.run(.configuration, document) {
            let file = farm.url("fragment.conf")
            try Data(block.text.utf8).write(to: file)
            // A fragment changes a sound configuration.
            let loader = ConfigurationLoader(
                systemFile: FilePath(farm.url("wikidump.conf").path), homeDirectory: nil, programDirectory: nil,
                workingDirectory: FilePath(farm.folder.path))
            // The folders and databases of a farm of somebody are not there.
            let problems = try loader.inspect(file.path).problems.map { "\($0)" }.filter { !$0.contains("there is no") }
            #expect(problems == [], "\(block)")
            #expect(!block.lines.contains { $0.contains(" ;") }, "\(block): only a whole line is a comment")
        }
    }

    @Test(arguments: documents(.yaml))
    func listsAreSound(document: Document) async throws {
        for block in Self.run(.yaml, document) {
            let farm = try DemoFarm()
            defer { farm.remove() }
            let option = ["jobs:": "customjobs", "siteinfo:": "apijobs"][block.lines[0]] ?? "tablejobs"
            try Data(block.text.utf8).write(to: farm.url("list.yaml"))
            try farm.addOption("\(option)=list.yaml", to: "wiki")
            let outcome = try await farm.run("config", "check")
            let problems = outcome.output.split(separator: "\n").filter { !$0.contains("there is no") }
            #expect(problems.allSatisfy { !$0.contains("list.yaml") }, "\(block): \(outcome.output)")
            #expect(outcome.error == "", "\(block)")
        }
    }

    /// Each block of Swift stands, line by line, in a file that is compiled: an example, or a test.
    @Test func codeIsCompiled() throws {
        let folders = ["Examples", "Tests"].map(Document.project.appendingPathComponent)
        var sources: [String] = []
        for folder in folders {
            let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
            for file in files?.compactMap({ $0 as? URL }) ?? [] where file.pathExtension == "swift" {
                sources.append(bare(try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")))
            }
        }
        let blocks = Document.all.flatMap { $0.blocks(.swift) }
        #expect(!blocks.isEmpty)
        for block in blocks {
            #expect(sources.contains { $0.contains(bare(block.lines)) }, "\(block) is in no example")
        }
    }

    /// Each message of the page on troubleshooting is one of ours.
    @Test func messagesAreReal() throws {
        let page = try Document.text("Sources/WikiDumpKit/WikiDumpKit.docc/Troubleshooting.md")
        // What stands before are messages of the compiler.
        let tables = try #require(page.components(separatedBy: "### The configuration\n").last)
        let sources = try FileManager.default.subpathsOfDirectory(atPath: Document.project.path + "/Sources")
            .filter { $0.hasSuffix(".swift") }.map { try Document.text("Sources/\($0)") }.joined()
        let messages = tables.matches(of: /\n\| `([^`]+)` \|/).map(\.1)
        #expect(messages.count > 20)
        for message in messages {
            for part in message.split(separator: "…") { #expect(sources.contains(part), "\(message): “\(part)”") }
        }
    }

    /// Each link to a file of the project leads to one, and to a heading in it if it names one.
    @Test(arguments: Document.paths)
    func linksLeadSomewhere(path: String) throws {
        let folder = Document.project.appendingPathComponent(path).deletingLastPathComponent()
        for link in try Document.text(path).matches(of: /\]\(([^)#\s:]*)(#[^)\s]*)?\)/) {
            let target =
                link.1.isEmpty
                ? Document.project.appendingPathComponent(path) : folder.appendingPathComponent(String(link.1))
            // An image of DocC has no folder.
            guard path.hasPrefix("Documentation") || link.1.contains(".") || link.2 != nil else { continue }
            try #require(FileManager.default.fileExists(atPath: target.path), "\(link.0)")
            guard let heading = link.2?.dropFirst() else { continue }
            let text = try String(contentsOf: target, encoding: .utf8)
            let names = text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
                line.drop { $0 == "#" || $0 == " " }.lowercased().replacing(/[^\w\- ]/, with: "").replacing(
                    " ", with: "-")
            }
            #expect(names.contains(String(heading)), "\(link.0)")
        }
    }

    /// Lines without their indentation.
    private func bare(_ lines: [String]) -> String {
        "\n" + lines.map { $0.drop { $0 == " " } }.joined(separator: "\n") + "\n"
    }

    private func write(_ text: String, _ name: String, _ folder: DocumentFolder) throws {
        try Data(text.utf8).write(to: folder.url(name))
    }
}

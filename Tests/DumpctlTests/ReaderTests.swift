import Foundation
import Testing

/// The published files are read by programs of others.
@Suite(.timeLimit(.minutes(10)))
struct ReaderTests {
    static let project = DemoFarm.original.deletingLastPathComponent().deletingLastPathComponent()
    static let python = project.appendingPathComponent(".venv/bin/python").path
    static let hasReader = FileManager.default.isExecutableFile(atPath: python)
    /// Without a schema or xmllint the script ends with this status.
    static let hasSchema: Bool = {
        let sample = DemoFarm.original.appendingPathComponent("all.dblist").path
        return (try? Tool.run([validator, sample]))?.status != 77
    }()
    static let validator = project.appendingPathComponent("Scripts/validate-xml.sh").path

    /// Dumps a wiki and gives the folder of the run.
    static func dump(_ wiki: String, _ farm: DemoFarm) async throws -> URL {
        if wiki == "nordwiki" { return farm.url("public/nordwiki/20260102") }
        let outcome = try await farm.run("run", wiki, "--date", "20260102", "--quiet")
        #expect(outcome.status == 0, "\(outcome.error)")
        return farm.url("\(wiki == "boardwiki" ? "private" : "public")/\(wiki)/20260102")
    }

    static func files(_ folder: URL, _ suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(suffix) }.sorted()
    }

    @Test(.enabled(if: hasSchema, "xmllint or the export schema is missing"), arguments: DemoFarm.wikis)
    func theSchemaHolds(wiki: String) async throws {
        let farm = try await DemoFarm(dumped: ())
        defer { farm.remove() }
        let folder = try await Self.dump(wiki, farm)
        let files = try Self.files(folder, ".xml.gz") + Self.files(folder, ".xml.bz2")
        #expect(files.count == 8)
        let outcome = try await Tool.runAside([Self.validator] + files, in: folder)
        #expect(outcome.status == 0, "\(outcome.text)")
        for file in files { #expect(outcome.text.contains("valid: \(file)")) }
    }

    @Test(.enabled(if: hasReader, "mwxml is missing; `make test` installs it"), arguments: DemoFarm.wikis)
    func mwxmlReadsWhatTheDatabaseHolds(wiki: String) async throws {
        let farm = try await DemoFarm(dumped: ())
        defer { farm.remove() }
        let folder = try await Self.dump(wiki, farm)
        let files = try Self.files(folder, ".xml.gz") + Self.files(folder, ".xml.bz2")
        let script = Self.project.appendingPathComponent("Scripts/read_with_mwxml.py").path
        let outcome = try await Tool.runAside([Self.python, script] + files, in: folder)
        #expect(outcome.status == 0, "\(outcome.text)")
        var found: [String: [String: Any]] = [:]
        // Between the lines are remarks of mwxml on tags it does not know.
        for line in outcome.text.split(separator: "\n") where line.hasPrefix("{") {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let name = try #require(object["file"] as? String)
            found[String(name.drop { $0 != "-" }.dropFirst("-20260102-".count))] = object
            #expect(object["site"] as? String == wiki)
        }
        #expect(found.count == 8)
        let database = farm.url("wikis/\(wiki).sqlite")
        let pages = try Self.count(database, "select count(*) from page")
        let revisions = try Self.count(database, "select count(*) from revision join page on page_id = rev_page")
        let articles = try Self.count(
            database, "select count(*) from page where page_namespace % 2 = 0 and page_namespace <> 2")
        let redirects = try Self.count(database, "select count(*) from page where page_is_redirect")
        let log = try Self.count(database, "select count(*) from logging where log_type <> 'suppress'")
        func expect(_ file: String, _ key: String, _ value: Int, at location: SourceLocation = #_sourceLocation) {
            #expect(found[file]?[key] as? Int == value, "\(file)", sourceLocation: location)
        }
        for file in ["stub-meta-history.xml.gz", "pages-meta-history.xml.bz2"] {
            expect(file, "pages", pages)
            expect(file, "revisions", revisions)
            expect(file, "redirects", redirects)
        }
        for file in ["stub-meta-current.xml.gz", "pages-meta-current.xml.bz2"] {
            expect(file, "pages", pages)
            expect(file, "revisions", pages)
        }
        for file in ["stub-articles.xml.gz", "pages-articles.xml.bz2", "pages-articles-multistream.xml.bz2"] {
            expect(file, "pages", articles)
            expect(file, "revisions", articles)
        }
        expect("pages-logging.xml.gz", "logItems", log)
        #expect((found["pages-meta-history.xml.bz2"]?["textBytes"] as? Int ?? 0) > 0)
        #expect(
            found["pages-articles.xml.bz2"]?["textBytes"] as? Int
                == found["pages-articles-multistream.xml.bz2"]?["textBytes"] as? Int)
    }

    @Test func theChecksumListsHold() async throws {
        let farm = try await DemoFarm(dumped: ())
        defer { farm.remove() }
        let folder = farm.url("public/nordwiki/20260102")
        for kind in ["md5", "sha1", "sha256"] {
            let list = "nordwiki-20260102-\(kind)sums.txt"
            let outcome = try Tool.run(["\(kind)sum", "-c", list], in: folder)
            #expect(outcome.status == 0, "\(outcome.text)")
            #expect(outcome.text.split(separator: "\n").count == 34)
            for single in try Self.files(folder, ".txt") where single.hasPrefix("\(kind)sums-") {
                #expect(try Tool.run(["\(kind)sum", "-c", single], in: folder).status == 0, "\(single)")
            }
        }
    }

    @Test func systemToolsReadTheFiles() async throws {
        let farm = try await DemoFarm(dumped: ())
        defer { farm.remove() }
        #expect(try farm.incompleteFiles() == [])
        let folder = farm.url("public/nordwiki/20260102")
        let prefix = "nordwiki-20260102-"
        let plain = try Tool.run(["bzip2", "-dc", prefix + "pages-articles.xml.bz2"], in: folder).output
        let multistream = try Tool.run(["bzip2", "-dc", prefix + "pages-articles-multistream.xml.bz2"], in: folder)
        #expect(plain.count > 1000)
        #expect(plain == multistream.output)
        // Python's decompressor stops at the end of a first stream; the plain file has to be one.
        let program = """
            import bz2, sys
            d = bz2.BZ2Decompressor()
            data = d.decompress(open(sys.argv[1], 'rb').read())
            assert d.eof and not d.unused_data
            sys.stdout.buffer.write(data)
            """
        for name in ["articles", "meta-current", "meta-history"] {
            let file = "\(prefix)pages-\(name).xml.bz2"
            let read = try Tool.run(["python3", "-c", program, file], in: folder)
            #expect(read.status == 0, "\(read.text)")
            #expect(read.output == (try Tool.run(["bzip2", "-dc", file], in: folder).output))
        }
        let titles = try Tool.run(["gzip", "-dc", prefix + "all-titles.gz"], in: folder).text.split(separator: "\n")
        let pages = try Self.count(farm.url("wikis/nordwiki.sqlite"), "select count(*) from page")
        #expect(titles.count == pages + 1)
    }

    /// The number that a query of a database gives.
    static func count(_ database: URL, _ query: String) throws -> Int {
        let program = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])"
        let outcome = try Tool.run(["python3", "-c", program, database.path, query])
        return try #require(Int(outcome.text.trimmingCharacters(in: .whitespacesAndNewlines)), "\(outcome.text)")
    }
}

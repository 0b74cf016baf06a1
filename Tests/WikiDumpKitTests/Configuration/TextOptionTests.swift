import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct TextOptionTests {
    private let mariadb = """
        [source]
        contentsource=mariadb
        siteinfo=s.json
        databasehost=db1
        databasename={wiki}_main
        tableprefix=mw_
        [database]
        client_config_file=/etc/client.cnf

        """

    private func texts(_ lines: String, of wiki: String = "dewiki") throws -> TextSettings {
        let configuration = try FarmFixture().inspect(lines)
        #expect(!configuration.errors.contains { $0.contains("externalstores") || $0.contains("legacyencoding") })
        return configuration.settings(for: Sample.wiki(wiki)).source.texts
    }

    @Test func nothingIsSaid() throws {
        #expect(try texts("") == TextSettings())
    }

    @Test func storesOnServers() throws {
        let stores = try texts(
            mariadb + """
                [source]
                externalstores=
                    cluster1 host=es1 port=3307 database=es table=blobs_1
                    cluster2 host={wiki}.example.org table=blobs_2,
                    cluster3 socket=/run/es.sock
                    cluster4
                """
        ).externalStores
        let file = FilePath("/etc/client.cnf")
        #expect(
            stores == [
                "cluster1": ExternalStore(
                    database: .mariadb(MariaDBAddress(database: "es", host: "es1", port: 3307, optionFile: file)),
                    table: "blobs_1"),
                "cluster2": ExternalStore(
                    database: .mariadb(
                        MariaDBAddress(database: "dewiki_main", host: "dewiki.example.org", optionFile: file)),
                    table: "mw_blobs_2"),
                "cluster3": ExternalStore(
                    database: .mariadb(
                        MariaDBAddress(database: "dewiki_main", socket: "/run/es.sock", optionFile: file)),
                    table: "mw_blobs"),
                "cluster4": ExternalStore(
                    database: .mariadb(MariaDBAddress(database: "dewiki_main", host: "db1", optionFile: file)),
                    table: "mw_blobs"),
            ])
    }

    @Test func filesCountFromTheConfiguration() throws {
        let fixture = try FarmFixture()
        let configuration = try fixture.inspect("[source]\nexternalstores=es file=stores/{wiki}.sqlite table=b\n")
        let stores = configuration.settings(for: Sample.wiki("enwiki")).source.texts.externalStores
        #expect(
            stores == [
                "es": ExternalStore(database: .sqlite(fixture.path.appending("stores/enwiki.sqlite")), table: "b")
            ])
    }

    @Test func aWikiHasItsOwn() throws {
        let lines = """
            [source]
            legacyencoding=windows-1252
            contentformats=A=text/plain, B = application/json
            externalstores=es file=a.sqlite
            [dewiki]
            legacyencoding=windows-1251
            externalstores=other file=b.sqlite
            contentformats=
            """
        let (own, other) = (try texts(lines), try texts(lines, of: "enwiki"))
        #expect(own.legacyEncoding == "windows-1251" && other.legacyEncoding == "windows-1252")
        #expect(own.externalStores.keys.sorted() == ["other"] && other.externalStores.keys.sorted() == ["es"])
        #expect(own.contentFormats == [:] && other.contentFormats == ["A": "text/plain", "B": "application/json"])
    }

    @Test(arguments: [
        ("legacyencoding=windows-9999", "there is no encoding “windows-9999”"),
        ("externalstores=es fiel=a.sqlite", "did you mean file=…?"),
        ("externalstores=host=a", "does not begin with the name of a store"),
        ("externalstores=es port=high", "the port of es is not a port number: high"),
        ("externalstores=es file=a host=b", "es is both a file and on a server"),
        ("externalstores=es table=blobs", "nothing says where es is"),
        ("contentformats=MyModel", "“MyModel” is not a content model with its format"),
    ])
    func tellsNonsense(line: String, words: String) throws {
        for section in ["source", "dewiki"] {
            let errors = try FarmFixture().inspect("[\(section)]\n\(line)\n").errors
            #expect(
                errors.count == 1 && errors.allSatisfy { $0.contains(words) && $0.contains("my.conf:4") }, "\(errors)")
        }
    }
}

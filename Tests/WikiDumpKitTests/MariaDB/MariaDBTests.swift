import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// One test for all that needs a server: each would start one of its own.
@Suite struct MariaDBTests {
    private static let texts = [
        "stub-meta-history.xml.gz", "stub-meta-current.xml.gz", "stub-articles.xml.gz", "pages-articles.xml.bz2",
        "pages-meta-current.xml.bz2", "pages-meta-history.xml.bz2", "pages-logging.xml.gz",
        "pages-articles-multistream-index.txt.bz2", "all-titles.gz", "all-titles-in-ns0.gz",
    ]

    @Test func aServerInPlaceOfAFile() async throws {
        let server = try await MariaDBServer()
        for name in ["boardwiki", "nordwiki", "demowiki", "oddwiki"] { try await sameExports(name, server) }
        try await fewQueries(server)
        try await weightsByKey(server)
        try await smallChunks(server)
        try await oneInstant(server)
        try await tableTexts(server)
        try await otherVersions(server)
        try await hiddenEverywhere(server)
        try await errors(server)
        try await encrypted(server)
        try await killed(server)
        try await locked(server)
        try await interleaved(server)
        try await externalStore(server)
        try await largeNumbers(server)
    }

    /// What is made of the server has the bytes of what is made of the file.
    private func sameExports(_ name: String, _ server: MariaDBServer) async throws {
        let prefix = name == "nordwiki" ? "mw_" : ""
        let (own, other) = (try RunFixture(), try RunFixture())
        let file = try FixtureWiki(name, folder: own.farm.root)
        try await server.load(file, as: name, prefix: prefix)
        var wiki = try FixtureWiki(name, folder: other.farm.root)
        wiki.settings.source.kind = .mariadb
        wiki.settings.source.databasePath = ""
        wiki.settings.source.mariaDB = server.address(name)
        wiki.settings.source.tablePrefix = prefix
        let records = (
            try await file.dump(file.contentJobs, farm: own.farm),
            try await wiki.dump(wiki.contentJobs, farm: other.farm)
        )
        #expect(records.0.statuses == records.1.statuses)
        #expect(records.1.failures == 0, "\(name): \(records.1.messages)")
        for text in Self.texts {
            let (expected, found) = (try await file.text(text), try await wiki.text(text))
            if name == "oddwiki", text.hasPrefix("all-titles") {
                // SQLite puts a damaged title that is stored as bytes behind all that are stored as text.
                #expect(expected.split(separator: "\n").sorted() == found.split(separator: "\n").sorted())
            } else {
                #expect(expected == found, "\(name) \(text)")
            }
        }
        let snapshots = (try await file.contentSource().openSnapshot(), try await wiki.contentSource().openSnapshot())
        #expect(try await snapshots.0.counts() == snapshots.1.counts())
        #expect(try await snapshots.0.tableNames() == snapshots.1.tableNames())
        let audience = TableAudience.everybody(.withhold)
        for table in ["page", "category", "pagelinks", "user_groups"] {
            let counts = (
                try await snapshots.0.count(table: table, for: audience),
                try await snapshots.1.count(table: table, for: audience)
            )
            #expect(counts.0 == counts.1)
        }
        await snapshots.0.close()
        await snapshots.1.close()
        #expect(await dumpError { _ = try await snapshots.1.counts() }?.message.contains("was closed") == true)
    }

    /// Redirects come with their pages, and texts many at a time.
    private func fewQueries(_ server: MariaDBServer) async throws {
        let fixture = try RunFixture()
        var wiki = try FixtureWiki("demowiki", folder: fixture.farm.root)
        wiki.settings.source.kind = .mariadb
        wiki.settings.source.databasePath = ""
        wiki.settings.source.mariaDB = server.address("demowiki")
        let before = try server.queries().count
        let record = try await wiki.dump(
            wiki.contentJobs.filter { $0.name == "metahistorybz2dump" }, farm: fixture.farm)
        #expect(record.failures == 0, "\(record.messages)")
        let asked = try server.queries().dropFirst(before)
        let texts = asked.count { $0.contains("FROM text") }
        let revisions = Int(record.jobs.first?.files.first?.evidence?.found.revisions?.count ?? 0)
        #expect(revisions >= 150 && texts >= 1 && texts <= revisions / 32 + 2, "\(texts) for \(revisions)")
        #expect(asked.count { $0.contains("redirect ") } == 1, "\(asked)")
    }

    /// The revisions of a page are found by a key, whatever the statistics of the server make of it.
    private func weightsByKey(_ server: MariaDBServer) async throws {
        let before = try server.queries().count
        let snapshot = try await source("demowiki", server).openSnapshot()
        #expect(try await snapshot.counts(of: 1..<1000).revisions > 100)
        await snapshot.close()
        let asked = try server.queries().dropFirst(before)
        #expect(asked.contains { $0.contains("revision FORCE INDEX (`rev_page") }, "\(asked)")
    }

    private func source(_ name: String, _ server: MariaDBServer) throws -> MariaDBContentSource {
        let wiki = try FixtureWiki(name, folder: server.folder)
        return MariaDBContentSource(
            address: server.address(name),
            inquiry: WikiFacts(
                siteInfo: try SiteInfoFile(wiki.settings.source.siteInfoPath).ask().siteInfo))
    }

    private func revisions(_ snapshot: any ContentSnapshot, _ selection: RevisionSelection) async throws -> [Int64] {
        var found: [Int64] = []
        let cursor = try await snapshot.revisions(selection)
        while let batch = try await cursor.next() { found += batch.runs.flatMap(\.revisions).map(\.id) }
        return found
    }

    /// Texts of a store on a server, many at a time.
    private func externalStore(_ server: MariaDBServer) async throws {
        try await server.run("CREATE DATABASE es1")
        try await server.run("CREATE TABLE blobs_1 (blob_id BIGINT PRIMARY KEY, blob_text LONGBLOB)", in: "es1")
        try await server.run(
            "INSERT INTO blobs_1 SELECT old_id + 1000, old_text FROM nordwiki.mw_text", in: "es1")
        try await server.run(
            """
            UPDATE mw_text SET old_text = CONCAT('DB://cluster1/', old_id + 1000),
                old_flags = TRIM(LEADING ',' FROM CONCAT(old_flags, ',external'))
            """, in: "nordwiki")
        let fixture = try RunFixture()
        let file = try FixtureWiki("nordwiki", folder: fixture.farm.root)
        let expected = try await file.contentSource().openSnapshot()
        var source = try source("nordwiki", server)
        source = MariaDBContentSource(address: source.address, inquiry: source.inquiry, tablePrefix: "mw_")
        source.texts.externalStores = [
            "cluster1": ExternalStore(database: .mariadb(server.address("es1")), table: "blobs_1")
        ]
        try await lostStore(source.texts, server)
        let found = try await source.openSnapshot()
        let selection = RevisionSelection(extent: .all, includesText: true)
        let before = try server.queries().count
        let texts = try await texts(found, selection)
        #expect(try await self.texts(expected, selection) == texts && texts.count > 10)
        let asked = try server.queries().dropFirst(before).count { $0.contains("blob_id") }
        #expect(asked >= 1 && asked <= texts.count / 32 + 2, "\(asked) for \(texts.count)")
        await found.close()
        await expected.close()
    }

    /// A connection that the server closes is made anew.
    private func lostStore(_ settings: TextSettings, _ server: MariaDBServer) async throws {
        let stores = ExternalStores(settings.externalStores)
        func count() throws -> Int {
            var found = 0
            try unsafe stores.read("cluster1", Array(1000..<1040)) { _, _ in found += 1 }
            return found
        }
        func connections() throws -> Int {
            try server.queries().count { $0.contains("Connect") && $0.contains("es1") }
        }
        let before = try connections()
        let first = try count()
        #expect(first > 10)
        try await server.run(
            """
            SELECT CONCAT('KILL ', ID) INTO @kill FROM information_schema.PROCESSLIST WHERE DB = 'es1';
            EXECUTE IMMEDIATE @kill
            """)
        #expect(try count() == first)
        #expect(try connections() == before + 2)
    }

    private func texts(_ snapshot: any ContentSnapshot, _ selection: RevisionSelection) async throws -> [[UInt8]?] {
        var found: [[UInt8]?] = []
        let cursor = try await snapshot.revisions(selection)
        while let batch = try await cursor.next() { found += batch.runs.flatMap(\.revisions).map(\.main.text) }
        return found
    }

    private func smallChunks(_ server: MariaDBServer) async throws {
        var source = try source("demowiki", server)
        let whole = try await source.openSnapshot()
        source.chunkLimit = 5
        let pieces = try await source.openSnapshot()
        for extent in [RevisionSelection.Extent.all, .current] {
            for pages in [nil, 3..<40, 10_000..<20_000] as [Range<Int64>?] {
                let selection = RevisionSelection(extent: extent, includesText: false, pages: pages)
                let expected = try await revisions(whole, selection)
                #expect(try await revisions(pieces, selection) == expected, "\(selection)")
                #expect(expected.isEmpty == (pages == 10_000..<20_000))
            }
        }
        await whole.close()
        await pieces.close()
    }

    /// The forms of other versions give the bytes that PHP wrote.
    private func otherVersions(_ server: MariaDBServer) async throws {
        let wiki = GoldenWiki(name: "oddwiki")
        let file = try FixtureWiki(wiki.name, folder: server.folder)
        // Each way of reading once; each database takes a second to load.
        for versions in ["1.31 to 1.34", "1.38, half migrated", "1.40, half migrated", "1.46 and later"] {
            let form = try #require(SchemaForm.all.first { $0.versions == versions })
            let database = "odd\(versions.prefix(4))"
            try await server.load(file, as: database)
            try await server.run(form.sql, in: database)
            let snapshot = try await MariaDBContentSource(
                address: server.address(database), inquiry: wiki.facts()
            ).openSnapshot()
            for style in [ExportStyle.stub, .pages] { try await wiki.comparePages(snapshot, style, form) }
            try await wiki.compareLog(snapshot, form)
            await snapshot.close()
        }
    }

    private func oneInstant(_ server: MariaDBServer) async throws {
        let snapshot = try await source("boardwiki", server).openSnapshot()
        try await server.run(
            "UPDATE page SET page_title = CONCAT(page_title, '_renamed'); DELETE FROM logging", in: "boardwiki")
        let before = try await snapshot.counts()
        #expect(before.logEntries > 0)
        var titles: [PageTitle] = []
        let cursor = try await snapshot.titles(namespace: nil)
        while let more = try await cursor.next() { titles += more }
        #expect(!titles.contains { $0.title.suffix(8) == Array("_renamed".utf8)[...] } && !titles.isEmpty)
        let later = try await source("boardwiki", server).openSnapshot()
        #expect(try await later.counts().logEntries == 0)
        await snapshot.close()
        await later.close()
    }

    /// What is hidden from the public is not in the tables of a server either.
    private func hiddenEverywhere(_ server: MariaDBServer) async throws {
        let fixture = try RunFixture()
        var hidden = try HiddenWiki(folder: fixture.farm.root)
        try await server.load(hidden.wiki, as: "hidden", prefix: "mw_")
        hidden.wiki.settings.source.kind = .mariadb
        hidden.wiki.settings.source.databasePath = ""
        hidden.wiki.settings.source.mariaDB = server.address("hidden")
        hidden.wiki.settings.source.tablePrefix = "mw_"
        let record = try await hidden.wiki.dump(hidden.wiki.contentJobs, farm: fixture.farm)
        try HiddenEverywhereTests.check(record, hidden)
    }

    private func errors(_ server: MariaDBServer) async throws {
        func message(_ address: MariaDBAddress) -> DumpError? { dumpError { _ = try MariaDBConnection(address) } }
        let unknown = message(server.address("nosuchwiki"))
        #expect(unknown?.code == .source)
        #expect(unknown?.description.contains("there is no database nosuchwiki on \(server.socket)") == true)
        #expect(unknown?.remedy.contains("databasename in [source]") == true)
        let away = message(MariaDBAddress(database: "demowiki", socket: server.folder.appending("nosuchsocket")))
        #expect(away?.message.contains("cannot reach \(server.folder)/nosuchsocket") == true)
        #expect(away?.remedy.contains("databasesocket") == true)
        var address = server.address("demowiki")
        address.optionFile = server.folder.appending("absent.cnf")
        #expect(message(address)?.description.contains("client_config_file in [database]") == true)
        // What the option file says is used, and its password shows nowhere.
        let file = server.folder.appending("client.cnf")
        try fileSystem.write(
            Array("[client]\nsocket=\(server.folder)/elsewhere\npassword=geheim\n".utf8), to: file, permissions: 0o600)
        let other = message(MariaDBAddress(database: "demowiki", optionFile: file))
        #expect(other?.description.contains("elsewhere") == true, "\(String(describing: other))")
        #expect(other?.description.contains("geheim") == false)
        var prefixed = try source("demowiki", server)
        prefixed = MariaDBContentSource(address: prefixed.address, inquiry: prefixed.inquiry, tablePrefix: "absent_")
        let schema = await dumpError { _ = try await prefixed.openSnapshot() }
        #expect(schema?.code == .schema && schema?.remedy.contains("tableprefix") == true)
        #expect(try server.queries().contains { $0.contains("CONSISTENT SNAPSHOT, READ ONLY") })
    }

    /// TLS is used where the server offers it, and what the option file says of it holds.
    private func encrypted(_ server: MariaDBServer) async throws {
        #expect(try MariaDBConnection(server.address("demowiki")).cipher?.hasPrefix("TLS_") == true)
        let file = server.folder.appending("tls.cnf")
        var address = server.address("demowiki")
        address.optionFile = file
        try fileSystem.write(Array("[client]\nssl-ca=\(server.folder)/cert.pem\n".utf8), to: file, permissions: 0o600)
        #expect(try MariaDBConnection(address).cipher != nil)
        try fileSystem.write(Array("[client]\nssl-ca=\(server.folder)/key.pem\n".utf8), to: file, permissions: 0o600)
        let error = dumpError { _ = try MariaDBConnection(address) }
        #expect(error?.message.contains("cannot encrypt the connection to \(server.socket)") == true)
        #expect(error?.code == .source && error?.remedy.contains("ssl-ca") == true)
        let lines: [String: Bool] = [
            "skip-ssl": true, "ssl=0": true, "disable_ssl": true, "ssl = OFF\nuser=x": true, "ssl": false,
            "ssl=1": false,
            "skip-ssl=0": false, "#skip-ssl": false, "[mysqld]\nskip-ssl": false,
            "[mysqld]\n[client-mariadb]\nskip-ssl": true,
        ]
        for (text, refuses) in lines {
            #expect(MariaDBOptionFile(text: "[client]\n\(text)\n").refusesTLS == refuses, "\(text)")
        }
        try fileSystem.write(Array("[client]\nskip-ssl\n".utf8), to: file, permissions: 0o600)
        #expect(try MariaDBConnection(address).cipher == nil)
        // Who must use TLS is told so where there is none.
        let refusal = DumpError.mariadb(code: 1045, message: "Access denied", address: address).withoutTLS(address)
        #expect(refusal.message.contains("REQUIRE SSL") && refusal.remedy.contains("user and password"))
        #expect(DumpError.mariadb(code: 3159, message: "x", address: address).message.contains("requires TLS"))
    }

    /// A connection that is killed may be made again; the snapshot is gone.
    private func killed(_ server: MariaDBServer) async throws {
        let source = try source("demowiki", server)
        let snapshot = try await source.openSnapshot()
        _ = try await snapshot.counts()
        try await server.run(
            """
            SELECT GROUP_CONCAT('KILL ', ID SEPARATOR ';') INTO @kill FROM information_schema.PROCESSLIST
            WHERE DB = 'demowiki'; EXECUTE IMMEDIATE @kill
            """)
        #expect(await dumpError { _ = try await snapshot.counts() }?.code == .unavailable)
        await snapshot.close()
        let next = try await source.openSnapshot()
        #expect(try await next.counts().pages > 0)
        await next.close()
    }

    /// A table that somebody changes is waited for, not in silence, and not for ever.
    private func locked(_ server: MariaDBServer) async throws {
        var impatient = try self.source("demowiki", server)
        impatient.lockLimit = 2
        let source = impatient
        #expect(await source.obstacle() == nil)
        async let holder: Void = server.run("LOCK TABLES slots WRITE; SELECT SLEEP(600)", in: "demowiki")
        while try !server.queries().contains(where: { $0.contains("SLEEP(600)") }) {
            try await Task.sleep(for: .milliseconds(20))
        }
        async let failure = dumpError {
            let cursor = try await source.openSnapshot().revisions(
                RevisionSelection(extent: .all, includesText: false))
            while try await cursor.next() != nil {}
        }
        var obstacle: String?
        for _ in 0..<100 where obstacle == nil {
            obstacle = await source.obstacle()
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(obstacle?.hasPrefix("demowiki on \(server.socket): waiting for table metadata lock") == true)
        let error = await failure
        #expect(
            error?.code == .unavailable && error?.message.contains("is locked") == true, "\(String(describing: error))")
        try await server.run(
            """
            SELECT GROUP_CONCAT('KILL ', ID SEPARATOR ';') INTO @kill FROM information_schema.PROCESSLIST
            WHERE INFO LIKE '%SLEEP(600)%' AND ID <> CONNECTION_ID(); EXECUTE IMMEDIATE @kill
            """)
        try? await holder
    }

    /// Statements that take turns do not disturb each other.
    private func interleaved(_ server: MariaDBServer) async throws {
        let connection = try MariaDBConnection(server.address("demowiki"))
        let tables = MariaDBTables(connection: connection, dialect: TableDialect(kind: .mariadb))
        let outer = try tables.statement(
            "SELECT page_id, page_title, NULL FROM page WHERE page_id >= ?1 ORDER BY page_id")
        let inner = try tables.statement("SELECT page_title, ? + ?2 FROM page WHERE page_id = ?1")
        outer.bind([2])
        var count: Int64 = 0
        while try outer.step() {
            let (id, title) = (outer.int(0), outer.bytes(1))
            inner.bind([id, -5])
            #expect(try inner.step())
            #expect(inner.bytes(0) == title && inner.int(1) == id - 5)
            #expect(try !inner.step())
            #expect(outer.int(0) == id && outer.bytes(1) == title && outer.isNull(2) && !outer.isNull(1))
            count += 1
        }
        #expect(try count == tables.number("SELECT count(*) FROM page WHERE page_id >= 2"))
        #expect(count > 10)
        let faulty = try tables.statement("SELECT nothing FROM page")
        faulty.bind(EmptyCollection())
        #expect(dumpError { _ = try faulty.step() }?.code == .schema)
        #expect(try tables.number("SELECT -7") == -7)
    }
}

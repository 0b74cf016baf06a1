import Foundation
import Testing

/// What nobody may see is planted in wikis, and searched for in every byte that everybody can read.
@Suite(.timeLimit(.minutes(10)))
struct SecretsTests {
    /// Words that a hidden thing of each kind has, and of which no trace may be left.
    static let planted = [
        "Zqhiddentextzq", "Zqhiddencurrentzq", "Zqhiddencommentzq", "Zqhiddenuserzq", "Zqsuppressedlogzq",
        "Zqlogcommentzq", "Zqloguserzq", "Zqlogtitlezq", "Zqpasswordzq", "Zqemailzq", "Zqprivatewikizq",
        "Zqprivatetitlezq", "zqsecretjob", "Zqredirectzq",
    ]
    static let hiddenText = String(repeating: "Zqhiddentextzq ", count: 87) + "of 1323 bytes."

    static let plant = """
        INSERT INTO actor VALUES (901, NULL, 'Zqhiddenuserzq'), (902, NULL, 'Zqloguserzq');
        INSERT INTO comment VALUES (901, 0, 'Zqhiddencommentzq', NULL), (902, 0, 'Zqlogcommentzq', NULL);
        -- An old revision with everything hidden.
        INSERT INTO text VALUES (901, '\(hiddenText)', 'utf-8'), (902, 'Zqhiddencurrentzq', 'utf-8');
        INSERT INTO content VALUES (901, \(hiddenText.utf8.count), 'zqsumzqsumzqsum1', 1, 'tt:901');
        INSERT INTO content VALUES (902, 17, 'zqsumzqsumzqsum2', 1, 'tt:902');
        UPDATE slots SET slot_content_id = 901 WHERE slot_revision_id = 2;
        UPDATE revision SET rev_deleted = 7, rev_actor = 901, rev_len = \(hiddenText.utf8.count) WHERE rev_id = 2;
        UPDATE revision_comment_temp SET revcomment_comment_id = 901 WHERE revcomment_rev = 2;
        -- A current revision whose text is hidden, a redirect whose target it gives away.
        UPDATE slots SET slot_content_id = 902 WHERE slot_revision_id = 7;
        UPDATE revision SET rev_deleted = 9 WHERE rev_id = 7;
        UPDATE page SET page_is_redirect = 1 WHERE page_latest = 7;
        INSERT OR REPLACE INTO redirect SELECT page_id, 0, 'Zqredirectzq', '', '' FROM page WHERE page_latest = 7;
        -- Log entries: one suppressed as a whole, one with every part hidden.
        INSERT INTO logging (log_id, log_type, log_action, log_timestamp, log_actor, log_namespace, log_title, log_page,
            log_comment_id, log_params, log_deleted)
        VALUES (9001, 'suppress', 'block', '20240102030405', 902, 2, 'Zqsuppressedlogzq', 0, 902, 'Zqlogtitlezq', 0),
            (9002, 'move', 'move', '20240102030405', 902, 0, 'Zqlogtitlezq', 0, 902, 'Zqlogtitlezq', 7),
            (9003, 'spamblacklist', 'hit', '20240102030405', 902, 0, 'Zqsuppressedlogzq', 0, 902, 'Zqlogtitlezq', 0);
        UPDATE user SET user_password = 'Zqpasswordzq', user_email = 'Zqemailzq' WHERE user_id = 1;
        """

    /// All bytes of a file, decoded if it is compressed.
    private func decoded(_ name: String, _ bytes: Data, _ farm: DemoFarm) throws -> Data {
        let tool = name.hasSuffix(".gz") ? "gzip" : name.hasSuffix(".bz2") ? "bzip2" : nil
        guard let tool, !bytes.starts(with: Data("-> ".utf8)) else { return bytes }
        let outcome = try Tool.run([tool, "-dc", farm.url("public/\(name)").path])
        #expect(outcome.status == 0, "\(name)")
        return outcome.output
    }

    @Test func noPublicByteTellsASecret() async throws {
        let farm = try DemoFarm()
        defer { farm.remove() }
        try Tool.change(farm.url("wikis/nordwiki.sqlite"), Self.plant)
        try Tool.change(
            farm.url("wikis/boardwiki.sqlite"),
            """
            UPDATE text SET old_text = 'Zqprivatewikizq', old_flags = 'utf-8';
            UPDATE page SET page_title = 'Zqprivatetitlezq' WHERE page_id = 2;
            """)
        try Data("boardwiki\n".utf8).write(to: farm.url("private.dblist"))
        try Data(
            """
            tables:
                page:
                  job: page
                  description: Pages
                user:
                  job: user
                  description: Users
                  type: private
            """.utf8
        ).write(to: farm.url("tables.yaml"))
        try Data(
            """
            jobs:
              - name: zqsecretjob
                title: zqsecretjob
                command: [/bin/echo, zqsecretjob]
                outputs: [zqsecretjob.txt]
                private: true
            """.utf8
        ).write(to: farm.url("jobs.yaml"))
        let configuration = try farm.text("wikidump.conf").replacing(
            "[wiki]\n", with: "[wiki]\ntablejobs=tables.yaml\ncustomjobs=jobs.yaml\n")
        try Data(configuration.utf8).write(to: farm.url("wikidump.conf"))

        for wiki in ["nordwiki", "boardwiki"] {
            let outcome = try await farm.run("run", wiki, "--date", "20260102", "--quiet")
            #expect(outcome.status == 0, "\(outcome.error)")
        }
        #expect(try await farm.run("monitor").status == 0)

        // The secrets were read, or this test would prove nothing.
        let users = try Tool.run(
            ["gzip", "-dc", farm.url("private/nordwiki/20260102/nordwiki-20260102-user.sql.gz").path])
        #expect(users.text.contains("Zqpasswordzq"))
        #expect(farm.names("private/nordwiki/20260102").contains("nordwiki-20260102-zqsecretjob.txt"))
        #expect(farm.names("private/boardwiki/20260102").contains("boardwiki-20260102-pages-articles.xml.bz2"))

        var searched = 0
        for (name, bytes) in farm.contents("public") {
            let text = try decoded(name, bytes, farm)
            searched += text.count
            for secret in Self.planted {
                let found = text.range(of: Data(secret.utf8)) != nil || name.contains(secret)
                #expect(!found, "\(secret) in \(name)")
            }
            // Neither length nor sum of hidden texts.
            guard name.contains("stub") || name.contains("pages-") || name.hasSuffix(".certificate.json") else {
                continue
            }
            for trace in [
                "bytes=\"\(Self.hiddenText.utf8.count)\"", "zqsumzqsumzqsum", "tt:901", "tt:902", "bytes=\"17\"",
            ] {
                #expect(text.range(of: Data(trace.utf8)) == nil, "\(trace) in \(name)")
            }
        }
        #expect(searched > 100_000)
        // Of a private wiki the public index has the name and the state, its JSON nothing at all.
        let index = try farm.text("public/index.html")
        #expect(index.contains("boardwiki") && !index.contains("boardwiki/20260102"))
        for name in ["index.json", "status.json", "atom.xml", "feed.json", "sitemap.xml"] {
            #expect(try !farm.text("public/\(name)").contains("boardwiki"), "\(name)")
        }
        #expect(!farm.names("public").contains("boardwiki"))
    }
}

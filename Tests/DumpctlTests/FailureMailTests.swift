import Foundation
import Testing

/// Failures are told by mail, and runs have a log.
@Suite(.timeLimit(.minutes(10)))
final class FailureMailTests {
    let farm: DemoFarm

    init() throws {
        farm = try DemoFarm()
        let text = try farm.text("wikidump.conf").replacing("adminmail=nomail\n", with: "")
        try Data(text.utf8).write(to: farm.url("wikidump.conf"))
        try farm.setJobs(
            "- {name: bad, title: T, command: [/usr/bin/false, --flag], outputs: [bad.txt]}\n"
                + "  - {name: good, title: T, command: [/bin/echo, good], outputs: [good.txt]}")
    }

    deinit { farm.remove() }

    func run(_ words: String) async throws -> Dumpctl.Outcome {
        try await farm.run(["run"] + words.split(separator: " ").map(String.init))
    }

    /// A mail server that keeps what it is sent in a folder, a file for each message.
    final class Server {
        let process = Process()
        let folder: URL

        init(in farm: DemoFarm) throws {
            folder = farm.url("mail")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let program = """
                import os, socket, sys, threading
                folder = sys.argv[1]
                server = socket.create_server(("127.0.0.1", 0))
                def put(name, text):
                    with open(folder + "/." + name, "w", newline="") as f: f.write(text)
                    os.rename(folder + "/." + name, folder + "/" + name)
                def serve(c, number):
                    f = c.makefile("rwb", buffering=0)
                    def say(text): f.write(text.encode() + b"\\r\\n")
                    say("220 test")
                    talk = ""
                    while True:
                        line = f.readline().decode().rstrip("\\r\\n")
                        talk += line + "\\n"
                        word = line.split(" ")[0].upper()
                        if word == "EHLO": say("250-test"); say("250 AUTH PLAIN")
                        elif word == "AUTH":
                            if len(line.split(" ")) < 3:
                                say("334 ")
                                talk += f.readline().decode()
                            say("235 yes")
                        elif word == "DATA":
                            say("354 go on")
                            data = b""
                            while not data.endswith(b"\\r\\n.\\r\\n"): data += f.readline()
                            put("message-%d" % number, talk + data.decode())
                            say("250 kept")
                        elif word == "QUIT" or not line: say("221 bye"); return
                        else: say("250 well")
                put("port", str(server.getsockname()[1]))
                number = 0
                while True:
                    number += 1
                    threading.Thread(target=serve, args=(server.accept()[0], number), daemon=True).start()
                """
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["python3", "-c", program, folder.path]
            // What it inherited would be kept open if it outlived the tests.
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        deinit { kill(process.processIdentifier, SIGKILL) }

        func port() async throws -> Int {
            let file = folder.appendingPathComponent("port")
            while !FileManager.default.fileExists(atPath: file.path), process.isRunning {
                try await Task.sleep(for: .seconds(0.02))
            }
            return try #require(Int(String(contentsOf: file, encoding: .utf8)))
        }

        var messages: [String] {
            get throws {
                try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("message-") }
                    .sorted().map { name in
                        // In place of String(contentsOf:), which takes CR and LF for one character later on.
                        String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
                    }
            }
        }
    }

    /// A run that cannot begin has no folder, and is told all the same: once a day.
    @Test func aRefusedRunIsMailedOnce() async throws {
        let server = try Server(in: farm)
        try farm.addOption("smtpserver=127.0.0.1:\(try await server.port())", to: "reporting")
        try farm.addOption("adminmail=ops@example.org", to: "reporting")
        try FileManager.default.removeItem(at: farm.url("wikis/nordwiki.sqlite"))
        for _ in 0..<2 { #expect(try await run("nordwiki --date 20260102 --log").status == 1) }
        let mails = try server.messages
        #expect(mails.count == 1)
        let mail = try #require(mails.first)
        #expect(mail.components(separatedBy: "there is no database").count == 3, "the reason, and the log: \(mail)")
        #expect(mail.contains("The run:\r\n") && mail.contains("run --configfile \(farm.url("wikidump.conf").path)"))
        #expect(!mail.contains("localhost:8080"), "no page was made")
        #expect(!farm.names("public").contains("nordwiki"))
        #expect(
            farm.names("private/nordwiki").filter { !$0.hasPrefix(".") } == [
                "attempts.txt", "dumplog.txt", "mailed.txt",
            ])
        #expect(try farm.text("private/nordwiki/dumplog.txt").contains("there is no database"))
        #expect(try await run("nordwiki --date 20260103").status == 1)
        #expect(try server.messages.count == 2)
    }

    /// A run that is done but lacks items is told once as well, with a command that works from any folder.
    @Test func damageIsMailedOnce() async throws {
        let server = try Server(in: farm)
        try farm.addOption("smtpserver=127.0.0.1:\(try await server.port())", to: "reporting")
        try farm.addOption("adminmail=ops@example.org", to: "reporting")
        let remove = """
            DELETE FROM text WHERE old_id = (SELECT CAST(substr(content_address, 4) AS INTEGER) FROM content
            JOIN slots ON slot_content_id = content_id JOIN page ON page_latest = slot_revision_id LIMIT 1);
            """
        try Tool.change(farm.url("wikis/nordwiki.sqlite"), remove)
        for _ in 0..<2 {
            #expect(try await run("nordwiki --date 20260102 --job xmlstubsdump,articlesdump").status == 5)
        }
        let mails = try server.messages
        #expect(mails.count == 1)
        let mail = try #require(mails.first)
        #expect(mail.contains("Subject: Items missing from the dump of nordwiki\r\n"), "\(mail)")
        #expect(mail.contains("articlesdump lacks 1"), "\(mail)")
        #expect(mail.contains("--configfile \(farm.url("wikidump.conf").path)"), "\(mail)")
        let sent = try await farm.run("mail", "--test")
        #expect(sent.status == 0 && sent.output.hasPrefix("sent to ops@example.org, by 127.0.0.1:"), "\(sent.error)")
        #expect(try server.messages.count == 2)
    }

    @Test func aFailureIsMailedOnce() async throws {
        let server = try Server(in: farm)
        try farm.addOption("smtpserver=127.0.0.1:\(try await server.port())", to: "reporting")
        try farm.addOption("adminmail=ops@example.org, other@example.org", to: "reporting")
        try farm.addOption("mailfrom=dumps@example.org", to: "reporting")
        let outcome = try await run("nordwiki --date 20260102 --job good,bad")
        #expect(outcome.status == 1)
        let mails = try server.messages
        #expect(mails.count == 1, "\(outcome.error)")
        let mail = try #require(mails.first)
        for part in [
            "MAIL FROM:<dumps@example.org>", "RCPT TO:<ops@example.org>", "RCPT TO:<other@example.org>",
            "Subject: Dump failure for nordwiki\r\n", "The dump of nordwiki of 2026-01-02 failed.", "Job bad:\r\n",
            "exit status 1", "http://localhost:8080/nordwiki/20260102/",
            "dumpctl run --configfile \(farm.url("wikidump.conf").path) --date 20260102 --job good,bad --skipdone nordwiki",
            "The end of the log:", "bad: started",
        ] { #expect(mail.contains(part), "\(part) in \(mail)") }
        #expect(!mail.contains("Job good"))

        #expect(try await run("nordwiki --date 20260102 --job bad").status == 1)
        #expect(try server.messages.count == 1, "the same failure of the same run is told once")
        #expect(try await run("nordwiki --date 20260102 --job good").status == 0)
        #expect(try server.messages.count == 1, "a run that is asked for something else tells nothing of old failures")
        #expect(try await run("nordwiki --date 20260103 --job bad").status == 1)
        #expect(try server.messages.count == 2)
        // A private wiki has no page that the mail could name.
        #expect(try await run("boardwiki --date 20260102 --job bad").status == 1)
        #expect(try server.messages.last?.contains("Its page") == false)
        try Data("no database".utf8).write(to: farm.url("wikis/demowiki.sqlite"))
        #expect(try await run("demowiki --date 20260102").status == 1)
        #expect(try server.messages.last?.contains("demowiki.sqlite") == true)
        // Nothing of this is a failure of a dump.
        #expect(try await run("nordwiki --job nosuch").status == 2)
        #expect(try await run("nordwiki --date 20260102 --job good --skipdone").status == 10)
        #expect(try server.messages.count == 4)
    }

    @Test func passwordsAreReadFromAFileAndNeverShown() async throws {
        let server = try Server(in: farm)
        try farm.addOption("smtpserver=smtp://127.0.0.1:\(try await server.port())", to: "reporting")
        try Data("machine 127.0.0.1 login dumper password hush-hush\n".utf8).write(to: farm.url("netrc"))
        try farm.addOption("smtpcredentials=netrc", to: "reporting")
        try farm.addOption("adminmail=root@localhost", to: "reporting")
        let outcome = try await run("nordwiki --date 20260102 --job bad --log --verbose")
        #expect(outcome.status == 1)
        let mail = try #require(try server.messages.first)
        #expect(mail.contains(Data("\0dumper\0hush-hush".utf8).base64EncodedString()), "\(mail)")
        #expect(!mail.contains("hush-hush") && !outcome.error.contains("hush-hush"))
        for (path, data) in farm.contents("private").merging(farm.contents("public"), uniquingKeysWith: { a, _ in a }) {
            #expect(!String(decoding: data, as: UTF8.self).contains("hush-hush"), "\(path)")
        }
    }

    @Test func aProgramCanTakeTheMail() async throws {
        let program = """
            #!/usr/bin/env python3
            import sys
            open("\(farm.url("sent").path)", "a").write(repr(sys.argv[1:]) + "\\n" + sys.stdin.read())
            """
        try Data(program.utf8).write(to: farm.url("sendmail"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: farm.url("sendmail").path)
        try farm.addOption("smtpserver=\(farm.url("sendmail").path)", to: "reporting")
        try farm.addOption("mailfrom=dumps@example.org", to: "reporting")
        try farm.addOption("adminmail=root@localhost", to: "reporting")
        #expect(try await run("nordwiki --date 20260102 --job bad --quiet").status == 1)
        let sent = try farm.text("sent")
        #expect(sent.hasPrefix("['-i', '-f', 'dumps@example.org', '--', 'root@localhost']\n"), "\(sent)")
        #expect(sent.contains("Subject: Dump failure for nordwiki\n") && !sent.contains("\r"))
    }

    @Test func mailThatCannotBeSentChangesNothing() async throws {
        try farm.addOption("smtpserver=\(farm.url("nowhere").path)", to: "reporting")
        try farm.addOption("adminmail=root@localhost", to: "reporting")
        let outcome = try await run("nordwiki --date 20260102 --job bad,good")
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("cannot send mail"), "\(outcome.error)")
        #expect(try farm.statuses("public/nordwiki/20260102")["good"] == "done")
        let text = try farm.text("wikidump.conf").replacing("adminmail=root@localhost\n", with: "")
        try Data(text.utf8).write(to: farm.url("wikidump.conf"))
        let silent = try await run("nordwiki --date 20260103 --job bad")
        #expect(silent.status == 1 && !silent.error.contains("mail"), "\(silent.error)")
    }

    @Test func theLogHasEverythingThatWasSaid() async throws {
        try farm.addOption("adminmail=nomail", to: "reporting")
        let without = try await run("nordwiki --date 20260102 --job good --quiet")
        #expect(without.status == 0)
        #expect(!farm.names("private/nordwiki/20260102").contains("dumplog.txt"))
        let outcome = try await run("nordwiki --date 20260102 --job good,bad --log --quiet")
        #expect(outcome.status == 1)
        let path = "private/nordwiki/20260102/dumplog.txt"
        let log = try farm.text(path)
        for line in log.split(separator: "\n") {
            #expect(line.wholeMatch(of: /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: .*/) != nil, "\(line)")
        }
        for part in [
            "nordwiki run of 2026-01-02: 2 jobs", "good: started", "/bin/echo good", "/usr/bin/false --flag",
            "ended with exit status 1", "bad: ", "exit status 1: nordwiki 2026-01-02: bad failed",
        ] { #expect(log.contains(part), "\(part) in \(log)") }
        let mode = try FileManager.default.attributesOfItem(atPath: farm.url(path).path)[.posixPermissions] as? Int
        #expect(mode == 0o640)
        for (name, data) in farm.contents("public") {
            #expect(!name.contains("log.txt") && !String(decoding: data, as: UTF8.self).contains("dumplog"), "\(name)")
        }
        try farm.addOption("logfile=other.log", to: "output")
        #expect(try await run("nordwiki --date 20260102 --job good --log --quiet").status == 0)
        #expect(try farm.text(path) == log)
        let other = try farm.text("private/nordwiki/20260102/other.log")
        #expect(try await run("nordwiki --date 20260102 --job good --log --quiet").status == 0)
        let both = try farm.text("private/nordwiki/20260102/other.log")
        #expect(both.hasPrefix(other) && both.utf8.count > other.utf8.count, "a later run adds to it")
    }
}

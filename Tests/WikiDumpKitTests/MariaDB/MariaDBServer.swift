import Foundation
import SystemPackage
import Testing

@testable import WikiDumpKit

/// A MariaDB server of a test: its own data, a socket in its own folder, TLS with a certificate of its own, no network. It
/// ends with the value.
final class MariaDBServer: Sendable {
    let folder: FilePath
    private let process = Process()

    init() async throws {
        // The path of a socket must be short.
        folder = FilePath("/tmp").appending("mdb-\(String(UInt32.random(in: 0 ... .max), radix: 36))")
        try fileSystem.makeDirectory(folder.appending("data"), permissions: 0o700)
        _ = try await CommandRunner().run(
            Invocation(
                "certificate",
                Command(
                    "openssl",
                    [
                        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "\(folder)/key.pem", "-out",
                        "\(folder)/cert.pem", "-days", "2", "-subj", "/CN=localhost",
                    ])))
        process.executableURL = URL(filePath: "/usr/sbin/mariadbd")
        process.arguments = [
            "--no-defaults", "--user=\(NSUserName())", "--datadir=\(folder)/data", "--socket=\(socket)",
            "--skip-grant-tables", "--skip-networking", "--pid-file=\(folder)/pid", "--log-error=\(folder)/log",
            "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0", "--general-log=1",
            "--general-log-file=\(folder)/queries", "--ssl-ca=\(folder)/cert.pem", "--ssl-cert=\(folder)/cert.pem",
            "--ssl-key=\(folder)/key.pem",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<1200 where process.isRunning {
            if (try? MariaDBConnection(MariaDBAddress(database: "information_schema", socket: socket))) != nil {
                return
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        let log = try fileSystem.text(folder.appending("log")) ?? ""
        throw DumpError(.source, "mariadbd did not start: \(log.suffix(2000))")
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
        try? fileSystem.removeTree(folder)
    }

    var socket: FilePath { folder.appending("socket") }

    /// What the server was asked, a line each.
    func queries() throws -> [Substring] {
        (try fileSystem.text(folder.appending("queries")) ?? "").split(separator: "\n")
    }

    func address(_ database: String) -> MariaDBAddress { MariaDBAddress(database: database, socket: socket) }

    /// Runs SQL text by the client program.
    func run(_ sql: [UInt8], in database: String = "information_schema") async throws {
        _ = try await CommandRunner().write(
            Invocation(
                "mariadb",
                Command(
                    "mariadb",
                    [
                        "--no-defaults", "--socket=\(socket)", "--binary-mode", "--default-character-set=binary",
                        database,
                    ]))
        ) { (input) async throws(DumpError) in try await input.write(sql) }
    }

    func run(_ sql: String, in database: String = "information_schema") async throws {
        try await run(Array(sql.utf8), in: database)
    }

    /// Makes a database of all tables of a wiki of the fixtures, out of the text that our table dumps write.
    func load(_ wiki: FixtureWiki, as database: String, prefix: String = "") async throws {
        try await run("CREATE DATABASE `\(database)` DEFAULT CHARACTER SET binary")
        let snapshot = try await wiki.contentSource().openSnapshot()
        for table in try await snapshot.tableNames() {
            var text: [UInt8] = []
            let cursor = try await snapshot.tableText(table, for: .operators)
            while let piece = try await cursor.next() { text += piece.bytes }
            try await run(text, in: database)
            if !prefix.isEmpty { try await run("RENAME TABLE `\(table)` TO `\(prefix)\(table)`", in: database) }
        }
        await snapshot.close()
    }
}

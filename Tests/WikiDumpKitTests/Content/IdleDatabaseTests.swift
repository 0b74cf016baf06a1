import Foundation
import GRDB
import SystemPackage
import Testing

@testable import WikiDumpKit

/// A database in WAL mode that is read without SQLite's locks.
@Suite struct IdleDatabaseTests {
    /// A database that nobody has open; its folder goes with the value.
    private func database(wal: Bool = true) throws -> SyntheticWiki {
        let wiki = try SyntheticWiki(wal: wal)
        try wiki.page(1, "One")
        try wiki.queue.close()
        return wiki
    }

    @Test func onlyADatabaseThatNobodyHasOpenIsIdle() throws {
        let wiki = try database()
        defer { withExtendedLifetime(wiki) {} }
        let path = wiki.path
        // Changed a moment ago: another change could bear the same time.
        #expect(try IdleDatabase(path) == nil)
        #expect(try IdleDatabase(path, restingFor: -1) != nil)
        let writer = try DatabaseQueue(path: path.string)
        try writer.write { try $0.execute(sql: "UPDATE page SET page_title = 'Two'") }
        #expect(try IdleDatabase(path, restingFor: -1) == nil)
        let plain = try database(wal: false)
        #expect(try IdleDatabase(plain.path, restingFor: -1) == nil)
        #expect(try IdleDatabase("/nowhere/wiki.sqlite") == nil)
    }

    @Test func aWriterThatComesAndGoesLeavesTheFileAndLosesNothing() throws {
        let wiki = try database()
        defer { withExtendedLifetime(wiki) {} }
        let path = wiki.path
        let idle = try #require(try IdleDatabase(path, restingFor: -1))
        do {
            let writer = try DatabaseQueue(path: path.string)
            try writer.write { try $0.execute(sql: "UPDATE page SET page_title = 'Two'") }
            try writer.close()
        }
        // Without our lock the writer had moved its change into the file and removed the log.
        #expect(idle.isUnchanged)
        #expect(try fileSystem.status(FilePath(path.string + "-wal"))?.size ?? 0 > 0)
        let reader = try DatabaseQueue(path: path.string)
        let title = try reader.read { try String.fetchOne($0, sql: "SELECT page_title FROM page") }
        #expect(title == "Two")
        // A long log is moved all the same.
        try reader.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(FULL)") }
        #expect(!idle.isUnchanged)
        let error = #expect(throws: DumpError.self) { try idle.check() }
        #expect(error?.code == .unavailable && error?.message.contains(path.string) == true)
    }

    @Test func whatKeepsUsFromTheLogIsTold() throws {
        let wiki = try database()
        defer { withExtendedLifetime(wiki) {} }
        let path = wiki.path
        #expect(try WALHelpers(of: path).obstacle() == nil)
        try fileSystem.write([1, 2, 3], to: FilePath(path.string + "-wal"), durable: false)
        let error = try #require(try WALHelpers(of: path).obstacle())
        #expect(error.code == .source && error.message.contains("\(path)-shm"))
        #expect(error.remedy.contains("\(path.removingLastComponent())"))
    }
}

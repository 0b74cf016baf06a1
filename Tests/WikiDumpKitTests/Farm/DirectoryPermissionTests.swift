import CLibrary
import SystemPackage
import Testing

@testable import WikiDumpKit

/// Who gets into the folders that are made, whatever the mask of the process.
@Suite struct DirectoryPermissionTests {
    private let fixture: FarmFixture
    private let trees: WikiDirectories
    private let secret: WikiDirectories

    init() throws {
        let fixture = try FarmFixture()
        func directories(_ wiki: String, isPrivate: Bool) -> WikiDirectories {
            let base = fixture.path.pushing("srv/dumps")
            return WikiDirectories(
                wiki: Sample.wiki(wiki), isPrivate: isPrivate, publicTree: base.appending("public"),
                privateTree: base.appending("private"), temporaryTree: base.appending("temp"))
        }
        self.fixture = fixture
        trees = directories("openwiki", isPrivate: false)
        secret = directories("secretwiki", isPrivate: true)
    }

    private func mode(_ path: String) throws -> String {
        let status = try fileSystem.status(fixture.path.pushing(FilePath(path)))
        return String(status?.permissions ?? 0, radix: 8)
    }

    @Test(arguments: [true, false]) func theParentsOfThePrivateTreeStayOpen(lockFirst: Bool) throws {
        let date = Sample.date()
        if lockFirst {
            let lock = FileLock(wiki: Sample.wiki("openwiki"), privateRoot: trees.privateRoot)
            try lock.release(try lock.acquire(date, force: false))
        }
        for folder in [trees.privateRun(date), trees.temporary, trees.run(date), secret.run(date)] {
            try (folder == secret.run(date) ? secret : trees).make(folder, on: fileSystem)
        }
        for path in [
            "srv", "srv/dumps", "srv/dumps/public", "srv/dumps/public/openwiki", "srv/dumps/public/openwiki/\(date)",
        ] {
            #expect(try mode(path) == "755", "\(path)")
        }
        for path in [
            "private", "private/openwiki", "private/openwiki/\(date)", "private/secretwiki",
            "private/secretwiki/\(date)", "temp", "temp/o", "temp/o/openwiki",
        ] {
            #expect(try mode("srv/dumps/\(path)") == "750", "\(path)")
        }
        #expect(try fileSystem.status(fixture.path.pushing("srv/dumps/public/secretwiki")) == nil)
    }

    @Test func whatIsThereStaysAsItIs() throws {
        let base = fixture.path.pushing("srv/dumps")
        try fileSystem.makeDirectory(base, permissions: 0o711)
        // A folder that hands on its group goes on doing so.
        #expect(unsafe chmod(base.string, 0o2775) == 0)
        try trees.make(trees.privateRun(Sample.date()), on: fileSystem)
        try trees.make(trees.run(Sample.date()), on: fileSystem)
        #expect(try mode("srv") == "711" && mode("srv/dumps") == "2775")
        #expect(try mode("srv/dumps/private") == "2750" && mode("srv/dumps/public/openwiki") == "2755")
    }

    @Test func aWayThatIsClosedIsTold() throws {
        let text = "[output]\npublic=srv/dumps/public\nprivate=srv/dumps/private\ntemp=srv/dumps/temp\n"
        try fileSystem.makeDirectory(fixture.path.pushing("srv/dumps"))
        func notes() throws -> [String] {
            try fixture.inspect(text).problems.map(\.message).filter { $0.contains("can reach the public tree") }
        }
        let before = try notes().filter { $0.contains("\(fixture.path)/srv") }
        try fileSystem.setPermissions(fixture.path.pushing("srv/dumps"), 0o750)
        let after = try notes()
        #expect(before == [])
        #expect(after.contains { $0.contains("\(fixture.path)/srv/dumps, which has the mode 0750") }, "\(after)")
    }

    @Test func aPublicTreeWithinThePrivateOneIsTold() throws {
        let configuration = try fixture.inspect("[output]\nprivate=srv\npublic=srv/public\ntemp=t\n")
        #expect(configuration.notices.contains { $0.message.contains("public lies within \(fixture.path)/srv") })
        #expect(configuration.errors == [])
    }
}

import CLibrary
import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct FileSystemTests {
    private let fixture: FarmFixture
    init() throws { fixture = try FarmFixture() }

    @Test func everyFailureHasARemedy() {
        for number in 1...140 {
            #expect(!DumpError(Errno(rawValue: CInt(number)), "cannot").remedy.isEmpty, "\(number)")
        }
    }

    @Test func aFileInTheWayOfAFolder() throws {
        let file = try fixture.write("file", "")
        for path in [file, file.appending("below")] {
            let error = dumpError { try fileSystem.makeDirectory(path) }
            #expect(error?.code == .fileSystem)
            #expect(error?.description.contains("\(file)") == true)
            #expect(error?.remedy.contains("move it away") == true)
        }
        let error = dumpError { try fileSystem.write([1], to: file.appending("below"), durable: false) }
        #expect(error?.remedy.contains("a part of the path is a file") == true)
    }

    @Test func aFolderInTheWayOfAFile() throws {
        let folder = fixture.path.appending("folder")
        try fileSystem.makeDirectory(folder)
        for action in [{ try fileSystem.write([1], to: folder, durable: false) }, { _ = try fileSystem.read(folder) }] {
            let error = dumpError(action)
            #expect(error?.message.contains("\(folder)") == true)
            #expect(error?.remedy.contains("it is a folder") == true)
        }
    }

    /// Reading it would wait for ever.
    @Test(.timeLimit(.minutes(1))) func aNamedPipeInPlaceOfAFile() throws {
        let pipe = fixture.path.appending("private.dblist")
        #expect(unsafe mkfifo(pipe.string, 0o600) == 0)
        let error = dumpError { _ = try fileSystem.read(pipe) }
        #expect(error?.description.contains("named pipe") == true)
        let problems = try fixture.inspect("[wiki]\nprivatelist=private.dblist").problems
        #expect(problems.contains { $0.severity == .error && "\($0)".contains("named pipe") })
    }
}

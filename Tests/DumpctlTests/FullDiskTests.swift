import Foundation
import MWBzUtils
import Testing

/// An answer that could not be written is no answer.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")), .timeLimit(.minutes(5)))
struct FullDiskTests {
    @Test(arguments: ["last-id", "blocks", "check-truncation --json", "check-range", "locate-page --id 10"])
    func aFullDiskIsTold(command: String) async throws {
        let folder = try DumpFolder()
        try folder.write("good.xml-p1p400.bz2", try BzStream.compress(Array(DumpFolder.export().utf8), level: 1))
        let line = "'\(Dumpctl.binary.path)' \(command) good.xml-p1p400.bz2"
        let full = try await Tool.runAside(["/bin/sh", "-c", "\(line) >/dev/full"], in: folder.url)
        #expect(full.status == 1)
        let kept = try await Tool.runAside(["/bin/sh", "-c", "\(line) >kept"], in: folder.url)
        #expect(kept.status == 0)
    }
}

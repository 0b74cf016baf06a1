import Foundation
import MWBzUtils
import SystemPackage
import Testing

/// The dump files in a folder.
@Suite struct DumpFileSearchTests {
    @Test("Links count once, and what cannot be looked at is told of")
    func linksAndFaults() throws {
        let folder = try TestFolder()
        let base = folder.path.string
        let files = FileManager.default
        try files.createDirectory(atPath: base + "/run", withIntermediateDirectories: true)
        try files.createDirectory(atPath: base + "/latest", withIntermediateDirectories: true)
        _ = try folder.file("run/a.xml.bz2", [1])
        _ = try folder.file("run/b.xml.gz", [1])
        _ = try folder.file("latest/a.xml.bz2-rss.xml", [1])
        _ = try folder.file("other.txt", [1])
        try files.createSymbolicLink(atPath: base + "/latest/a.xml.bz2", withDestinationPath: "../run/a.xml.bz2")
        try files.createSymbolicLink(atPath: base + "/latest/loop", withDestinationPath: "..")
        #expect(DumpFileSearch(in: folder.path).faults.isEmpty)
        try files.createSymbolicLink(atPath: base + "/latest/dead.bz2", withDestinationPath: "nowhere")
        try files.createSymbolicLink(atPath: base + "/latest/self.bz2", withDestinationPath: "self.bz2")
        let search = DumpFileSearch(in: folder.path)
        #expect(search.files.map { $0.lastComponent?.string } == ["a.xml.bz2", "b.xml.gz"])
        #expect(search.files.allSatisfy { $0.removingLastComponent().lastComponent?.string == "run" })
        #expect(search.faults.map { $0.file?.lastComponent?.string } == ["dead.bz2", "self.bz2"])
        let missing = DumpFileSearch(in: folder.path.appending("none"))
        #expect(missing.files.isEmpty && missing.faults.count == 1)
    }

    @Test("A link to a file elsewhere is found, once")
    func linksElsewhere() throws {
        let (folder, elsewhere) = (try TestFolder(), try TestFolder())
        let target = try elsewhere.file("a.bz2", [1])
        for name in ["x.bz2", "y.bz2"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.path.appending(name).string, withDestinationPath: target.string)
        }
        #expect(DumpFileSearch(in: folder.path).files.map { $0.lastComponent?.string } == ["x.bz2"])
    }
}

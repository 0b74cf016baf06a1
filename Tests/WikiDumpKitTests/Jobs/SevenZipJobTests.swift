import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite struct SevenZipJobTests {
    private func fixture(program: String = "/bin/7za") throws -> (RunFixture, [any Job]) {
        let fixture = try RunFixture()
        fixture.wiki.settings.tools.sevenZip = program
        let jobs = JobList.standard(for: fixture.wiki.settings)
        return (fixture, jobs.filter { $0.name.hasPrefix("metahistory") })
    }

    private let name = "testwiki-20261124-pages-meta-history.xml"

    @Test func theArchiveHoldsTheTextOfTheOtherFile() async throws {
        let (fixture, jobs) = try fixture()
        #expect(jobs.map(\.name) == ["metahistorybz2dump", "metahistory7zdump"])
        // What a dead process left must not be added to.
        let leftover = fixture.folder().appending("\(name).7z.inprog")
        try fileSystem.makeDirectory(fixture.folder())
        try fileSystem.write(Array("junk".utf8), to: leftover)
        let record = try await fixture.run(jobs)
        #expect(record.failures == 0, "\(record.jobs.compactMap(\.privateMessage))")
        let packed = fixture.folder().appending("\(name).7z").string
        let text = try await output(Command("bzip2", ["-dc", fixture.folder().appending("\(name).bz2").string]))
        #expect(try await output(Command("7za", ["e", "-so", packed, name])) == text)
        #expect(text.count > 1000)
        #expect(try fileSystem.status(FilePath(packed))?.permissions == 0o644)
        #expect(try fixture.dumpFiles() == ["\(name).7z", "\(name).bz2"])

        let first = try FileHashes(of: FilePath(packed))
        try fileSystem.remove(FilePath(packed))
        try await fixture.run(jobs)
        #expect(try FileHashes(of: FilePath(packed)) == first)
    }

    /// A job that makes two files, whose names nobody knows before.
    private struct PartsJob: Job {
        let name = "partsdump"
        let title = "Parts"
        func fileNames(prefix: String) -> [String] { [] }
        func fileNames(prefix: String, known: KnownRanges, among found: [String]?) -> [String] {
            (found ?? []).filter { $0.hasPrefix(prefix) && $0.hasSuffix(".bz2") }
        }
        func run(_ context: JobContext) async throws(DumpError) -> JobReport { JobReport(files: []) }
    }

    @Test func partsArePackedOneByOneAndKept() async throws {
        let (fixture, _) = try fixture()
        let folder = fixture.folder()
        try fileSystem.makeDirectory(folder)
        for part in 1...2 {
            let text = folder.appending("testwiki-20261124-p\(part).xml")
            try fileSystem.write(Array("text \(part)\n".utf8), to: text)
            _ = try await output(Command("bzip2", [text.string]))
            // Older than what will be made of it, also where times are whole seconds.
            _ = try await output(Command("touch", ["-d", "2026-01-01", text.string + ".bz2"]))
        }
        let job = SevenZipJob(name: "packdump", title: "Packed", source: PartsJob())
        let jobs: [any Job] = [PartsJob(), job]
        let record = try await fixture.run(jobs)
        #expect(record.failures == 0, "\(record.jobs.compactMap(\.privateMessage))")
        let archives = (1...2).map { "testwiki-20261124-p\($0).xml.7z" }
        #expect(record.job("packdump")?.files.map(\.name) == archives)
        let kept = try fixture.identity(archives[0])
        try fileSystem.remove(folder.appending(archives[1]))
        let again = try await fixture.run(jobs, JobSelection(names: ["packdump"]))
        #expect(again.job("packdump")?.files.map(\.name) == archives)
        #expect(try fixture.identity(archives[0]) == kept, "what is there is not packed again")
        #expect(
            try await output(Command("7za", ["e", "-so", folder.appending(archives[1]).string]))
                == Array("text 2\n".utf8))
    }

    @Test func aDamagedInputGivesNoArchive() async throws {
        let (fixture, jobs) = try fixture()
        try await fixture.run([jobs[0]])
        let path = fixture.folder().appending("\(name).bz2")
        var bytes = try fileSystem.read(path)
        bytes[bytes.count / 2] ^= 0xFF
        try fileSystem.write(bytes, to: path)
        let record = try await fixture.run(jobs)
        #expect(record.job("metahistory7zdump")?.status == .failed)
        #expect(record.job("metahistory7zdump")?.privateMessage?.contains("cannot read") == true)
        #expect(try fixture.dumpFiles() == ["\(name).bz2"])
    }

    @Test(arguments: [
        ("exit 2", "exit status 2"), ("cat >/dev/null", "did not make"),
        (
            "cat >/dev/null; for f; do :; done; [ $1 != a ] || echo no archive >\"$f\"; [ $1 = a ] || exit 2",
            "exit status 2"
        ),
        (
            "for f; do :; done; case $1 in a) cat >\"$f\";; l) echo 'Size = 7';; esac",
            "holds [7] bytes of text"
        ), ("/nonexistent", "cannot start"),
    ]) func aProgramThatFailsLeavesNothing(script: String, part: String) async throws {
        let (fixture, _) = try fixture()
        let program = fixture.farm.root.appending("7z")
        try fileSystem.write(Array("#!/bin/sh\n\(script)\n".utf8), to: program, permissions: 0o755)
        fixture.wiki.settings.tools.sevenZip = script.hasPrefix("/") ? script : program.string
        let jobs = JobList.standard(for: fixture.wiki.settings).filter { $0.name.hasPrefix("metahistory") }
        let record = try await fixture.run(jobs)
        let message = record.job("metahistory7zdump")?.privateMessage ?? ""
        #expect(record.job("metahistory7zdump")?.status == .failed)
        #expect(message.contains(part), "\(message)")
        #expect(try fixture.dumpFiles() == ["\(name).bz2"])
    }

    private func output(_ command: Command) async throws -> [UInt8] {
        try await CommandRunner().run(Invocation("text", command, output: .collected(limit: 1 << 24))).output
    }
}

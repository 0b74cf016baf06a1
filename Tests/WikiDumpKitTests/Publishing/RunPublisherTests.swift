import Foundation
import MWBzUtils
import Synchronization
import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct RunPublisherTests {
    let done = Sample.run([
        Sample.job("pagetable", .done, files: ["page.sql.gz"]),
        Sample.job("articlesdump", .done, files: ["pages-articles.xml.bz2"]),
    ])

    @Test func writesEveryFileWithOneSetOfPermissions() throws {
        let farm = try TemporaryFarm()
        try farm.publish(done)
        let folder = farm.directories().run(done.date)
        let prefix = "testwiki-20261124-"
        var expected: Set = [
            "dumpruninfo.txt", "dumpruninfo.json", "dumpstatus.json", "dumpspecialfiles.json", "report.json",
            "SHA256SUMS", "manifest.json", "status.html", "index.html", "\(prefix)page.sql.gz",
            "\(prefix)pages-articles.xml.bz2",
        ]
        for kind in ["md5", "sha1", "sha256"] {
            expected.formUnion(["\(prefix)\(kind)sums.txt", "\(prefix)\(kind)sums.json"])
            expected.formUnion(["page.sql.gz", "pages-articles.xml.bz2"].map { "\(kind)sums-\(prefix)\($0).txt" })
        }
        #expect(Set(try fileSystem.list(folder)) == expected)
        for name in expected {
            #expect(try fileSystem.status(folder.appending(name))?.permissions == 0o644, "\(name)")
        }
        #expect(
            farm.text(folder.appending("md5sums-\(prefix)page.sql.gz.txt"))
                == String(repeating: "a", count: 32) + "  \(prefix)page.sql.gz\n")
    }

    @Test func hashesComeBackUnlessTheFileIsNewer() throws {
        let farm = try TemporaryFarm()
        try farm.publish(done)
        let folder = farm.directories().run(done.date)
        let file = "testwiki-20261124-page.sql.gz"
        #expect(try ChecksumFiles.read(of: file, in: folder, SmallFiles(fileSystem)) == Sample.hashes())
        #expect(try ChecksumFiles.read(of: "other", in: folder, SmallFiles(fileSystem)) == nil)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: 60)], ofItemAtPath: folder.appending(file).string)
        #expect(try ChecksumFiles.read(of: file, in: folder, SmallFiles(fileSystem)) == nil)
    }

    @Test func listsEveryFileThatIsNoDump() throws {
        let farm = try TemporaryFarm()
        try farm.publish(done)
        let folder = farm.directories().run(done.date)
        let list = try JSONValue(parsing: try fileSystem.read(folder.appending("dumpspecialfiles.json")))
        let files = try #require(list["files"]?.members)
        for member in files {
            let size = try fileSystem.status(folder.appending(member.key))?.size
            #expect(member.value["size"]?.integer == size, "\(member.key)")
            #expect(member.value["status"]?.string == (size == nil ? "missing" : "present"))
        }
        let names = Set(files.map(\.key))
        #expect(names.isSuperset(of: ["index.html", "status.html", "dumpruninfo.txt", "tableinfo.json"]))
        #expect(list["version"] == "0.8")
    }

    @Test func leavesUnchangedFilesAlone() throws {
        let farm = try TemporaryFarm()
        try farm.makeFiles(done)
        let folder = farm.directories().run(done.date)
        func identities() throws -> [String: [UInt64]] {
            var found: [String: [UInt64]] = [:]
            for name in try fileSystem.list(folder) {
                found[name] = try fileSystem.status(folder.appending(name))?.identity
            }
            return found
        }
        let publisher = try farm.publisher()
        try publisher.publish(done)
        let before = try identities()
        try publisher.publish(done)
        try farm.publisher().publish(done)
        #expect(try identities() == before)
        // A finished run is compared with the disk, so damage from outside is mended.
        try fileSystem.write([], to: folder.appending("report.json"))
        try fileSystem.remove(folder.appending("status.html"))
        try publisher.publish(done)
        #expect(farm.text(folder.appending("report.json"))?.hasPrefix("{") == true)
        #expect(farm.text(folder.appending("status.html"))?.hasPrefix("<li>") == true)
    }

    @Test func progressTouchesNoRunInfo() throws {
        let farm = try TemporaryFarm()
        let publisher = try farm.publisher()
        try publisher.publishProgress(Sample.three)
        let names = try fileSystem.list(farm.directories().run(Sample.date()))
        #expect(names == ["dumpstatus.json", "index.html", "report.json", "status.html"])
        #expect(try fileSystem.list(farm.directories().latest).isEmpty)
    }

    @Test(arguments: [true, false]) func progressThatWasOvertakenIsDropped(isAborted: Bool) throws {
        let farm = try TemporaryFarm()
        let folder = farm.directories().run(done.date)
        var early = done
        early.isFinished = false
        early.jobs[1].status = .inProgress
        try farm.makeFiles(done)
        let publisher = try farm.publisher()
        func shows(_ text: String) -> Bool {
            ["status.html", "index.html"].allSatisfy { farm.text(folder.appending($0))?.contains(text) == true }
        }
        try publisher.publish(early)
        var late = early
        late.jobs[1].status = .done
        try publisher.publish(late)
        let statuses = farm.text(folder.appending("dumpstatus.json"))
        try publisher.publishProgress(early)
        #expect(farm.text(folder.appending("dumpstatus.json")) == statuses)
        try publisher.publishProgress(late)
        if isAborted { try publisher.publishAborted(late) } else { try publisher.publish(done) }
        try publisher.publishProgress(late)
        #expect(!shows("Dump in progress"))
        // A run that is taken up again shows its progress.
        try publisher.publish(early)
        try publisher.publishProgress(early)
        #expect(farm.text(folder.appending("status.html"))?.contains("Dump in progress") == true)
    }

    /// A job is not called done before its hashes are on the disk, and for quick jobs that would take longer than the jobs.
    @Test func quickChangesWaitForTheNextProgress() throws {
        let farm = try TemporaryFarm()
        let folder = farm.directories().run(done.date)
        let publisher = RunPublisher(
            directories: farm.directories(), farm: farm.settings, renderer: try TemporaryFarm.makeRenderer(),
            interval: .seconds(3600))
        func text(_ name: String) -> String { farm.text(folder.appending(name)) ?? "" }
        var run = done
        run.isFinished = false
        run.jobs[0].status = .inProgress
        run.jobs[1].status = .waiting
        try farm.makeFiles(run)
        try publisher.publish(run)
        #expect(text("dumpruninfo.txt").contains("pagetable; status:in-progress"))
        let before = try fileSystem.list(folder)
        run.jobs[0].status = .done
        run.jobs[1].status = .inProgress
        try publisher.publish(run)
        #expect(text("dumpruninfo.txt").contains("pagetable; status:in-progress"))
        #expect(try fileSystem.list(folder) == before)
        try publisher.publishProgress(run)
        #expect(text("dumpruninfo.txt").contains("pagetable; status:done"))
        #expect(text("index.html").contains("testwiki-20261124-page.sql.gz\""))
        #expect(text("testwiki-20261124-md5sums.txt").contains("page.sql.gz"))
        let stored = try StoredRun.read(
            wiki: run.wiki, date: run.date, isPrivate: false, isClosed: false, folder: folder, updated: run.updated,
            on: fileSystem)
        #expect(stored?.jobs[0].files.map(\.isComplete) == [true])
        #expect(stored?.jobs[0].files.map(\.hashes) == [Sample.hashes()])
        #expect(try fileSystem.list(farm.directories().latest).isEmpty, "the set of a run that goes on is not complete")
        try publisher.publish(done)
        #expect(try fileSystem.linkTarget(farm.directories().latest.appending("testwiki-latest-page.sql.gz")) != nil)
        #expect(text("status.html").contains("Dump complete"))
    }

    /// Only names of files in the folder of the run are taken from its status files.
    @Test func namesThatLeadElsewhereAreNotBelieved() throws {
        let farm = try TemporaryFarm()
        let files = #"{"../x": {"size": 1}, "a/b": {}, "..": {}, "": {}, "c\nd": {}, "e f": {"size": 2}}"#
        for (name, text) in [
            "dumpruninfo.txt": "name:pagetable; status:done; updated:2026-11-24 02:14:32\n",
            "dumpstatus.json": #"{"jobs": {"pagetable": {"status": "done", "files": \#(files)}}}"#,
        ] { try fileSystem.write(Array(text.utf8), to: farm.root.appending(name)) }
        let run = Sample.run([])
        let stored = try StoredRun.read(
            wiki: run.wiki, date: run.date, isPrivate: false, isClosed: false, folder: farm.root, updated: run.updated,
            on: fileSystem)
        #expect(stored?.jobs.flatMap(\.files).map(\.name) == ["e f"])
    }

    @Test func whatKilledWritersLeftGoesAway() throws {
        let farm = try TemporaryFarm()
        let folder = farm.directories().run(done.date)
        try fileSystem.makeDirectory(folder)
        // Of an earlier process that had the same number: in a container all of them may have.
        let namesake = ".report.json.0123-4.\(ProcessInfo.processInfo.processIdentifier).tmp"
        let own = TemporaryNames.ofThisProcess.beside("report.json").string
        let spared = [own, ".hidden", "a.1.tmp", ".x.tmp", ".y.12a.tmp"]
        for name in spared + [namesake, ".index.html.1.tmp", ".a-b.gz.4194303.tmp"] {
            try fileSystem.write([], to: folder.appending(name), durable: false)
        }
        try farm.publisher().publish(done)
        let left = try fileSystem.list(folder).filter { $0.hasPrefix(".") || $0.hasSuffix(".tmp") }
        #expect(left == spared.sorted())
        try fileSystem.write([], to: folder.appending(".young.1.tmp"), durable: false)
        try fileSystem.removeLeftovers(in: folder, olderThan: 60)
        #expect(try fileSystem.list(folder).contains(".young.1.tmp"))
    }

    @Test(arguments: ["dumpruninfo.txt", "dumpstatus.json", "status.html"])
    func aFailureWithWhatOthersDependOnDoesNotKeepTheOtherFilesBack(_ name: String) throws {
        let farm = try TemporaryFarm()
        let folder = farm.directories().run(done.date)
        try fileSystem.makeDirectory(folder.appending(name))
        let error = #expect(throws: DumpError.self) { try farm.publish(done) }
        #expect(error?.message.contains(name) == true)
        for other in ["dumpruninfo.txt", "dumpstatus.json", "index.html"] where other != name {
            #expect(try fileSystem.status(folder.appending(other))?.isFile == true)
        }
        // But nothing says that the run is complete.
        #expect(try fileSystem.status(folder.appending("status.html"))?.isFile != true)
    }

    @Test(arguments: ["report.json", "index.html", "dumpspecialfiles.json", "../latest"])
    func whatOnlyPeopleMissIsReturnedUntilTheEnd(_ name: String) throws {
        let farm = try TemporaryFarm()
        let folder = farm.directories().run(done.date)
        try farm.makeFiles(done)
        if name == "../latest" {
            try fileSystem.write([], to: farm.directories().latest)
        } else {
            try fileSystem.makeDirectory(folder.appending(name))
        }
        let publisher = try farm.publisher()
        let last = name.split(separator: "/").last ?? ""
        if name != "../latest" {
            let problems = try publisher.publish(Sample.three)
            #expect(!problems.isEmpty)
            #expect(problems.allSatisfy { $0.message.contains(last) }, "\(problems)")
            #expect(try publisher.publish(Sample.three, atOnce: true).isEmpty, "told already")
        }
        // A run that lacks something of this is not complete.
        let error = #expect(throws: DumpError.self) { try publisher.publish(done) }
        #expect(error?.message.contains(last) == true)
        #expect(farm.text(folder.appending("dumpruninfo.txt"))?.contains("status:done") == true)
        #expect(farm.text(folder.appending("status.html"))?.contains("Dump complete") != true)
        try fileSystem.removeTree(folder.appending(name).lexicallyNormalized())
        try publisher.publish(done)
        #expect(farm.text(folder.appending("status.html"))?.contains("Dump complete") == true)
    }

    @Test func privateWikisStayInThePrivateTree() throws {
        let farm = try TemporaryFarm()
        var run = Sample.run([Sample.job("a", .done, files: ["1.gz"], wiki: "secret")], wiki: "secret", isPrivate: true)
        run.previous = Sample.date("20261101")
        try farm.publish(run)
        #expect(try fileSystem.list(farm.settings.publicTree).isEmpty)
        let folder = farm.directories("secret", isPrivate: true).run(run.date)
        #expect(farm.text(folder.appending("status.html"))?.contains("secret (private data): ") == true)
        #expect(farm.text(folder.appending("index.html"))?.contains("secret-20261124-1.gz") == true)
        for name in try fileSystem.list(folder) where name != "secret-20261124-1.gz" {
            #expect(try fileSystem.status(folder.appending(name))?.permissions == 0o640, "\(name)")
        }
        let latest = farm.directories("secret", isPrivate: true).latest
        #expect(try fileSystem.status(latest)?.permissions == 0o750)
        #expect(try fileSystem.status(latest.appending("secret-latest-1.gz-rss.xml"))?.permissions == 0o640)
    }

    @Test func comesBackFromTheDisk() throws {
        let farm = try TemporaryFarm()
        var run = done
        run.isFinished = false
        run.jobs.append(Sample.job("late", .waiting, files: ["late.gz"]))
        run.jobs.append(Sample.job("bad", .failed, message: "no space"))
        run.jobs[0].detail = "a detail"
        try farm.publish(run)
        let folder = farm.directories().run(run.date)
        func stored() throws -> RunRecord? {
            try StoredRun.read(
                wiki: run.wiki, date: run.date, isPrivate: false, isClosed: false, folder: folder, updated: run.updated,
                on: fileSystem)
        }
        #expect(try stored() == run)
        try fileSystem.write(Array("{".utf8), to: folder.appending("report.json"))
        try fileSystem.remove(folder.appending("dumpstatus.json"))
        #expect(try stored()?.jobs.map(\.name) == run.jobs.map(\.name))
        try fileSystem.remove(folder.appending("dumpruninfo.txt"))
        #expect(try stored() == nil)
    }

    /// Who has a file open keeps what stood in it: each of them gets a new file in its place.
    @Test func everyFileIsReplaced() throws {
        let farm = try TemporaryFarm()
        let (folder, aside) = (farm.directories().run(done.date), farm.root.appending("aside"))
        var early = done
        early.isFinished = false
        early.jobs[1].status = .waiting
        early.jobs[1].files[0] = FileRecord(name: early.jobs[1].files[0].name)
        try farm.makeFiles(done)
        let publisher = try farm.publisher()
        try publisher.publish(early)
        try fileSystem.makeDirectory(aside)
        var before: [String: [UInt8]] = [:]
        for name in try fileSystem.list(folder) {
            before[name] = try fileSystem.read(folder.appending(name))
            try FileManager.default.linkItem(
                atPath: folder.appending(name).string, toPath: aside.appending(name).string)
        }
        var late = done
        late.updated = UTCTime(seconds: late.updated.seconds + 60)
        late.jobs[0].files[0].hashes = Sample.hashes("b")
        try publisher.publish(late)
        var changed: Set<String> = []
        for (name, bytes) in before {
            #expect(try fileSystem.read(aside.appending(name)) == bytes, "\(name) was written in place")
            if try fileSystem.read(folder.appending(name)) != bytes { changed.insert(name) }
        }
        var expected: Set = [
            "dumpruninfo.txt", "dumpruninfo.json", "dumpstatus.json", "dumpspecialfiles.json", "report.json",
            "manifest.json", "status.html", "index.html",
        ]
        for kind in HashKind.allCases {
            let prefix = "testwiki-20261124-"
            expected.formUnion(["\(prefix)\(kind)sums.txt", "\(prefix)\(kind)sums.json"])
            expected.insert("\(kind)sums-\(prefix)page.sql.gz.txt")
        }
        #expect(changed == expected)
    }

    /// What the disk has at the moment at which the page is made.
    private final class Witness: IndexRenderer {
        let folder: FilePath
        let seen = Mutex<[[String: String]]>([])
        init(_ folder: FilePath) { self.folder = folder }

        func runPage(_ run: RunRecord, farm: FarmSettings) throws(DumpError) -> [UInt8] {
            var texts: [String: String] = [:]
            for name in try fileSystem.list(folder) { texts[name] = try fileSystem.text(folder.appending(name)) }
            seen.withLock { $0.append(texts) }
            return Array("\(run.jobs.map(\.status))".utf8)
        }
        func siteIndex(_ site: SiteRecord, order: SiteRecord.Order, farm: FarmSettings) throws(DumpError) -> [UInt8] {
            []
        }
    }

    @Test func listsComeBeforeWhatPromisesThem() throws {
        let farm = try TemporaryFarm()
        let witness = Witness(farm.directories().run(done.date))
        let publisher = RunPublisher(
            directories: farm.directories(), farm: farm.settings, renderer: witness, interval: .zero)
        try farm.makeFiles(done)
        var run = done
        run.isFinished = false
        run.jobs[0].status = .inProgress
        run.jobs[1].status = .waiting
        try publisher.publish(run)
        run.jobs[0].status = .done
        try publisher.publish(run)
        let file = "testwiki-20261124-page.sql.gz"
        let seen = witness.seen.withLock { $0 }
        #expect(seen.count == 2)
        for (number, isListed) in [false, true].enumerated() {
            for kind in HashKind.allCases {
                let list = seen[number]["testwiki-20261124-\(kind)sums.txt"]
                #expect(list?.contains(file) == isListed, "\(kind)")
                #expect((seen[number]["\(kind)sums-\(file).txt"] != nil) == isListed, "\(kind)")
            }
            // At this moment neither the page nor the status says so.
            #expect(seen[number]["dumpstatus.json"]?.contains("/\(file)\"") != true)
            #expect(seen[number]["index.html"]?.contains("done") != true)
            #expect(seen[number]["status.html"]?.contains("/\(file)\"") != true)
        }
        #expect(farm.text(witness.folder.appending("dumpstatus.json"))?.contains("/\(file)\"") == true)
    }

    @Test func readersNeverSeeATornFile() async throws {
        let farm = try TemporaryFarm()
        let (publisher, folder) = (try farm.publisher(), farm.directories().run(Sample.date()))
        try publisher.publish(Sample.three)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for step in 0..<60 {
                    var run = Sample.three
                    run.jobs[1].message = String(repeating: "x", count: step * 100)
                    try publisher.publishProgress(run)
                    await Task.yield()
                }
            }
            group.addTask {
                for _ in 0..<200 {
                    for name in ["dumpstatus.json", "report.json"] {
                        _ = try JSONValue(parsing: try fileSystem.read(folder.appending(name)))
                    }
                    #expect(try fileSystem.text(folder.appending("index.html"))?.contains("</html>") == true)
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
    }
}

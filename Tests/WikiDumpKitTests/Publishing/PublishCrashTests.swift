import DumpSimulation
import Foundation
import MWBzUtils
import SystemPackage
import Testing

@testable import WikiDumpKit

/// The power goes at every call of a publisher, with all that can be lost of it. What a status promises is on the disk.
@Suite struct PublishCrashTests {
    private let directories = WikiDirectories(
        wiki: Sample.wiki(), isPrivate: false, publicTree: "/public", privateTree: "/private", temporaryTree: "/temp")
    private var folder: FilePath { directories.run(Sample.date()) }
    private static let names = ["page.sql.gz", "pages-articles.xml.bz2"]

    private func publisher(_ calls: any FileCalls) throws -> RunPublisher {
        var farm = FarmSettings(publicTree: "/public", privateTree: "/private", temporaryTree: "/temp")
        farm.webRoot = "http://localhost/dumps"
        return RunPublisher(
            directories: directories, farm: farm, renderer: try TemporaryFarm.makeRenderer(), on: FileSystem(calls))
    }

    private func disk() throws -> (SimulatedDisk, any FileCalls) {
        let disk = SimulatedDisk { FileTime(seconds: 1_795_000_000) }
        let calls = disk.calls(for: disk.startProcess(ProcessTraits(on: SimulatedMachine(name: "m", boot: 1))))
        for path in ["/public", "/private", "/temp", "/public/testwiki", "/public/testwiki/20261124"] {
            try calls.makeFolder(FilePath(path), permissions: 0o755)
        }
        for name in Self.names {
            try FileSystem(calls).write([1], to: folder.appending("testwiki-20261124-\(name)"))
        }
        disk.settle()
        return (disk, calls)
    }

    private func run(_ states: [JobStatus]) -> RunRecord {
        let jobs = zip(Self.names, states).map { name, state in
            Sample.job(name.prefix { $0 != "." } + "job", state, files: [name])
        }
        return Sample.run(jobs, isFinished: states.allSatisfy { $0 == .done })
    }

    /// A run that was published from its beginning to its end, and the calls of that.
    private func publishedRun() throws -> (SimulatedDisk, Recording) {
        let (disk, calls) = try disk()
        disk.startRecording()
        let publisher = try publisher(calls)
        try publisher.publish(run([.inProgress, .waiting]))
        try publisher.publish(run([.done, .inProgress]), atOnce: true)
        try publisher.publish(run([.done, .done]))
        return (disk, try #require(disk.recording))
    }

    /// How many random subsets of what is not durable are lost after each call. `make reliability` tries more of them.
    private static let seeds = ProcessInfo.processInfo.environment["POWER_CUTS"].flatMap { UInt64($0) } ?? 20

    /// The small files that tell of a file, and those of the whole run.
    private static let ofFile = ["md5sums-", "sha1sums-", "sha256sums-"]
    private static let ofRun = ["md5sums.txt", "sha1sums.txt", "sha256sums.txt", "md5sums.json"]

    @Test func whatAStatusPromisesIsOnTheDisk() throws {
        let (_, recording) = try publishedRun()
        var (completions, promises, cuts) = (0, 0, 0)
        recording.cutEverywhere(seeds: 0..<Self.seeds) { count, cut, disk in
            cuts += 1
            let tree = Dictionary(uniqueKeysWithValues: disk.tree().map { ($0.path, $0) })
            func text(_ name: String) -> String? {
                tree[folder.appending(name).string].map { String(decoding: $0.bytes, as: UTF8.self) }
            }
            let place = "cut after call \(count): \(cut)"
            for (name, job) in zip(Self.names, ["pagejob", "pages-articlesjob"])
            where text("dumpruninfo.txt")?.contains("name:\(job); status:done") == true {
                promises += 1
                for kind in Self.ofFile {
                    let file = "testwiki-20261124-\(name)"
                    #expect(text("\(kind)\(file).txt")?.contains(file) == true, "\(kind), \(place)")
                }
            }
            if text("status.html")?.contains("Dump complete") == true {
                completions += 1
                for name in Self.ofRun {
                    let list = text("testwiki-20261124-\(name)") ?? ""
                    #expect(Self.names.allSatisfy(list.contains), "\(name), \(place)")
                }
                #expect(text("index.html")?.contains("pages-articles") == true, "\(place)")
                #expect(Self.names.allSatisfy { text("SHA256SUMS")?.contains($0) == true }, "\(place)")
                #expect(text("dumpstatus.json")?.contains("\"done\"") == true, "\(place)")
                #expect(text("report.json")?.isEmpty == false, "\(place)")
                let manifest = text("manifest.json") ?? ""
                #expect(Self.names.allSatisfy(manifest.contains), "\(place)")
                #expect(tree["/public/testwiki/index.html"]?.bytes.isEmpty == false, "\(place)")
                #expect(tree["/public/testwiki/atom.xml"]?.bytes.isEmpty == false, "\(place)")
                let link = tree["/public/testwiki/latest/testwiki-latest-pages-articles.xml.bz2"]
                #expect(link?.target == "../20261124/testwiki-20261124-pages-articles.xml.bz2", "\(place)")
                let feed = tree["/public/testwiki/latest/testwiki-latest-pages-articles.xml.bz2-rss.xml"]
                #expect(feed?.bytes.isEmpty == false, "\(place)")
            } else {
                #expect(count < recording.calls.count, "the run was said to be published, \(cut)")
            }
        }
        print("\(cuts) power cuts")
        #expect(completions > 20 && promises > 100)
    }

    /// The last write of anything fails: nothing is called complete, and the next run repairs it.
    @Test(arguments: [
        "testwiki-20261124-md5sums.txt", "testwiki-20261124-sha256sums.json", "dumpstatus.json", "report.json",
        "index.html",
        "dumpruninfo.txt", "dumpruninfo.json", "dumpspecialfiles.json", "status.html", ".latest.new", "latest",
        "manifest.json", "atom.xml", "feed.json", "SHA256SUMS",
    ]) func aLastWriteThatFails(name: String) throws {
        let (disk, good) = try disk()
        try publisher(good).publish(run([.done, .inProgress]))
        let process = disk.startProcess(ProcessTraits(on: SimulatedMachine(name: "m", boot: 1)))
        let bad = disk.calls(for: process) { call throws(Errno) in
            switch call {
            case .rename(_, to: let path) where path.lastComponent?.string == name: throw .ioError
            case .makeFolder(let path, _) where path.lastComponent?.string == name: throw .ioError
            default: break
            }
        }
        let failed = try publisher(bad)
        #expect(throws: DumpError.self) { try failed.publish(run([.done, .done])) }
        let system = FileSystem(good)
        #expect(try system.text(folder.appending("status.html"))?.contains("Dump complete") == false)
        try publisher(good).publish(run([.done, .done]))
        #expect(try system.text(folder.appending("status.html"))?.contains("Dump complete") == true)
        #expect(try system.list("/public/testwiki/latest").count > 4)
    }

    /// While a job of a complete run is done again, no moment leaves a run that counts as complete and is not.
    @Test func aJobIsDoneAgain() throws {
        let (disk, calls) = try disk()
        try publisher(calls).publish(run([.done, .done]))
        disk.settle()
        disk.startRecording()
        let publisher = try publisher(calls)
        try publisher.publish(run([.waiting, .done]))
        try publisher.publish(run([.inProgress, .done]), atOnce: true)
        try publisher.publish(run([.done, .done]))
        let recording = try #require(disk.recording)
        var (complete, others) = (0, 0)
        recording.cutEverywhere(seeds: 0..<Self.seeds / 4) { count, cut, disk in
            let tree = Dictionary(uniqueKeysWithValues: disk.tree().map { ($0.path, $0) })
            func text(_ name: String) -> String {
                String(decoding: tree[folder.appending(name).string]?.bytes ?? [], as: UTF8.self)
            }
            guard text("status.html").contains("Dump complete") else { return others += 1 }
            complete += 1
            for name in ["dumpruninfo.txt", "dumpstatus.json"] {
                let isOpen = ["waiting", "in-progress"].contains(where: text(name).contains)
                #expect(!isOpen, "\(name) after call \(count): \(cut)")
            }
        }
        print("\(complete + others) power cuts")
        #expect(complete > 20 && others > 20)
    }

    /// Whatever is lost, the monitor can show that the run died, and the next run gives what an undisturbed one does.
    @Test func theNextRunRepairsWhatIsLost() throws {
        let (disk, recording) = try publishedRun()
        let wanted = published(disk)
        // Each repair is a run of its own, so that only some of them are tried every day.
        let isThorough = ProcessInfo.processInfo.environment["POWER_CUTS"] != nil
        var (number, repaired) = (0, 0)
        try recording.cutEverywhere(seeds: 0..<(isThorough ? Self.seeds : 2)) { count, cut, disk in
            number += 1
            guard isThorough || number % 31 == 0 else { return }
            repaired += 1
            let next = disk.calls(for: disk.startProcess(ProcessTraits(on: SimulatedMachine(name: "m", boot: 2))))
            if repaired % 2 == 0 { try abort(FileSystem(next)) }
            try self.publisher(next).publish(run([.done, .done]))
            #expect(published(disk) == wanted, "cut after call \(count): \(cut)")
        }
        print("\(repaired) power cuts")
        #expect(repaired > 20)
    }

    /// Marks the run as aborted if it is not complete, as the monitor does.
    private func abort(_ system: FileSystem) throws {
        let line = try system.text(folder.appending("status.html")).flatMap(StatusLine.parse)
        guard line?.state.isInProgress != false else { return }
        let stored = try StoredRun.read(
            wiki: Sample.wiki(), date: Sample.date(), isPrivate: false, isClosed: false, folder: folder,
            updated: Sample.time, previous: nil, on: system)
        if let stored { try publisher(system.calls).publishAborted(stored) }
    }

    /// What readers see of the run.
    private func published(_ disk: SimulatedDisk) -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for entry in disk.tree() where entry.path.hasPrefix("/public/") && !entry.path.contains("/.") {
            found[entry.path] = entry.bytes + Array(entry.target.utf8)
        }
        return found
    }
}

import Foundation

/// A copy of the demo farm in a folder of its own.
struct DemoFarm: Sendable {
    let folder: URL

    /// The wikis of the demo.
    static let wikis = ["boardwiki", "demowiki", "nordwiki"]

    /// The folder of the demo in the project.
    static let original = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Examples/demo")

    init() throws {
        try self.init(
            at: FileManager.default.temporaryDirectory.appendingPathComponent("farm-\(UUID().uuidString)"))
    }

    /// Makes the copy at a place where nothing is yet.
    init(at folder: URL) throws {
        self.folder = folder
        try FileManager.default.copyItem(at: Self.original, to: folder)
    }

    /// Makes the farm one of many wikis that all have the content of one.
    init(copies: [String], of wiki: String = "nordwiki") throws {
        try self.init()
        for copy in copies {
            for suffix in [".sqlite", ".siteinfo.json"] {
                try FileManager.default.copyItem(
                    at: folder.appendingPathComponent("wikis/" + wiki + suffix),
                    to: folder.appendingPathComponent("wikis/" + copy + suffix))
            }
        }
        try Data((copies.joined(separator: "\n") + "\n").utf8).write(to: folder.appendingPathComponent("all.dblist"))
        try Data().write(to: folder.appendingPathComponent("private.dblist"))
    }

    /// Makes a copy of a farm in which nordwiki was dumped as of 2026-01-02.
    init(dumped: Void) async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("farm-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: try await Self.dumped.value.folder, to: folder)
    }

    private static let dumpedFolder = FileManager.default.temporaryDirectory
        .appendingPathComponent("farm-dumped-\(ProcessInfo.processInfo.processIdentifier)")

    /// Made once for all tests, and removed at the end of the process.
    private static let dumped = Task {
        atexit { try? FileManager.default.removeItem(at: DemoFarm.dumpedFolder) }
        let farm = try DemoFarm(at: dumpedFolder)
        let outcome = try await farm.run("run", "nordwiki", "--date", "20260102", "--quiet")
        guard outcome.status == 0 else { throw Tool.Failure(text: outcome.error) }
        return farm
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func run(_ arguments: String...) async throws -> Dumpctl.Outcome { try await run(arguments) }

    func run(_ arguments: [String]) async throws -> Dumpctl.Outcome {
        try await Dumpctl.run(arguments + ["--configfile", "wikidump.conf"], in: folder)
    }

    func start(_ arguments: String...) throws -> Dumpctl.Running {
        try Dumpctl.start(arguments + ["--configfile", "wikidump.conf"], in: folder)
    }

    /// The names in a folder of the farm, sorted.
    func names(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path)) ?? [])
            .sorted()
    }

    /// The page of a wiki and its feeds, which tell of all its runs.
    static let pagesOfWiki: Set = ["index.html", "atom.xml", "feed.json"]

    /// The folders of a wiki in the public tree: its runs, and the newest files.
    func runs(_ wiki: String) -> [String] { names("public/\(wiki)").filter { !Self.pagesOfWiki.contains($0) } }

    /// Whether a file is being written that will get this name, in whatever folder.
    func isWriting(_ name: String) -> Bool {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return files?.contains { ($0 as? URL)?.lastPathComponent.hasSuffix(name + ".inprog") == true } == true
    }

    func data(_ path: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(path)) }

    func text(_ path: String) throws -> String { String(decoding: try data(path), as: UTF8.self) }

    /// Gives the farm jobs of its operator's own: a YAML list.
    func setJobs(_ yaml: String) throws {
        try Data("jobs:\n  \(yaml)\n".utf8).write(to: url("jobs.yaml"))
        try addOption("customjobs=jobs.yaml", to: "wiki")
    }

    /// Adds a line to a section of the configuration.
    func addOption(_ line: String, to section: String) throws {
        var text = try text("wikidump.conf")
        if text.contains("\n\(line)\n") { return }
        if !text.contains("[\(section)]\n") { text += "\n[\(section)]\n" }
        text = text.replacing("[\(section)]\n", with: "[\(section)]\n\(line)\n")
        try Data(text.utf8).write(to: url("wikidump.conf"))
    }

    /// The statuses of the jobs of a run, as a later run reads them.
    func statuses(_ run: String) throws -> [String: String] {
        var found: [String: String] = [:]
        for line in try text("\(run)/dumpruninfo.txt").split(separator: "\n") {
            let fields = line.split(separator: ";").map { $0.drop { $0 == " " }.split(separator: ":", maxSplits: 1) }
            guard fields.count >= 2, fields[0].count == 2, fields[1].count == 2 else { continue }
            found[String(fields[0][1])] = String(fields[1][1])
        }
        return found
    }

    /// The contents of the dump files of a run: everything that has to be the same when it is made again.
    func dumpFiles(_ path: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in names(path) where name.contains("-20") && (name.hasSuffix(".gz") || name.hasSuffix(".bz2")) {
            files[name] = try data("\(path)/\(name)")
        }
        return files
    }

    func url(_ path: String) -> URL { folder.appendingPathComponent(path) }

    /// Everything below a folder: the bytes of files, the targets of links, nothing of folders.
    func contents(_ path: String) -> [String: Data] {
        let manager = FileManager.default
        var found: [String: Data] = [:]
        for name in manager.enumerator(atPath: url(path).path)?.compactMap({ $0 as? String }) ?? [] {
            // The number of the lock, which rises each time that somebody takes it.
            if name.contains(".fence/") { continue }
            let file = url(path).appendingPathComponent(name).path
            if let target = try? manager.destinationOfSymbolicLink(atPath: file) {
                found[name] = Data(("-> " + target).utf8)
            } else if let type = try? manager.attributesOfItem(atPath: file)[.type] as? FileAttributeType {
                found[name] = type == .typeDirectory ? Data("folder".utf8) : manager.contents(atPath: file) ?? Data()
            }
        }
        return found
    }

    /// The compressed files under a final name that are not complete, and links that lead nowhere.
    func incompleteFiles() throws -> [String] {
        var bad: [String] = []
        for tree in ["public", "private"] {
            for name in contents(tree).keys where name.hasSuffix(".gz") || name.hasSuffix(".bz2") {
                let tool = name.hasSuffix(".gz") ? "gzip" : "bzip2"
                // gzip does not look behind a link.
                let file = url("\(tree)/\(name)").resolvingSymlinksInPath().path
                if try Tool.run([tool, "-t", file]).status != 0 { bad.append(name) }
            }
        }
        return bad.sorted()
    }
}

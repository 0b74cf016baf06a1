import Synchronization
import SystemPackage
import WikiDumpKit
import WikiDumpKitTesting

/// A job of the simulated wikis. It makes small files in the way of all jobs: written beside, synchronized, hashed, renamed.
struct SimulatedJob: Job {
    let name: String
    /// The names of the files after the prefix.
    let files: [String]
    var prerequisites: [String] = []
    var isPrivate = false
    /// How long it takes to write a file, in seconds.
    let seconds: Int64
    var title: String { "job \(name)" }

    /// The jobs of every wiki.
    static let all: [any Job] = [
        SimulatedJob(name: "titles", files: ["titles.gz"], seconds: 0),
        SimulatedJob(name: "pages", files: ["pages.xml"], seconds: 6),
        SharedSimulatedJob(),
        SimulatedJob(name: "log", files: ["log.xml"], prerequisites: ["pages"], seconds: 1),
    ]

    /// The jobs of every wiki, and what their files are called after the prefix.
    static let files = all.map { (job: $0.name, names: $0.fileNames(prefix: "")) }

    func fileNames(prefix: String) -> [String] { files.map { prefix + $0 } }

    func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        var records: [FileRecord] = []
        for file in files {
            let bytes = Self.content(of: context.prefix + file)
            if file.hasSuffix(".gz") {
                let rest = Mutex<[UInt8]?>(bytes)
                records.append(
                    try await context.write(file, of: name) { () async throws(DumpError) in
                        rest.withLock { rest in
                            defer { rest = nil }
                            return rest
                        }
                    })
                continue
            }
            let output = try context.create(file)
            defer { output.discard() }
            try await output.fill(bytes, in: seconds, context)
            records.append(try output.commit())
        }
        return JobReport(files: records)
    }

    /// What a file holds. It follows from the name, so that everybody knows.
    static func content(of name: String) -> [UInt8] {
        Array("<mediawiki>\nThis is \(name), as it should be.\nNothing of it may be missing.\n</mediawiki>\n".utf8)
    }
}

extension OutputFile {
    /// Writes half of the bytes, waits, and writes the rest.
    func fill(_ bytes: [UInt8], in seconds: Int64, _ context: JobContext) async throws(DumpError) {
        try write(Array(bytes.prefix(bytes.count / 2)))
        do { try await context.timer.sleep(for: .seconds(seconds)) } catch {
            throw DumpError(.cancelled, "the job was stopped")
        }
        try write(Array(bytes.dropFirst(bytes.count / 2)))
    }
}

/// Pages with the least that shows what a page was made of.
struct SimulatedPages: IndexRenderer {
    func runPage(_ run: RunRecord, farm: FarmSettings) throws(DumpError) -> [UInt8] {
        Array("<p>\(run.wiki) \(run.date): \(run.jobs.map { $0.status.rawValue }.joined(separator: " "))</p>\n".utf8)
    }

    func siteIndex(_ site: SiteRecord, order: SiteRecord.Order, farm: FarmSettings) throws(DumpError) -> [UInt8] {
        Array(site.entries.map { "<p>\($0.wiki): \($0.statusText)</p>\n" }.joined().utf8)
    }
}

// A job of your own, and a page of your own, in the dumps of a farm.
//
//     swift run CustomJob path/to/wikidump.conf WIKI
//
// runs one dump of WIKI that holds a list of the longest pages, under the lock, with status files and checksums like any
// other job.
import Logging
import WikiDumpKit

/// Writes the ids and sizes of the pages that are longer than a limit.
struct LongPagesJob: Job {
    let name = "longpagesdump"
    let title = "Pages of more than 1,000 bytes"
    let reads: Set<ContentPart> = [.revisions]

    func fileNames(prefix: String) -> [String] { [prefix + "long-pages.txt"] }

    func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        let file = try context.create("long-pages.txt")
        let selection = RevisionSelection(extent: .current, includesText: false)
        let cursor = try await context.snapshot.revisions(selection)
        while let batch = try await cursor.next() {
            for run in batch.runs {
                for revision in run.revisions where revision.main.size > 1_000 {
                    try file.write(Array("\(run.page.id)\t\(revision.main.size)\n".utf8))
                }
            }
        }
        return JobReport(files: [try file.commit()])
    }
}

/// Prints what happens.
struct Printer: DumpObserver {
    func observe(_ event: DumpEvent) {
        if case .jobEnded(let job) = event { print(job.name, job.status.rawValue, job.message ?? "") }
    }
}

/// A page that is a plain list.
struct PlainPages: IndexRenderer {
    func runPage(_ run: RunRecord, farm: FarmSettings) throws(DumpError) -> [UInt8] {
        let rows = run.jobs.map { "<li>\($0.name): \($0.status.rawValue)</li>" }
        return Array("<!DOCTYPE html><meta charset=utf-8><title>\(run.wiki)</title><ul>\(rows.joined())</ul>".utf8)
    }

    func siteIndex(_ site: SiteRecord, order: SiteRecord.Order, farm: FarmSettings) throws(DumpError) -> [UInt8] {
        let rows = site.entries.map { "<li>\($0.wiki): \($0.statusText)</li>" }
        return Array("<!DOCTYPE html><meta charset=utf-8><title>Dumps</title><ul>\(rows.joined())</ul>".utf8)
    }
}

@main
struct CustomJob {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 2, let path = arguments.first, let wiki = arguments.last.flatMap({ WikiName($0) })
        else {
            print("usage: CustomJob CONFIGFILE WIKI")
            return
        }
        let worker = try Worker(
            configuration: try ConfigurationLoader().load(path), jobs: { _ in [LongPagesJob()] },
            renderer: PlainPages(), logger: Logger(label: "example"))
        let run = try await worker.run(RunRequest(wiki: wiki), Printer())
        print("\(run.wiki) \(run.date.dashed): \(run.isComplete ? "complete" : "not complete")")
    }
}

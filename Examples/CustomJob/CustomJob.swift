// A job of your own, and pages of your own, in the dumps of a farm.
//
//     swift run CustomJob path/to/wikidump.conf WIKI
//
// runs one dump of WIKI. It holds what every dump holds and a list of the longest pages, with status files and checksums
// like those of any other job.
import Foundation
import Logging
import WikiDumpKit

/// Writes the ids and sizes of the pages that are longer than a limit.
struct LongPagesJob: Job {
    let name = "longpagesdump"
    let title = "Pages of more than 1,000 bytes"
    let reads: Set<ContentPart> = [.revisions]

    func fileNames(prefix: String) -> [String] { [prefix + "long-pages.txt.gz"] }

    func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        let cursor = try await context.snapshot.revisions(RevisionSelection(extent: .current, includesText: false))
        let problems = Problems()
        // The end of the name says how the file is compressed. It gets its name when it is complete.
        let file = try await context.write("long-pages.txt.gz", of: name) { () async throws(DumpError) in
            guard let batch = try await cursor.next() else { return nil }
            await problems.add(batch.problems)
            return batch.runs.flatMap { run in
                run.revisions.filter { $0.main.size > 1_000 }.flatMap { "\(run.page.id)\t\($0.main.size)\n".utf8 }
            }
        }
        // What could not be read as it should be is shown with the run.
        return JobReport(files: [file], problems: await problems.tally)
    }
}

/// The problems of what was read so far.
actor Problems {
    private(set) var tally = ProblemTally()
    func add(_ problems: [ContentProblem]) { tally.add(problems) }
}

/// Prints what happens.
struct Printer: DumpObserver {
    func observe(_ event: DumpEvent) {
        switch event {
        case .jobEnded(let job): print(job.name, job.status.rawValue, job.message ?? "")
        case .problem(let job, let problem): print(job, problem)
        default: break
        }
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
enum CustomJob {
    static func main() async {
        let words = CommandLine.arguments.dropFirst()
        guard words.count == 2, let path = words.first, let wiki = words.last.flatMap({ WikiName($0) }) else {
            fail("usage: CustomJob CONFIGFILE WIKI", status: 2)
        }
        do throws(DumpError) {
            let worker = try Worker(
                configuration: try ConfigurationLoader().load(path),
                jobs: { JobList.standard(for: $0) + [LongPagesJob()] },
                renderer: PlainPages(), logger: Logger(label: "example"))
            let run = try await worker.run(RunRequest(wiki: wiki), Printer())
            print("\(run.wiki) \(run.date.dashed): \(run.isComplete ? "complete" : "not complete")")
        } catch {
            // Says what is wrong, and what to do.
            fail("CustomJob: \(error)", status: 1)
        }
    }

    private static func fail(_ text: String, status: Int32) -> Never {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
        exit(status)
    }
}

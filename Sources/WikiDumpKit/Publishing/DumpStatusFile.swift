/// `dumpstatus.json`, which downloaders read and the index of the farm collects.
///
/// Jobs are ordered by name, descending. Members that older programs do not know come after the ones they do: `sha256` of a
/// file, `error` of a failed job, and `missing`, the number of damaged items that a job had to leave out.
package enum DumpStatusFile {
    package static let fileName = "dumpstatus.json"
    /// The version of the format.
    static let version = "0.8"

    package static func json(_ run: RunRecord, farm: FarmSettings) -> [UInt8] {
        let names = PublishedNames(run, farm: farm)
        let jobs = run.jobs.sortedByNameDescending().map { job in
            let files = job.files.map { JSONValue.Member($0.name, fields($0, of: job, names)) }
            let damage = job.problems.damage
            return JSONValue.Member(
                job.name,
                [
                    "status": .string(job.status.rawValue), "updated": .string(job.updated?.statusText ?? ""),
                    "files": files.isEmpty ? nil : .object(files),
                    "missing": job.status == .done && damage > 0 ? .integer(damage) : nil,
                    "error": job.status == .failed ? job.message.map { .string($0) } : nil,
                ])
        }
        let all: JSONValue = ["jobs": .object(jobs), "version": .string(version)]
        return all.bytes + [UInt8(ascii: "\n")]
    }

    private static func fields(_ file: FileRecord, of job: JobRecord, _ names: PublishedNames) -> JSONValue {
        var members = ReportFile.fields(file, of: job, names)
        if case .offered = FileShowing(file, of: job), let hashes = file.hashes {
            members += HashKind.allCases.map { JSONValue.Member($0.rawValue, .string($0.value(hashes))) }
        }
        return .object(members)
    }
}

/// `report.json`: the files of each job of a run, in the order of the jobs.
///
/// `files` is the only member that older programs know. After it, a job has its title and other information.
package enum ReportFile {
    package static let fileName = "report.json"

    package static func json(_ run: RunRecord, farm: FarmSettings) -> [UInt8] {
        let names = PublishedNames(run, farm: farm)
        let jobs = run.jobs.map { job in
            let files = job.files.map { JSONValue.Member($0.name, .object(fields($0, of: job, names))) }
            return JSONValue.Member(
                job.name,
                [
                    "files": .object(files), "title": .string(job.title), "detail": job.detail.map { .string($0) },
                    "message": job.message.map { .string($0) },
                ])
        }
        return JSONValue.object([JSONValue.Member("jobs", .object(jobs))]).bytes
    }

    /// The size, and the address if the file is offered.
    static func fields(_ file: FileRecord, of job: JobRecord, _ names: PublishedNames) -> [JSONValue.Member] {
        switch FileShowing(file, of: job) {
        case .offered(let size):
            [JSONValue.Member("size", .integer(size)), JSONValue.Member("url", .string(names.path(file.name)))]
        case .growing(let size): [JSONValue.Member("size", .integer(size))]
        case .missing: []
        }
    }
}

/// What pages and status files say about a file of a job.
///
/// A file is offered only when its job is done, because only then has it been compared with its source.
package enum FileShowing: Sendable, Hashable {
    /// The file can be downloaded; the size in bytes.
    case offered(Int64)
    /// The file is being written; the size in bytes so far.
    case growing(Int64)
    /// There is nothing to offer.
    case missing

    package init(_ file: FileRecord, of job: JobRecord) {
        switch (job.status, file.size) {
        case (.done, let size?) where file.isComplete: self = .offered(size)
        case (.inProgress, let size?): self = .growing(size)
        default: self = .missing
        }
    }
}

extension RunRecord {
    /// The files that are offered, in the order of the jobs.
    var offeredFiles: [(job: JobRecord, file: FileRecord)] {
        jobs.flatMap { job in
            job.files.compactMap { file in
                if case .offered = FileShowing(file, of: job) { (job, file) } else { nil }
            }
        }
    }
}

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
            var members: [JSONValue.Member] = [
                JSONValue.Member("status", .string(job.status.rawValue)),
                JSONValue.Member("updated", .string(job.updated?.statusText ?? "")),
            ]
            if !job.files.isEmpty {
                members.append(
                    JSONValue.Member(
                        "files", .object(job.files.map { JSONValue.Member($0.name, fields($0, of: job, names)) })))
            }
            if job.status == .done, job.problems.damage > 0 {
                members.append(JSONValue.Member("missing", .integer(job.problems.damage)))
            }
            if job.status == .failed, let message = job.message {
                members.append(JSONValue.Member("error", .string(message)))
            }
            return JSONValue.Member(job.name, .object(members))
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

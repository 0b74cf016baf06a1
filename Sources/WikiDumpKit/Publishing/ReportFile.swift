/// `report.json`: the files of each job of a run, in the order of the jobs.
///
/// `files` is the only member that older programs know. After it, a job has its title and other information.
package enum ReportFile {
    package static let fileName = "report.json"

    package static func json(_ run: RunRecord, farm: FarmSettings) -> [UInt8] {
        let names = PublishedNames(run, farm: farm)
        let jobs = run.jobs.map { job in
            var members: [JSONValue.Member] = [
                JSONValue.Member(
                    "files", .object(job.files.map { JSONValue.Member($0.name, .object(fields($0, of: job, names))) })),
                JSONValue.Member("title", .string(job.title)),
            ]
            if let detail = job.detail { members.append(JSONValue.Member("detail", .string(detail))) }
            if let message = job.message { members.append(JSONValue.Member("message", .string(message))) }
            return JSONValue.Member(job.name, .object(members))
        }
        return JSONValue.object([JSONValue.Member("jobs", .object(jobs))]).bytes
    }

    /// The size, and the address if the file is offered.
    static func fields(_ file: FileRecord, of job: JobRecord, _ names: PublishedNames) -> [JSONValue.Member] {
        switch FileShowing(file, of: job) {
        case .offered(let size):
            [
                JSONValue.Member("size", .integer(size)),
                JSONValue.Member("url", .string(names.path(file.name))),
            ]
        case .growing(let size): [JSONValue.Member("size", .integer(size))]
        case .missing: []
        }
    }
}

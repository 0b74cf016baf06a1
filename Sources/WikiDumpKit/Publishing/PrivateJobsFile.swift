/// `private-jobs.txt` in the private folder of a run. It tells the operator the status of the private jobs and why they failed.
///
/// The public page of the run does not mention these jobs.
enum PrivateJobsFile {
    static let fileName = "private-jobs.txt"

    /// One line for each job, followed by its files.
    static func text(_ run: RunRecord) -> [UInt8] {
        var out = "\(run.wiki) \(run.date.dashed), private jobs\n"
        for job in run.jobs {
            out += "\(job.name): \(job.status.rawValue)"
            if let updated = job.updated { out += ", \(updated.statusText)" }
            if let message = job.privateMessage ?? job.message { out += ": \(message)" }
            out += "\n"
            for file in job.files {
                if case .offered(let size) = FileShowing(file, of: job) {
                    out += "    \(file.name), \(sizeText(size))\n"
                }
            }
        }
        return Array(out.utf8)
    }
}

/// `private-jobs.txt` in the private folder of a run: where its private jobs stand and why they failed, for the operator.
///
/// The public page of the run does not know these jobs.
enum PrivateJobsFile {
    static let fileName = "private-jobs.txt"

    /// A line for each job, and its files below it.
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

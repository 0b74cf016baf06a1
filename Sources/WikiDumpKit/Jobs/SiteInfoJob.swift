import MWBzUtils

/// Writes what the wiki says about itself: an answer of its API to `meta=siteinfo`.
///
/// It is what the wiki said when the run began, or where it could not be asked, what it said when its answer was saved: the
/// certificate tells when that was.
struct SiteInfoJob: Job {
    /// What is asked for.
    let definition: APIJobDefinition

    /// Makes the job of a request.
    init(_ definition: APIJobDefinition) { self.definition = definition }

    /// The name of the job.
    var name: String { definition.job }
    /// What the page of the run says about it.
    var title: String { definition.description }

    /// One file.
    func fileNames(prefix: String) -> [String] { [prefix + fileName] }

    private var fileName: String { "siteinfo\(definition.formatVersion == 1 ? "" : "2")-\(definition.job).json.gz" }

    /// Writes the file.
    func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        let bytes: [UInt8]
        do throws(DumpError) { bytes = try context.snapshot.facts.answer(to: definition.request) } catch {
            throw DumpError(
                error.code, error.message,
                remedy:
                    "save the answer to \(definition.request.query) there, or let the wiki be asked: set [wiki] apiaddress"
            )
        }
        let file = try context.create(fileName)
        defer { file.discard() }
        let member: [UInt8]
        do { member = try GzipMember.compress(bytes) } catch {
            throw DumpError(.jobFailed, "cannot compress \(fileName)", cause: error)
        }
        try file.write(member)
        context.progress(name, JobProgress(items: 1, bytesIn: Int64(bytes.count), bytesOut: file.size))
        var found = FileContents()
        found.bytes = Int64(bytes.count)
        return JobReport(files: [try file.commit(context.evidence(found: found))])
    }
}

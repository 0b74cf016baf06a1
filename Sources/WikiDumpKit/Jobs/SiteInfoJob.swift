import MWBzUtils

/// Writes what the wiki says about itself: the answer of its API to `meta=siteinfo`.
///
/// The answer dates from the start of the run. If the wiki could not be asked then, it is the saved answer, and the certificate
/// tells when that was saved.
struct SiteInfoJob: Job {
    let definition: APIJobDefinition

    init(_ definition: APIJobDefinition) { self.definition = definition }

    var name: String { definition.job }
    var title: String { definition.description }

    func fileNames(prefix: String) -> [String] { [prefix + fileName] }

    private var fileName: String { "siteinfo\(definition.formatVersion == 1 ? "" : "2")-\(definition.job).json.gz" }

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
        let found = FileContents(bytes: Int64(bytes.count))
        return JobReport(files: [try file.commit(context.evidence(found: found))])
    }
}

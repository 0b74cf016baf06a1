/// Lists page titles, a line each, below a line that names the columns.
struct TitlesJob: Job {
    /// Which titles.
    enum Scope: Sendable, Hashable {
        /// Those of the main namespace, without its number.
        case mainNamespace
        /// All, each behind the number of its namespace and a tab.
        case all
    }

    private let scope: Scope

    /// Makes the job.
    init(_ scope: Scope) { self.scope = scope }

    /// The name of the job.
    var name: String { scope == .all ? "allpagetitlesdump" : "pagetitlesdump" }
    /// What the page of the run says about it.
    var title: String {
        scope == .all ? "List of all page titles" : "List of page titles in the main namespace"
    }

    /// The titles.
    var reads: Set<ContentPart> { [.titles] }

    /// One file.
    func fileNames(prefix: String) -> [String] { [prefix + fileName] }

    private var fileName: String { scope == .all ? "all-titles.gz" : "all-titles-in-ns0.gz" }

    /// Writes the file.
    func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        let all = scope == .all
        let cursor = try await context.snapshot.titles(namespace: all ? nil : 0)
        let file = try context.create(fileName)
        defer { file.discard() }
        let heading = all ? "page_namespace\tpage_title\n" : "page_title\n"
        let tally = try await context.fill(file, of: name, header: Array(heading.utf8)) { () async throws(DumpError) in
            try await cursor.next()
        } render: {
            Self.lines($0, withNamespace: all)
        }
        let counts = try await context.snapshot.counts()
        var (expected, found) = (FileContents(), FileContents())
        expected.lines = all ? counts.pages : counts.mainNamespacePages
        found.lines = tally.items
        found.bytes = tally.bytesIn
        let evidence = context.evidence(expected: expected, found: found)
        try evidence.check(fileName)
        return JobReport(files: [try file.commit(evidence)])
    }

    private static func lines(_ titles: [PageTitle], withNamespace: Bool) -> RenderedBatch {
        var bytes: [UInt8] = []
        for title in titles {
            if withNamespace {
                bytes += "\(title.namespace)\t".utf8
            }
            bytes += title.title
            bytes.append(UInt8(ascii: "\n"))
        }
        return RenderedBatch(bytes: bytes, items: Int64(titles.count))
    }
}

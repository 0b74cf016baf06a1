/// Lists page titles, one on each line, below a line with the column names.
struct TitlesJob: Job {
    enum Scope: Sendable, Hashable {
        /// Titles in the main namespace, without the namespace number.
        case mainNamespace
        /// All titles, each preceded by its namespace number and a tab.
        case all
    }

    private let scope: Scope

    init(_ scope: Scope) { self.scope = scope }

    var name: String { scope == .all ? "allpagetitlesdump" : "pagetitlesdump" }
    var title: String {
        scope == .all ? "List of all page titles" : "List of page titles in the main namespace"
    }

    var reads: Set<ContentPart> { [.titles] }

    func fileNames(prefix: String) -> [String] { [prefix + fileName] }

    private var fileName: String { scope == .all ? "all-titles.gz" : "all-titles-in-ns0.gz" }

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
        let evidence = context.evidence(
            expected: FileContents(lines: all ? counts.pages : counts.mainNamespacePages),
            found: FileContents(lines: tally.items, bytes: tally.bytesIn))
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

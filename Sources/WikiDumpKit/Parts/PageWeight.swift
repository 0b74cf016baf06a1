/// How much a page weighs in a dump: what ranges are planned by, and what their files are held against.
public struct PageWeight: Sendable, Hashable {
    /// The page id.
    public var id: Int64
    /// The number of its namespace.
    public var namespace: Int
    /// How many revisions it has.
    public var revisions: Int64
    /// Bytes of the texts of all of them.
    public var bytes: Int64

    /// Makes a weight.
    public init(id: Int64, namespace: Int, revisions: Int64, bytes: Int64) {
        self.id = id
        self.namespace = namespace
        self.revisions = revisions
        self.bytes = bytes
    }
}

/// Reads what each page weighs, by rising id.
public protocol PageWeightCursor: Sendable {
    /// The next pages, or nil at the end.
    func next() async throws(DumpError) -> [PageWeight]?
}

extension ContentSnapshot {
    /// Weighs pages by a reading of their revisions without texts.
    public func pageWeights(_ pages: Range<Int64>?) async throws(DumpError) -> any PageWeightCursor {
        RevisionWeights(try await revisions(RevisionSelection(extent: .all, includesText: false, pages: pages)))
    }
}

/// Adds up revisions page by page. What cannot be written counts all the same: it is expected, and then missed.
private actor RevisionWeights: PageWeightCursor {
    private let cursor: any RevisionCursor
    private var open: PageWeight?

    init(_ cursor: any RevisionCursor) { self.cursor = cursor }

    func next() async throws(DumpError) -> [PageWeight]? {
        var weights: [PageWeight] = []
        while weights.isEmpty {
            guard let batch = try await cursor.next() else {
                defer { open = nil }
                return open.map { [$0] }
            }
            for run in batch.runs {
                if open?.id != run.page.id {
                    if let open { weights.append(open) }
                    open = PageWeight(id: run.page.id, namespace: run.page.title.namespace, revisions: 0, bytes: 0)
                }
                open?.revisions += Int64(run.revisions.count)
                open?.bytes += run.revisions.reduce(0) { sum, revision in
                    revision.otherSlots.reduce(sum + max(0, revision.main.size)) { $0 + max(0, $1.size) }
                }
            }
            weights = Self.merge(weights, omitted: batch.problems, &open)
        }
        return weights
    }

    /// Adds what was left out to the page it belongs to.
    private static func merge(
        _ weights: [PageWeight], omitted problems: [ContentProblem], _ open: inout PageWeight?
    ) -> [PageWeight] {
        var weights = weights
        for problem in problems where problem.isOmission && problem.logEntry == nil {
            guard let page = problem.page else { continue }
            let revisions: Int64 = problem.revision == nil ? 0 : 1
            if open?.id == page {
                open?.revisions += revisions
            } else if let index = weights.firstIndex(where: { $0.id == page }) {
                weights[index].revisions += revisions
            } else {
                let index = weights.firstIndex { $0.id > page } ?? weights.count
                weights.insert(PageWeight(id: page, namespace: 0, revisions: revisions, bytes: 0), at: index)
            }
        }
        return weights
    }
}

/// The weight of a page in a dump. Ranges are planned by it, and their files are checked against it.
public struct PageWeight: Sendable, Hashable {
    /// The page id.
    public var id: Int64
    /// The number of the namespace.
    public var namespace: Int
    /// The number of revisions.
    public var revisions: Int64
    /// The total size of the texts of all revisions, in bytes.
    public var bytes: Int64
    /// The highest revision id, 0 if there is none.
    public var lastRevision: Int64

    /// Makes a weight.
    public init(id: Int64, namespace: Int, revisions: Int64, bytes: Int64, lastRevision: Int64 = 0) {
        self.id = id
        self.namespace = namespace
        self.revisions = revisions
        self.bytes = bytes
        self.lastRevision = lastRevision
    }

    fileprivate mutating func add(_ more: [Revision]) {
        revisions += Int64(more.count)
        lastRevision = max(lastRevision, more.last?.id ?? 0)
        for revision in more {
            bytes += max(0, revision.main.size)
            for slot in revision.otherSlots { bytes += max(0, slot.size) }
        }
    }
}

/// Reads the weight of each page, by rising id.
public protocol PageWeightCursor: Sendable {
    /// The next weights, or nil at the end.
    func next() async throws(DumpError) -> [PageWeight]?
}

extension ContentSnapshot {
    /// Weighs pages by reading their revisions without texts.
    public func pageWeights(_ pages: Range<Int64>?) async throws(DumpError) -> any PageWeightCursor {
        RevisionWeights(try await revisions(RevisionSelection(extent: .all, includesText: false, pages: pages)))
    }
}

/// Adds up revisions page by page. Revisions that cannot be written count too: they are expected, and later reported as
/// missing.
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
                var weight =
                    open ?? PageWeight(id: run.page.id, namespace: run.page.title.namespace, revisions: 0, bytes: 0)
                if weight.id != run.page.id {
                    weights.append(weight)
                    weight = PageWeight(
                        id: run.page.id, namespace: run.page.title.namespace, revisions: 0, bytes: 0)
                }
                weight.add(run.revisions)
                open = weight
            }
            weights = Self.merge(weights, omitted: batch.problems, &open)
        }
        return weights
    }

    /// Adds the omissions to the pages they belong to.
    private static func merge(
        _ weights: [PageWeight], omitted problems: [ContentProblem], _ open: inout PageWeight?
    ) -> [PageWeight] {
        var weights = weights
        for problem in problems where problem.isOmission && problem.logEntry == nil {
            guard let page = problem.page else { continue }
            let count: Int64 = problem.revision == nil ? 0 : 1
            func add(_ weight: inout PageWeight) {
                weight.revisions += count
                weight.lastRevision = max(weight.lastRevision, problem.revision ?? 0)
            }
            if var weight = open, weight.id == page {
                add(&weight)
                open = weight
            } else if let index = weights.firstIndex(where: { $0.id == page }) {
                add(&weights[index])
            } else {
                var weight = PageWeight(id: page, namespace: 0, revisions: 0, bytes: 0)
                add(&weight)
                weights.insert(weight, at: weights.firstIndex { $0.id > page } ?? weights.count)
            }
        }
        return weights
    }
}

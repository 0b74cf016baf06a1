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
    /// The highest id of them, 0 if there are none.
    public var lastRevision: Int64

    /// Makes a weight.
    public init(id: Int64, namespace: Int, revisions: Int64, bytes: Int64, lastRevision: Int64 = 0) {
        self.id = id
        self.namespace = namespace
        self.revisions = revisions
        self.bytes = bytes
        self.lastRevision = lastRevision
    }
}

extension PageWeight {
    /// Counts more revisions.
    fileprivate mutating func add(_ more: [Revision]) {
        revisions += Int64(more.count)
        lastRevision = max(lastRevision, more.last?.id ?? 0)
        for revision in more {
            bytes += max(0, revision.main.size)
            for slot in revision.otherSlots { bytes += max(0, slot.size) }
        }
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

    /// Adds what was left out to the page it belongs to.
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

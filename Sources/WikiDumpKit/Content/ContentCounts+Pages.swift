extension ContentSnapshot {
    /// What it holds of some pages. The log is not counted.
    /// - Parameter pages: Ids.
    func counts(of pages: Range<Int64>) async throws(DumpError) -> ContentCounts {
        var counts = ContentCounts.nothing
        let weights = try await pageWeights(pages)
        while let found = try await weights.next() { for page in found { counts.add(page) } }
        return counts
    }
}

extension ContentCounts {
    /// What an empty wiki holds.
    static let nothing = ContentCounts(
        pages: 0, revisions: 0, articles: 0, mainNamespacePages: 0, logEntries: 0, lastPageID: 0, lastRevisionID: 0,
        lastLogID: 0)

    /// Counts a page.
    mutating func add(_ page: PageWeight) {
        pages += 1
        revisions += page.revisions
        if ExportSelection.articles.includes(namespace: page.namespace) { articles += 1 }
        if page.namespace == 0 { mainNamespacePages += 1 }
        lastPageID = Swift.max(lastPageID, page.id)
        lastRevisionID = Swift.max(lastRevisionID, page.lastRevision)
    }
}

/// The snapshot of a run: opened when it is needed first, the same for all jobs.
struct RunSnapshot {
    private let wiki: any Wiki
    private var opened: (any ContentSnapshot)?

    init(wiki: any Wiki) { self.wiki = wiki }

    /// The snapshot.
    /// - Throws: ``DumpError`` with code `source`, `schema` or `configuration` when the content cannot be opened.
    mutating func open() async throws(DumpError) -> any ContentSnapshot {
        if let opened { return opened }
        let snapshot = try await wiki.contentSource().openSnapshot()
        opened = snapshot
        return snapshot
    }

    func close() async { await opened?.close() }
}

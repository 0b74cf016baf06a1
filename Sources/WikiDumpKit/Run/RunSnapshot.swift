/// The snapshot of a run: opened when it is needed first, the same for all jobs.
struct RunSnapshot {
    private let wiki: any Wiki
    private var opened: (any ContentSnapshot)?

    /// When the content was frozen.
    private(set) var time: UTCTime?

    init(wiki: any Wiki) { self.wiki = wiki }

    /// The snapshot.
    /// - Throws: ``DumpError`` with code `source`, `schema` or `configuration` when the content cannot be opened.
    mutating func open(_ clock: any WallClock) async throws(DumpError) -> any ContentSnapshot {
        if let opened { return opened }
        let snapshot = try await wiki.contentSource().openSnapshot()
        opened = snapshot
        time = clock.now()
        return snapshot
    }

    func close() async { await opened?.close() }
}

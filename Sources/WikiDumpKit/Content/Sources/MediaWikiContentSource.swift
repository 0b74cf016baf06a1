/// The content of a wiki whose exports are written by MediaWiki's own scripts.
///
/// Counts, titles and tables still come from the wiki's database. The scripts write stubs, texts and the log.
struct MediaWikiContentSource: ContentSource {
    /// The database of the wiki.
    let tables: any ContentSource
    /// Writes the exports.
    let producer: any ExportProducer

    /// What the wiki says about itself.
    func facts() async throws(DumpError) -> WikiFacts { try await tables.facts() }

    /// Freezes the database. The scripts read it at other instants.
    func openSnapshot() async throws(DumpError) -> any ContentSnapshot {
        MediaWikiSnapshot(tables: try await tables.openSnapshot(), producer: producer)
    }

    /// What is holding up readers of the database.
    func obstacle() async -> String? { await tables.obstacle() }
}

/// A snapshot of the database, with the producer of exports.
private struct MediaWikiSnapshot: ProducedSnapshot {
    let tables: any ContentSnapshot
    let producer: any ExportProducer

    var facts: WikiFacts { tables.facts }

    func check(_ part: ContentPart) async throws(DumpError) { try await tables.check(part) }

    func counts() async throws(DumpError) -> ContentCounts { try await tables.counts() }

    func revisions(_ selection: RevisionSelection) async throws(DumpError) -> any RevisionCursor {
        try await tables.revisions(selection)
    }

    func pageWeights(_ pages: Range<Int64>?) async throws(DumpError) -> any PageWeightCursor {
        try await tables.pageWeights(pages)
    }

    func logEntries() async throws(DumpError) -> any LogCursor { try await tables.logEntries() }

    func titles(namespace: Int?) async throws(DumpError) -> any TitleCursor {
        try await tables.titles(namespace: namespace)
    }

    func tableNames() async throws(DumpError) -> [String] { try await tables.tableNames() }

    func unknownLogTypes() async throws(DumpError) -> [String] { try await tables.unknownLogTypes() }

    func tableText(_ name: String, for audience: TableAudience) async throws(DumpError) -> any TableTextCursor {
        try await tables.tableText(name, for: audience)
    }

    func count(table name: String, for audience: TableAudience) async throws(DumpError) -> TableCount {
        try await tables.count(table: name, for: audience)
    }

    func close() async { await tables.close() }
}

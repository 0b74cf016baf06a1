/// What the readers of texts of one snapshot share.
struct TextContext: Sendable {
    let expander: TextExpander
    let stores: ExternalStores
    let formats: ContentFormats

    /// - Throws: ``DumpError`` with code `configuration` if the C library does not know the legacy encoding.
    init(_ settings: TextSettings, _ facts: WikiFacts) throws(DumpError) {
        let name = settings.legacyEncoding ?? facts.legacyEncoding
        expander = TextExpander(encoding: try Self.encoding(name))
        stores = ExternalStores(settings.externalStores)
        formats = ContentFormats(settings.contentFormats)
    }

    /// What a name stands for: a wiki that has no legacy encoding says so by an empty one.
    private static func encoding(_ name: String?) throws(DumpError) -> TextExpander.Encoding {
        guard let name else { return .unknown }
        if name.isEmpty { return .utf8 }
        guard let encoding = LegacyEncoding(name) else { throw .unknownEncoding(name) }
        return .legacy(encoding)
    }
}

extension DumpError {
    static func unknownEncoding(_ name: String) -> DumpError {
        DumpError(
            .configuration, "there is no encoding “\(name)”",
            remedy: "set legacyencoding in [source] to a name that iconv -l shows, such as windows-1252")
    }
}

/// How the texts of a wiki are stored, as far as its database does not tell, section `[source]`.
struct TextSettings: Sendable, Hashable {
    /// The encoding of texts without the flag `utf-8`, `$wgLegacyEncoding` of the wiki; nil if nobody said.
    var legacyEncoding: String?
    /// The external stores, by the names that addresses call them by.
    var externalStores: [String: ExternalStore]
    /// The formats of content models that are not built in, or that the wiki has changed.
    var contentFormats: [String: String]

    /// Makes settings; without arguments, of a wiki that has nothing out of the ordinary.
    init(
        legacyEncoding: String? = nil, externalStores: [String: ExternalStore] = [:],
        contentFormats: [String: String] = [:]
    ) {
        self.legacyEncoding = legacyEncoding
        self.externalStores = externalStores
        self.contentFormats = contentFormats
    }
}

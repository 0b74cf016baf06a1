/// The wikis of a configuration.
package struct WikiFarm: Sendable {
    /// What the configuration files say.
    package let configuration: Configuration
    private let makeSource: ContentSourceFactory

    /// Makes the farm of a configuration.
    /// - Parameters:
    ///   - configuration: tells which wikis there are and where they are dumped to.
    ///   - contentSource: opens the content of a wiki.
    package init(_ configuration: Configuration, contentSource: @escaping ContentSourceFactory) {
        self.configuration = configuration
        makeSource = contentSource
    }

    /// The wikis: sorted by name, or in the order of the list if the configuration wants it so.
    package var wikis: [ConfiguredWiki] {
        let names =
            configuration.farm.fixedDumpOrder ? configuration.wikisInListOrder : configuration.wikis
        return names.map { ConfiguredWiki($0, of: configuration, contentSource: makeSource) }
    }

    /// The wiki of that name.
    /// - Throws: ``DumpError`` with code `unknownWiki`.
    package func wiki(_ name: String) throws(DumpError) -> ConfiguredWiki {
        if let known = WikiName(name), configuration.wikis.contains(known) {
            return ConfiguredWiki(known, of: configuration, contentSource: makeSource)
        }
        throw Self.unknown(name, among: configuration.wikis)
    }

    /// The error for a name that none of the wikis has.
    static func unknown(_ name: String, among wikis: [WikiName]) -> DumpError {
        let near = Suggestion.nearest(to: name, among: wikis.map(\.description))
        return DumpError(
            .unknownWiki, "there is no wiki “\(name)” in the list of wikis",
            remedy: near.map { "did you mean \($0)?" } ?? "add it to the file that dblist names")
    }
}

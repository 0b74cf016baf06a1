/// The wikis of a configuration.
package struct WikiFarm: Sendable {
    /// The contents of the configuration files.
    package let configuration: Configuration
    private let makeSource: ContentSourceFactory

    /// Creates the farm of a configuration.
    /// - Parameters:
    ///   - configuration: Defines the wikis and where they are dumped to.
    ///   - contentSource: Opens the content of a wiki.
    package init(_ configuration: Configuration, contentSource: @escaping ContentSourceFactory) {
        self.configuration = configuration
        makeSource = contentSource
    }

    /// The wikis, sorted by name, or in the order of the list if the configuration demands that.
    package var wikis: [ConfiguredWiki] {
        let names =
            configuration.farm.fixedDumpOrder ? configuration.wikisInListOrder : configuration.wikis
        return names.map { ConfiguredWiki($0, of: configuration, contentSource: makeSource) }
    }

    /// Returns the wiki with a name.
    /// - Throws: ``DumpError`` with code `unknownWiki` if there is none.
    package func wiki(_ name: String) throws(DumpError) -> ConfiguredWiki {
        if let known = WikiName(name), configuration.wikis.contains(known) {
            return ConfiguredWiki(known, of: configuration, contentSource: makeSource)
        }
        throw Self.unknown(name, among: configuration.wikis)
    }

    /// The error for a name that is not the name of a wiki.
    static func unknown(_ name: String, among wikis: [WikiName]) -> DumpError {
        let near = Suggestion.nearest(to: name, among: wikis.map(\.description))
        return DumpError(
            .unknownWiki, "there is no wiki “\(name)” in the list of wikis",
            remedy: near.map { "did you mean \($0)?" } ?? "add it to the file that dblist names")
    }
}

import SystemPackage

/// Opens the source of a wiki's content.
public typealias ContentSourceFactory = @Sendable (SourceSettings, WikiName) throws(DumpError) -> any ContentSource

/// A wiki as the configuration describes it.
package struct ConfiguredWiki: Wiki {
    /// The database name.
    package let name: WikiName
    /// Whether everything of this wiki belongs in the private tree.
    package let isPrivate: Bool
    /// Whether the wiki is closed.
    package let isClosed: Bool
    /// The directories for the files of this wiki.
    package let directories: WikiDirectories
    /// The file system that the directories lie on.
    package var fileSystem: FileSystem { configuration.fileSystem }
    private let configuration: Configuration
    private let makeSource: ContentSourceFactory

    /// Creates a wiki of a farm.
    /// - Parameters:
    ///   - name: The name of the wiki.
    ///   - configuration: The configuration of the farm.
    ///   - contentSource: Opens the content; called with the settings of the section `[source]`.
    package init(_ name: WikiName, of configuration: Configuration, contentSource: @escaping ContentSourceFactory) {
        let farm = configuration.farm
        self.name = name
        isPrivate = configuration.isPrivate(name)
        isClosed = configuration.isClosed(name)
        var directories = WikiDirectories(
            wiki: name, isPrivate: isPrivate, publicTree: farm.publicTree, privateTree: farm.privateTree,
            temporaryTree: farm.temporaryTree)
        directories.configuredPermissions = farm.filePermissions
        self.directories = directories
        self.configuration = configuration
        makeSource = contentSource
    }

    /// The settings of this wiki.
    ///
    /// They are looked up on each access, because a farm creates all of its wikis just to choose one.
    package var settings: WikiSettings { configuration.settings(for: name) }

    /// Opens the source of the content.
    /// - Throws: ``DumpError`` with code `configuration` if no source is configured, or what the factory throws.
    package func contentSource() throws(DumpError) -> any ContentSource {
        var source = settings.source
        let missing = source.missingOptions
        guard missing.isEmpty else {
            throw DumpError(
                .configuration, "nothing says where the content of \(name) comes from",
                remedy: "set \(missing.joined(separator: " and ")) in the section [source] or [\(name)]")
        }
        source.scratch = directories.temporary
        return try makeSource(source, name)
    }
}

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

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

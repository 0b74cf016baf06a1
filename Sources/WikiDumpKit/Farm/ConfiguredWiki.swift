import SystemPackage

/// Opens the place that the content of a wiki comes from.
public typealias ContentSourceFactory = @Sendable (SourceSettings, WikiName) throws(DumpError) -> any ContentSource

/// A wiki as the configuration describes it.
package struct ConfiguredWiki: Wiki {
    /// The database name.
    package let name: WikiName
    /// Whether everything of this wiki belongs into the private tree.
    package let isPrivate: Bool
    /// Whether the wiki is closed.
    package let isClosed: Bool
    /// Where files of this wiki go.
    package let directories: WikiDirectories
    private let configuration: Configuration
    private let makeSource: ContentSourceFactory

    /// Makes a wiki of a farm.
    /// - Parameters:
    ///   - name: its name.
    ///   - configuration: the configuration of the farm.
    ///   - contentSource: opens the content; called with the settings of the section `[source]`.
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

    /// The options that hold for this wiki.
    ///
    /// Looked up when they are asked for: a farm makes all of its wikis to choose one.
    package var settings: WikiSettings { configuration.settings(for: name) }

    /// Opens the place the content comes from.
    /// - Throws: ``DumpError`` with code `configuration` when nothing says where that is, or what the factory throws.
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

public import SystemPackage

/// A wiki of the farm: who it is, where its dumps go, and where its content comes from.
///
/// A ``Worker`` makes those of its configuration. Conform a type of your own to dump wikis that are described
/// somewhere else, or to read their content another way.
public protocol Wiki: Sendable {
    /// The database name.
    var name: WikiName { get }
    /// Whether everything of this wiki belongs into the private tree.
    var isPrivate: Bool { get }
    /// Whether the wiki is closed; only shown, dumped all the same.
    var isClosed: Bool { get }
    /// Where files of this wiki go.
    var directories: WikiDirectories { get }
    /// The options that hold for this wiki.
    var settings: WikiSettings { get }
    /// Opens the place the content comes from.
    /// - Throws: ``DumpError`` with code `source`, `schema` or `configuration`.
    func contentSource() throws(DumpError) -> any ContentSource
}

/// The folders of a wiki in the two trees.
public struct WikiDirectories: Sendable, Hashable {
    /// What the public sees; for a private wiki the same as ``privateRoot``.
    public let publicRoot: FilePath
    /// Locks, logs, private files: `<private>/<wiki>`.
    public let privateRoot: FilePath
    /// Scratch space: `<temp>/<first letter>/<wiki>`.
    public let temporary: FilePath
    /// Permission bits of the files about a run, `[output] fileperms`.
    public var configuredPermissions: UInt16 = 0o644

    /// Lays out the folders of a wiki below the three roots of a farm.
    public init(wiki: WikiName, isPrivate: Bool, publicTree: FilePath, privateTree: FilePath, temporaryTree: FilePath) {
        let name = wiki.description
        privateRoot = privateTree.appending(name)
        publicRoot = isPrivate ? privateRoot : publicTree.appending(name)
        temporary = temporaryTree.appending(String(name.prefix(1))).appending(name)
    }

    /// Where the files of one run are published.
    public func run(_ date: DumpDate) -> FilePath { publicRoot.appending(date.description) }
    /// Where logs and other private files of one run go.
    public func privateRun(_ date: DumpDate) -> FilePath { privateRoot.appending(date.description) }
    /// Where the links to the newest good files are.
    public var latest: FilePath { publicRoot.appending("latest") }
}

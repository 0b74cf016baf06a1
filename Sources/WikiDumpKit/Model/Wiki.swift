public import SystemPackage

/// A wiki of the farm: its identity, where its dumps go, and where its content comes from.
///
/// A ``Worker`` makes the wikis of its configuration. Conform your own type to dump wikis that are described elsewhere, or to
/// read their content in another way. It must pass `WikiConformance` of WikiDumpKitTesting.
public protocol Wiki: Sendable {
    /// The database name.
    var name: WikiName { get }
    /// Whether everything of this wiki belongs in the private tree.
    var isPrivate: Bool { get }
    /// Whether the wiki is closed. This is only displayed; closed wikis are dumped too.
    var isClosed: Bool { get }
    /// Where files of this wiki go.
    var directories: WikiDirectories { get }
    /// The file system that the directories lie on.
    var fileSystem: FileSystem { get }
    /// The settings of this wiki.
    var settings: WikiSettings { get }
    /// Opens the source of the content.
    /// - Throws: ``DumpError`` with code `source`, `schema` or `configuration`.
    func contentSource() throws(DumpError) -> any ContentSource
}

extension Wiki {
    /// That of the machine.
    public var fileSystem: FileSystem { .real }
}

/// The folders of a wiki in the two trees.
public struct WikiDirectories: Sendable, Hashable {
    /// The public files; for a private wiki the same as ``privateRoot``.
    public let publicRoot: FilePath
    /// Locks, logs and private files: `<private>/<wiki>`.
    public let privateRoot: FilePath
    /// The folders of these two, each once, the private one first.
    var roots: [FilePath] { publicRoot == privateRoot ? [privateRoot] : [privateRoot, publicRoot] }
    /// Scratch space: `<temp>/<first letter>/<wiki>`.
    public let temporary: FilePath
    /// The permission bits of a run's status files, `[output] fileperms`.
    public var configuredPermissions: UInt16 = 0o644

    /// Lays out the folders of a wiki below the three roots of a farm.
    public init(wiki: WikiName, isPrivate: Bool, publicTree: FilePath, privateTree: FilePath, temporaryTree: FilePath) {
        let name = wiki.description
        privateRoot = privateTree.appending(name)
        publicRoot = isPrivate ? privateRoot : publicTree.appending(name)
        temporary = temporaryTree.appending(String(name.prefix(1))).appending(name)
    }

    /// The folder where the files of a run are published.
    public func run(_ date: DumpDate) -> FilePath { publicRoot.appending(date.description) }
    /// The folder for logs and other private files of a run.
    public func privateRun(_ date: DumpDate) -> FilePath { privateRoot.appending(date.description) }
    /// The folder with links to the newest good files.
    public var latest: FilePath { publicRoot.appending("latest") }
}

/// The database name of a wiki. It is the identity of the wiki, its section in the configuration, and the name of its folder
/// and the prefix of its files.
///
/// Names that could leave their folder (`..`, a slash, a NUL) are rejected, so a path built from a name is safe.
public struct WikiName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The name as written in the list of wikis.
    public let description: String

    /// Checks a name: 1 to 200 ASCII bytes, first a letter or digit, then letters, digits, `_`, `-` and `.`. Returns nil for
    /// anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 200, first.isAlphanumeric,
            bytes.allSatisfy({ $0.isAlphanumeric || "_-.".utf8.contains($0) })
        else { return nil }
        description = String(text)
    }

    /// Bytewise order, like the sorted list of wikis.
    public static func < (a: WikiName, b: WikiName) -> Bool {
        a.description.utf8.lexicographicallyPrecedes(b.description.utf8)
    }
}

extension WikiDirectories {
    /// The permission bits of folders below ``privateRoot`` and ``temporary``. Only owner and group have access.
    public static let privateDirectoryPermissions: UInt16 = 0o750
    /// The permission bits of files below ``privateRoot``, such as locks. Only owner and group can read them.
    public static let privateFilePermissions: UInt16 = 0o640

    /// The permission bits of folders below ``publicRoot``; those of the private tree if the wiki is private.
    public var directoryPermissions: UInt16 { isPublic ? 0o755 : Self.privateDirectoryPermissions }
    /// The permission bits of a run's dump files; those of the private tree if the wiki is private.
    public var filePermissions: UInt16 { isPublic ? 0o644 : Self.privateFilePermissions }

    /// The permission bits of a file for which the configuration sets some. If the wiki is private, others get no access.
    public func filePermissions(_ configured: UInt16) -> UInt16 { isPublic ? configured : configured & ~0o007 }

    /// The permission bits of a run's status files.
    public var statusPermissions: UInt16 { filePermissions(configuredPermissions) }

    /// Makes a folder of this wiki, including missing parent folders.
    ///
    /// Only owner and group may enter the private tree and the scratch tree. The folders above these trees may also contain
    /// the public tree, so everybody may pass through them.
    /// - Throws: ``DumpError`` with code `permission`, `diskFull` or `fileSystem`.
    func make(_ folder: FilePath, on fileSystem: FileSystem) throws(DumpError) {
        if isPublic, folder.starts(with: publicRoot) { return try fileSystem.makeDirectory(folder) }
        let scratch = temporary.removingLastComponent().removingLastComponent()
        let tree = folder.starts(with: temporary) ? scratch : privateRoot.removingLastComponent()
        try fileSystem.makeDirectory(folder, permissions: Self.privateDirectoryPermissions, below: tree)
    }

    private var isPublic: Bool { publicRoot != privateRoot }
}

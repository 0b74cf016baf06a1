public import SystemPackage

/// A wiki of the farm: who it is, where its dumps go, and where its content comes from.
///
/// A ``Worker`` makes those of its configuration. Conform a type of your own to dump wikis that are described
/// somewhere else, or to read their content another way. It has to pass `WikiConformance` of WikiDumpKitTesting.
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

/// The database name of a wiki: its identity, its section in the configuration, a folder and a file name prefix.
///
/// A name that could leave its folder (`..`, a slash, a NUL) cannot be made, so a path built from one is safe.
public struct WikiName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The name as it stands in the list of wikis.
    public let description: String

    /// Checks a name: 1 to 200 bytes, beginning with a letter or digit, then letters, digits, `_`, `-` and `.`,
    /// ASCII only. Returns nil for anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 200, Self.isAlphanumeric(first),
            bytes.allSatisfy({
                Self.isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".")
            })
        else { return nil }
        description = String(text)
    }

    /// Bytewise order, as the list of wikis is sorted.
    public static func < (a: WikiName, b: WikiName) -> Bool {
        a.description.utf8.lexicographicallyPrecedes(b.description.utf8)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}

import CLibrary
public import SystemPackage

/// What is under a name, links followed.
public enum FileKind: Sendable, Hashable, CustomStringConvertible {
    /// A file with bytes at places.
    case regular
    /// A folder.
    case directory
    /// A pipe, a socket or a device.
    case other

    /// Looks at a path. Gives nil if there is nothing, or nothing that this process may see.
    public init?(of path: FilePath) {
        var record = stat()
        guard unsafe stat(path.string, &record) == 0 else { return nil }
        switch record.st_mode & S_IFMT {
        case S_IFREG: self = .regular
        case S_IFDIR: self = .directory
        default: self = .other
        }
    }

    /// The kind in words, with an article.
    public var description: String {
        switch self {
        case .regular: "a regular file"
        case .directory: "a folder"
        case .other: "a pipe or device"
        }
    }
}

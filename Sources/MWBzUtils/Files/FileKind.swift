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
        guard let status = try? SystemCalls().status(of: path) else { return nil }
        self.init(status)
    }

    init(_ status: FileStatus) {
        switch status.kind {
        case .regular: self = .regular
        case .folder: self = .directory
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

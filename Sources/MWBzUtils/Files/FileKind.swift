public import SystemPackage

/// What is under a name, links followed.
public enum FileKind: Sendable, Hashable, CustomStringConvertible {
    /// A regular file.
    case regular
    /// A folder.
    case directory
    /// A pipe, a socket or a device.
    case other

    /// Looks at a path. Gives nil if there is nothing, or nothing that this process may see.
    public init?(of path: FilePath) { self.init(of: path, on: SystemCalls()) }

    init?(of path: FilePath, on calls: any FileCalls) {
        guard let status = try? calls.status(of: path) else { return nil }
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

/// Metadata that changes when somebody writes to a file or replaces it.
struct FileStamp: Hashable {
    let size: Int64
    private let seconds: Int64
    private let nanoseconds: Int64
    private let number: UInt64

    /// Reads the metadata of whatever file has the name now.
    init(_ file: RandomAccessFile) throws(BzError) {
        do throws(Errno) {
            let status = try file.calls.status(of: file.path, followsLink: true)
            (size, number) = (status.size, status.number)
            (seconds, nanoseconds) = (status.seconds, status.nanoseconds)
        } catch {
            throw BzError(.fileSystem, "its status cannot be read", file: file.path, cause: error)
        }
    }
}

public import SystemPackage

/// What a file system knows about a file.
package struct FileStatus: Sendable, Hashable {
    /// What a file can be.
    package enum Kind: Sendable, Hashable {
        case regular
        case folder
        /// A symbolic link.
        case link
        /// A named pipe.
        case pipe
        /// A device that can be read at any offset.
        case blockDevice
        /// A socket or another device.
        case other
    }

    /// What it is.
    package var kind: Kind
    /// Bytes.
    package var size: Int64
    /// When the content last changed, in seconds since 1970.
    package var seconds: Int64
    /// The nanoseconds within that second.
    package var nanoseconds: Int64
    /// The device that it is on.
    package var device: UInt64
    /// Its inode number.
    package var number: UInt64
    /// How many names it has.
    package var linkCount: UInt64
    /// The permission bits, including set-user, set-group and sticky.
    package var permissions: UInt16
    /// Whose it is.
    package var user: UInt32
    /// The group it belongs to.
    package var group: UInt32

    /// Puts a status together.
    package init(
        kind: Kind, size: Int64, seconds: Int64, nanoseconds: Int64, device: UInt64, number: UInt64, linkCount: UInt64,
        permissions: UInt16, user: UInt32, group: UInt32
    ) {
        self.kind = kind
        self.size = size
        (self.seconds, self.nanoseconds) = (seconds, nanoseconds)
        (self.device, self.number, self.linkCount) = (device, number, linkCount)
        self.permissions = permissions
        (self.user, self.group) = (user, group)
    }

    /// Whether it is a folder.
    package var isDirectory: Bool { kind == .folder }
    /// Whether it is a regular file.
    package var isFile: Bool { kind == .regular }
}

/// What is under a name, links followed.
public enum FileKind: Sendable, Hashable, CustomStringConvertible {
    /// A regular file.
    case regular
    /// A folder.
    case directory
    /// A pipe, a socket or a device.
    case other

    /// Looks at a path. Gives nil if there is nothing, or nothing that this process may see.
    public init?(of path: FilePath) { self.init(of: path, on: WebCalls.of(path)) }

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
            throw file.calls.explain(
                BzError(.fileSystem, "its status cannot be read", file: file.path, cause: error))
        }
    }
}

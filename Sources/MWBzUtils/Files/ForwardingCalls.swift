package import SystemPackage

/// Calls that are handed on to other calls, except for those that a conformer makes itself.
package protocol ForwardingCalls: FileCalls {
    /// What the calls are handed on to.
    associatedtype Base: FileCalls
    /// The calls beneath.
    var base: Base { get }
}

extension ForwardingCalls where File == Base.File {
    package func open(_ path: FilePath, _ opening: FileOpening) throws(Errno) -> File { try base.open(path, opening) }

    package func openUnnamed(in folder: FilePath, permissions: UInt16) throws(Errno) -> File {
        try base.openUnnamed(in: folder, permissions: permissions)
    }
}

extension ForwardingCalls {
    package func status(of path: FilePath, followsLink: Bool) throws(Errno) -> FileStatus {
        try base.status(of: path, followsLink: followsLink)
    }

    package func mayExecute(_ path: FilePath) -> Bool { base.mayExecute(path) }

    package func names(in folder: FilePath) throws(Errno) -> [String] { try base.names(in: folder) }

    package func rename(_ path: FilePath, to other: FilePath) throws(Errno) { try base.rename(path, to: other) }

    package func exchange(_ path: FilePath, with other: FilePath) throws(Errno) {
        try base.exchange(path, with: other)
    }

    package func link(_ path: FilePath, as other: FilePath) throws(Errno) { try base.link(path, as: other) }

    package func makeSymbolicLink(_ path: FilePath, to target: String) throws(Errno) {
        try base.makeSymbolicLink(path, to: target)
    }

    package func target(ofLink path: FilePath) throws(Errno) -> String { try base.target(ofLink: path) }

    package func unlink(_ path: FilePath) throws(Errno) { try base.unlink(path) }

    package func makeFolder(_ path: FilePath, permissions: UInt16) throws(Errno) {
        try base.makeFolder(path, permissions: permissions)
    }

    package func removeFolder(_ path: FilePath) throws(Errno) { try base.removeFolder(path) }

    package func setPermissions(of path: FilePath, to permissions: UInt16) throws(Errno) {
        try base.setPermissions(of: path, to: permissions)
    }

    package func synchronizeFileSystem(of folder: FilePath) throws(Errno) {
        try base.synchronizeFileSystem(of: folder)
    }

    package func setTime(of path: FilePath, to seconds: Int64) throws(Errno) {
        try base.setTime(of: path, to: seconds)
    }

    package func touch(_ path: FilePath) throws(Errno) { try base.touch(path) }

    package func stagingFolder(of path: FilePath) -> FilePath { base.stagingFolder(of: path) }

    package var temporaryNames: TemporaryNames { base.temporaryNames }
}

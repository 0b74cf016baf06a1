package import MWBzUtils

/// What is at a path of a simulated disk, without what differs from one making to the next: numbers and times.
package struct TreeEntry: Sendable, Hashable {
    /// The path, from the top of the disk.
    package let path: String
    /// What it is.
    package let kind: FileStatus.Kind
    /// The permission bits.
    package let permissions: UInt16
    /// The content of a regular file.
    package let bytes: [UInt8]
    /// Where a symbolic link points.
    package let target: String

    /// Describes what is at a path.
    package init(path: String, kind: FileStatus.Kind, permissions: UInt16, bytes: [UInt8] = [], target: String = "") {
        (self.path, self.kind, self.permissions) = (path, kind, permissions)
        (self.bytes, self.target) = (bytes, target)
    }
}

extension DiskImage {
    /// Everything that has a path, sorted by path bytewise.
    func tree() -> [TreeEntry] {
        var found: [TreeEntry] = []
        var folders: [(path: String, number: UInt64)] = [("", Self.root)]
        while let (path, folder) = folders.popLast() {
            for (name, number) in self[folder]?.entries ?? [:] {
                guard let inode = self[number] else { continue }
                let path = path + "/" + name
                found.append(
                    TreeEntry(
                        path: path, kind: inode.kind, permissions: inode.permissions, bytes: inode.bytes,
                        target: inode.target))
                if inode.kind == .folder { folders.append((path, number)) }
            }
        }
        return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
}

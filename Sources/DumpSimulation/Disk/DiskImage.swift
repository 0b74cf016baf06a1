import MWBzUtils

/// All files and folders of a disk at one moment. Files are known by number; folders give names to numbers.
struct DiskImage: Sendable {
    /// A file, folder or symbolic link.
    struct Inode: Sendable {
        var kind: FileStatus.Kind
        var permissions: UInt16
        var user: UInt32
        var group: UInt32
        var time: FileTime
        /// The content of a regular file.
        var bytes: [UInt8] = []
        /// The names in a folder.
        var entries: [String: UInt64] = [:]
        /// Where a symbolic link points.
        var target = ""
        /// How many names it has in all folders.
        var nameCount = 0
        /// The folder that a folder is in.
        var parent = DiskImage.root
        /// Whether it was opened without a name, and never got one.
        var awaitsName = false
    }

    /// The number of the topmost folder.
    static let root: UInt64 = 1

    private(set) var inodes: [UInt64: Inode]

    /// A disk with nothing but its topmost folder.
    init(time: FileTime) {
        inodes = [
            Self.root: Inode(kind: .folder, permissions: 0o755, user: 0, group: 0, time: time, nameCount: 1)
        ]
    }

    subscript(number: UInt64) -> Inode? { inodes[number] }

    /// Adds a file that has no name yet.
    mutating func add(_ inode: Inode, as number: UInt64) { inodes[number] = inode }

    /// Forgets all files but some.
    mutating func keep(_ numbers: Set<UInt64>) { inodes = inodes.filter { numbers.contains($0.key) } }

    /// Changes a file or folder. A file that is not there any more is left alone.
    mutating func apply(_ change: DiskChange) {
        let target = change.target
        guard inodes[target] != nil else { return }
        switch change.effect {
        case .entries(let entries): for entry in entries { set(entry, in: target) }
        case .truncation: inodes[target]?.bytes = []
        case .bytes(let bytes, let offset): write(bytes, at: offset, to: target)
        case .permissions(let permissions): inodes[target]?.permissions = permissions
        case .owner(let user, let group): setOwner(of: target, user, group)
        case .time: break
        }
        switch change.effect {
        case .permissions, .owner: break
        default: inodes[target]?.time = change.time
        }
    }

    private mutating func set(_ entry: DiskChange.Entry, in folder: UInt64) {
        if let old = inodes[folder]?.entries[entry.name] { inodes[old]?.nameCount -= 1 }
        guard let number = entry.number, inodes[number] != nil else {
            inodes[folder]?.entries[entry.name] = nil
            return
        }
        inodes[folder]?.entries[entry.name] = number
        inodes[number]?.nameCount += 1
        inodes[number]?.awaitsName = false
        inodes[number]?.parent = folder
    }

    private mutating func write(_ bytes: [UInt8], at offset: Int, to file: UInt64) {
        let size = inodes[file]?.bytes.count ?? 0
        // Between the end and what is written behind it lie zeros.
        if offset > size { inodes[file]?.bytes += repeatElement(0, count: offset - size) }
        let overlap = min(max(0, size - offset), bytes.count)
        if overlap > 0 { inodes[file]?.bytes.replaceSubrange(offset..<offset + overlap, with: bytes[..<overlap]) }
        inodes[file]?.bytes += bytes[overlap...]
    }

    private mutating func setOwner(of number: UInt64, _ user: UInt32, _ group: UInt32) {
        // The greatest number leaves what is there (chown(2)).
        if user != .max { inodes[number]?.user = user }
        if group != .max { inodes[number]?.group = group }
        // A program that is given away does not run any more as whoever had it.
        guard let inode = inodes[number], inode.kind == .regular else { return }
        inodes[number]?.permissions &= ~(inode.permissions & 0o010 == 0 ? 0o4000 : 0o6000)
    }

    /// Makes the names agree with each other, as a check of the file system does after a power cut: what no path leads to is
    /// gone, and a folder has one name.
    mutating func repair() {
        for number in inodes.keys { inodes[number]?.nameCount = number == Self.root ? 1 : 0 }
        var folders = [Self.root]
        while let folder = folders.popLast() {
            for (name, number) in (inodes[folder]?.entries ?? [:]).sorted(by: { $0.key < $1.key }) {
                guard let inode = inodes[number], inode.kind != .folder || inode.nameCount == 0 else {
                    inodes[folder]?.entries[name] = nil
                    continue
                }
                inodes[number]?.nameCount += 1
                inodes[number]?.parent = folder
                if inode.kind == .folder { folders.append(number) }
            }
        }
        inodes = inodes.filter { $0.value.nameCount > 0 }
    }

    /// What is known about a file.
    func status(of number: UInt64) -> FileStatus? {
        guard let inode = inodes[number] else { return nil }
        let size =
            switch inode.kind {
            case .folder: 4096
            case .link: inode.target.utf8.count
            default: inode.bytes.count
            }
        var links = inode.nameCount
        if inode.kind == .folder, links > 0 {
            links = 2 + inode.entries.values.count { inodes[$0]?.kind == .folder }
        }
        return FileStatus(
            kind: inode.kind, size: Int64(size), seconds: inode.time.seconds, nanoseconds: inode.time.nanoseconds,
            device: 1, number: number, linkCount: UInt64(links), permissions: inode.permissions, user: inode.user,
            group: inode.group)
    }
}

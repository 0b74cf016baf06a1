/// One change of one file or folder. It is in memory from the call that made it until `synchronize` brings it to the disk.
///
/// A call makes a change of each file or folder that it touches. Renaming within a folder is one change of that folder, so
/// both names change or neither does. Renaming from one folder to another is two changes, and a power cut can lose either.
/// Common file systems (ext4, XFS, Btrfs, ZFS) write both in one transaction. POSIX does not promise it, and file systems
/// without a journal, or with several servers, do otherwise. The harder case is simulated: what survives it survives theirs.
package struct DiskChange: Sendable, Hashable {
    /// What changes.
    package enum Effect: Sendable, Hashable {
        /// Names of a folder.
        case entries([Entry])
        /// A file loses its bytes.
        case truncation
        /// A file gets bytes at a place.
        case bytes([UInt8], at: Int)
        /// The permission bits.
        case permissions(UInt16)
        /// The owner and the group.
        case owner(user: UInt32, group: UInt32)
        /// The time of last change alone.
        case time
    }

    /// A name in a folder, and what it stands for from now on.
    package struct Entry: Sendable, Hashable {
        /// The name.
        package let name: String
        /// The number of the file; nil if the name is removed.
        package let number: UInt64?
    }

    /// Counts the changes of a disk from 0.
    package let number: Int
    /// The number of the file or folder that changes.
    package let target: UInt64
    /// What changes.
    package let effect: Effect
    /// When, by the clock of the disk.
    package let time: FileTime

    /// Whether it changes what a file holds.
    var isOfContent: Bool {
        switch effect {
        case .truncation, .bytes: true
        case .entries, .permissions, .owner, .time: false
        }
    }

    /// The change in pieces that reach the disk each on its own: one for each block that bytes are written to.
    func pieces(blockSize: Int) -> [DiskChange] {
        guard case .bytes(let bytes, let offset) = effect else { return [self] }
        var pieces: [DiskChange] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, ((offset + start) / blockSize + 1) * blockSize - offset)
            let piece = Effect.bytes(Array(bytes[start..<end]), at: offset + start)
            pieces.append(DiskChange(number: number, target: target, effect: piece, time: time))
            start = end
        }
        return pieces
    }
}

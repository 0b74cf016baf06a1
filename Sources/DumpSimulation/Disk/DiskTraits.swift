/// What a simulated disk is like.
package struct DiskTraits: Sendable, Hashable {
    /// What a write does that is longer than the room that is left.
    package enum FullDisk: Sendable, Hashable {
        /// It writes nothing.
        case writesNothing
        /// It writes as much as there is room for.
        case writesPart
    }

    /// How many bytes of a file reach the disk together.
    package let blockSize: Int
    /// How many bytes all files together can have; nil for no limit.
    package let capacity: Int?
    /// What happens when there is no more room.
    package let fullDisk: FullDisk

    /// Describes a disk.
    package init(blockSize: Int = 4096, capacity: Int? = nil, fullDisk: FullDisk = .writesNothing) {
        (self.blockSize, self.capacity, self.fullDisk) = (blockSize, capacity, fullDisk)
    }
}

/// A machine that uses simulated disks. It counts as one in that its processes can be ended together.
package struct SimulatedMachine: Sendable, Hashable {
    /// Its name, which another machine may have as well.
    package let name: String
    /// A number that no other machine has, nor this one after it was started again.
    package let boot: Int

    /// Describes a machine.
    package init(name: String, boot: Int) { (self.name, self.boot) = (name, boot) }
}

/// What a simulated process is like.
package struct ProcessTraits: Sendable, Hashable {
    /// Where it runs.
    package let machine: SimulatedMachine
    /// The permission bits that new files do not get (`umask`).
    package let mask: UInt16
    /// Who owns its new files.
    package let user: UInt32
    /// The group of its new files.
    package let group: UInt32

    /// Describes a process.
    package init(on machine: SimulatedMachine, mask: UInt16 = 0o022, user: UInt32 = 0, group: UInt32 = 0) {
        (self.machine, self.mask, self.user, self.group) = (machine, mask, user, group)
    }
}

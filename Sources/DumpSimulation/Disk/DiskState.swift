import MWBzUtils
import SystemPackage

/// A disk with all that is in memory about it: what is not on the disk yet, open files, locks, and the processes that use it.
///
/// It is a value: whoever copies it has two disks that go their own ways. It has no clock and no chance of its own, so the
/// same calls give the same state.
struct DiskState: Sendable {
    /// An open file.
    struct Handle: Sendable {
        let number: UInt64
        let process: Int
        let reads: Bool
        let writes: Bool
        let appends: Bool
        var position = 0
        var lock: FileLocking?
    }

    /// A process that uses the disk.
    struct Process: Sendable {
        let traits: ProcessTraits
        /// The folder from which relative paths begin.
        var folder = DiskImage.root
        var isAlive = true
    }

    let traits: DiskTraits
    /// What everybody sees.
    var current: DiskImage
    /// What is on the disk.
    private(set) var durable: DiskImage
    /// What is missing on the disk, by the number of the file or folder.
    private var pending: [UInt64: [DiskChange]] = [:]
    /// The numbers of changes that will never be brought to the disk, because trying it failed once.
    private var abandoned: Set<Int> = []
    private var changeCount = 0
    private var lastNumber = DiskImage.root
    private var nextForgetting: UInt64 = 4096
    var handles: [Int: Handle] = [:]
    private var lastHandle = 0
    private(set) var processes: [Int: Process] = [:]

    init(_ traits: DiskTraits, at time: FileTime) {
        self.traits = traits
        current = DiskImage(time: time)
        durable = current
    }
}

// MARK: - Processes

extension DiskState {
    /// Begins a process.
    /// - Returns: Its number.
    mutating func start(_ traits: ProcessTraits) -> Int {
        let process = processes.count + 1
        processes[process] = Process(traits: traits)
        return process
    }

    /// Ends a process: its open files are closed, and their locks are free.
    mutating func end(_ process: Int) {
        processes[process]?.isAlive = false
        handles = handles.filter { $0.value.process != process }
    }

    /// A process that makes a call. One that is dead cannot.
    func caller(_ process: Int) throws(Errno) -> Process {
        guard let caller = processes[process], caller.isAlive else { throw .ioError }
        return caller
    }

    mutating func enter(_ folder: UInt64, _ process: Int) { processes[process]?.folder = folder }

    /// Opens a file.
    mutating func open(_ number: UInt64, _ process: Int, reads: Bool, writes: Bool, appends: Bool = false) -> Int {
        lastHandle += 1
        handles[lastHandle] = Handle(number: number, process: process, reads: reads, writes: writes, appends: appends)
        return lastHandle
    }
}

// MARK: - Changes

extension DiskState {
    /// Changes a file or folder in memory.
    mutating func change(_ target: UInt64, _ effect: DiskChange.Effect, at time: FileTime) {
        let change = DiskChange(number: changeCount, target: target, effect: effect, time: time)
        changeCount += 1
        current.apply(change)
        pending[target, default: []].append(change)
    }

    /// Makes a file without a name. It is on the disk at once, but empty, and nothing leads to it.
    mutating func make(_ inode: DiskImage.Inode) -> UInt64 {
        lastNumber += 1
        current.add(inode, as: lastNumber)
        durable.add(inode, as: lastNumber)
        if lastNumber >= nextForgetting {
            forgetUnreachable()
            // On a large disk it takes long, so it is done more rarely.
            nextForgetting = lastNumber + UInt64(max(4096, current.inodes.count))
        }
        return lastNumber
    }

    /// Brings the changes of a file or folder to the disk.
    mutating func synchronize(_ number: UInt64) {
        let changes = pending.removeValue(forKey: number) ?? []
        for change in changes where !abandoned.contains(change.number) { durable.apply(change) }
        let kept = changes.filter { abandoned.contains($0.number) }
        if !kept.isEmpty { pending[number] = kept }
    }

    /// Brings all changes to the disk, as the system does by itself after a while.
    mutating func settle() { for number in pending.keys.sorted() { synchronize(number) } }

    /// Fails to bring the changes of a file or folder to the disk. As with Linux, a later ``synchronize(_:)`` succeeds and
    /// leaves out the bytes of files, because memory holds them as written. Names are not left out: a file system that cannot write
    /// its journal refuses all further changes.
    mutating func failToSynchronize(_ number: UInt64) {
        abandoned.formUnion((pending[number] ?? []).filter(\.isOfContent).map(\.number))
    }

    /// The changes that are not on the disk, in order.
    var pendingChanges: [DiskChange] { pending.values.joined().sorted { $0.number < $1.number } }

    /// Takes the power from the disk and from everybody who uses it, and gives it back.
    mutating func cutPower(_ cut: PowerCut) {
        for change in cut.survivors(of: pendingChanges, blockSize: traits.blockSize) { durable.apply(change) }
        durable.repair()
        current = durable
        (pending, abandoned, handles) = ([:], [], [:])
        for process in processes.keys { processes[process]?.isAlive = false }
    }

    /// Drops files that no name and no open file leads to, and none would after a power cut.
    private mutating func forgetUnreachable() {
        var needed: Set<UInt64> = [DiskImage.root, lastNumber]
        needed.formUnion(handles.values.map(\.number))
        needed.formUnion(processes.values.map(\.folder))
        for image in [current, durable] { needed.formUnion(image.inodes.values.flatMap(\.entries.values)) }
        for case .entries(let entries) in pending.values.joined().map(\.effect) {
            needed.formUnion(entries.compactMap(\.number))
        }
        current.keep(needed)
        durable.keep(needed)
        pending = pending.filter { needed.contains($0.key) }
    }

    /// How many bytes there is still room for.
    var room: Int {
        guard let capacity = traits.capacity else { return .max }
        let open = Set(handles.values.map(\.number))
        let used = current.inodes.filter { $0.value.nameCount > 0 || open.contains($0.key) }
        return used.values.reduce(capacity) { $0 - $1.bytes.count }
    }
}

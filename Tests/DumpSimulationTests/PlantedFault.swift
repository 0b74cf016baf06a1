import MWBzUtils
import Synchronization
import SystemPackage
import WikiDumpKit

@testable import DumpSimulation

/// A fault that is planted in what a simulated process is handed. A simulation that does not find it proves nothing.
enum PlantedFault: String, CaseIterable, Sendable {
    /// The rename of the marker counts as done even if its old name was gone.
    case noCompare
    /// A folder that was a work folder is left where it is.
    case noRemoval
    /// The work folders in the public tree are not seen.
    case oneTreeNotSwept
    /// `status.html` is not synchronized.
    case fileNotSynchronized
    /// The folder of a run is not synchronized.
    case folderNotSynchronized
    /// The list of hashes gets its name after the status.
    case statusBeforeSums
    /// Certificates get their names after the state of the jobs.
    case certificateAfterStatus
    /// Nothing is called `latest` while it is replaced.
    case latestInTwoSteps
    /// A folder that cannot be listed counts as empty.
    case errorOfListingIgnored
    /// Each machine judges locks by its own clock.
    case lockByOwnClock

    /// What is handed in to the processes.
    var setting: FarmSetting {
        var setting = FarmSetting()
        if self == .lockByOwnClock {
            setting.lockClock = { OwnClock(clock: $0) }
        } else {
            setting.calls = { calls in
                func faulty(_ base: some FileCalls) -> any FileCalls { FaultyCalls(base: base, fault: self) }
                return faulty(calls)
            }
        }
        return setting
    }
}

/// A clock that the lock takes at its word.
private struct OwnClock: WallClock {
    let clock: any WallClock
    func now() -> UTCTime { clock.now() }
}

/// Calls with a fault in them.
private struct FaultyCalls<Base: FileCalls>: ForwardingCalls {
    let base: Base
    let fault: PlantedFault
    private let late = Late()

    init(base: Base, fault: PlantedFault) { (self.base, self.fault) = (base, fault) }

    /// Renames that wait until the status is there, and how many folders were listed.
    private final class Late: Sendable {
        let renames = Mutex<[(FilePath, FilePath)]>([])
        let listings = Mutex(0)
    }

    func open(_ path: FilePath, _ opening: FileOpening) throws(Errno) -> FaultyFile {
        let name = path.lastComponent?.string ?? ""
        let isSkipped =
            switch fault {
            case .fileNotSynchronized: name.hasPrefix(".status.html.")
            case .folderNotSynchronized:
                path.components.count == 3 && path.starts(with: "/public") && name.allSatisfy(\.isNumber)
            default: false
            }
        return FaultyFile(base: try base.open(path, opening), isSynchronized: !isSkipped)
    }

    func openUnnamed(in folder: FilePath, permissions: UInt16) throws(Errno) -> FaultyFile {
        FaultyFile(base: try base.openUnnamed(in: folder, permissions: permissions), isSynchronized: true)
    }

    func rename(_ path: FilePath, to other: FilePath) throws(Errno) {
        let name = other.lastComponent?.string ?? ""
        switch fault {
        case .noRemoval where name.hasPrefix(".dead-"): return
        case .noCompare where other.removingLastComponent().lastComponent == ".fence":
            do throws(Errno) { try base.rename(path, to: other) } catch {
                guard error == .noSuchFileOrDirectory else { throw error }
                try base.open(other, .create(0o600)).close()
            }
            return
        case .statusBeforeSums where name.hasSuffix("-md5sums.txt"),
            .certificateAfterStatus where name.hasSuffix(".certificate.json"):
            return late.renames.withLock { $0.append((path, other)) }
        default: try base.rename(path, to: other)
        }
        if name == (fault == .statusBeforeSums ? "status.html" : "dumpruninfo.txt") {
            let waiting = late.renames.withLock { renames in
                defer { renames = [] }
                return renames
            }
            for (path, other) in waiting { try base.rename(path, to: other) }
        }
    }

    func exchange(_ path: FilePath, with other: FilePath) throws(Errno) {
        guard fault == .latestInTwoSteps else { return try base.exchange(path, with: other) }
        let aside = FilePath(path.string + ".between")
        try base.rename(other, to: aside)
        try base.rename(path, to: other)
        try base.rename(aside, to: path)
    }

    func names(in folder: FilePath) throws(Errno) -> [String] {
        let names = try base.names(in: folder)
        let isOfWiki = folder.components.count == 2
        switch fault {
        case .noRemoval where isOfWiki: return names.filter { !$0.hasPrefix(".work-") }
        case .oneTreeNotSwept where isOfWiki && folder.starts(with: "/public"):
            return names.filter { !$0.hasPrefix(".work-") }
        case .errorOfListingIgnored:
            let count = late.listings.withLock { count in
                count += 1
                return count
            }
            return count.isMultiple(of: 23) ? [] : names
        default: return names
        }
    }
}

/// An open file that may not be synchronized when it is told to.
private final class FaultyFile: OpenFile {
    private let base: any OpenFile
    private let isSynchronized: Bool

    init(base: any OpenFile, isSynchronized: Bool) { (self.base, self.isSynchronized) = (base, isSynchronized) }

    func read(count: Int) throws(Errno) -> [UInt8] { try base.read(count: count) }
    func read(at offset: Int64, count: Int) throws(Errno) -> [UInt8] { try base.read(at: offset, count: count) }
    func write(_ bytes: [UInt8]) throws(Errno) { try base.write(bytes) }
    func synchronize() throws(Errno) { if isSynchronized { try base.synchronize() } }
    func flush() throws(Errno) { try base.flush() }
    func status() throws(Errno) -> FileStatus { try base.status() }
    func setPermissions(_ permissions: UInt16) throws(Errno) { try base.setPermissions(permissions) }
    func setOwner(user: UInt32, group: UInt32) throws(Errno) { try base.setOwner(user: user, group: group) }
    func lock(_ lock: FileLocking) throws(Errno) { try base.lock(lock) }
    func link(as path: FilePath) throws(Errno) { try base.link(as: path) }
    func close() throws(Errno) { try base.close() }
}

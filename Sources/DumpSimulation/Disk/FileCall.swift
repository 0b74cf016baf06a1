package import MWBzUtils
import Synchronization
package import SystemPackage

/// A call to a file system, as a value: what a method of `FileCalls` is asked to do.
package enum FileCall: Sendable, Hashable {
    case open(FilePath, FileOpening)
    case openUnnamed(in: FilePath, permissions: UInt16)
    case status(FilePath, followsLink: Bool)
    case mayExecute(FilePath)
    case names(FilePath)
    case rename(FilePath, to: FilePath)
    case exchange(FilePath, with: FilePath)
    case link(FilePath, as: FilePath)
    case makeSymbolicLink(FilePath, target: String)
    case target(FilePath)
    case unlink(FilePath)
    case makeFolder(FilePath, permissions: UInt16)
    case removeFolder(FilePath)
    case setPermissions(FilePath, UInt16)
    case setTime(FilePath, seconds: Int64)
    case touch(FilePath)
    /// Brings everything to the disk (`syncfs`).
    case synchronizeAll(FilePath)
    /// A call to the open file that has this number.
    case file(Int, OpenFileCall)
    /// Changes the folder from which relative paths begin. `FileCalls` has no such call: a process does it by itself.
    case enter(FilePath)
}

/// A call to an open file, as a value: what a method of `OpenFile` is asked to do.
package enum OpenFileCall: Sendable, Hashable {
    case read(count: Int)
    case readAt(Int64, count: Int)
    case write([UInt8])
    case synchronize
    case flush
    case status
    case setPermissions(UInt16)
    case setOwner(user: UInt32, group: UInt32)
    case lock(FileLocking)
    case link(as: FilePath)
    case close
}

extension FileCall {
    /// Whether the call leaves everything as it is, so that a recording can do without it.
    var onlyLooks: Bool {
        switch self {
        case .status, .mayExecute, .names, .target, .file(_, .readAt), .file(_, .status), .file(_, .flush): true
        default: false
        }
    }
}

extension FileCall: CustomStringConvertible {
    /// The call in a few words.
    package var description: String {
        switch self {
        case .open(let path, let opening): "open \(path), \(opening.word)"
        case .openUnnamed(let folder, _): "open a file without a name in \(folder)"
        case .status(let path, let followsLink): "look at \(followsLink ? "" : "the entry ")\(path)"
        case .mayExecute(let path): "ask whether \(path) may be executed"
        case .names(let path): "list \(path)"
        case .rename(let path, let other): "rename \(path) to \(other)"
        case .exchange(let path, let other): "exchange \(path) and \(other)"
        case .link(let path, let other): "link \(path) as \(other)"
        case .makeSymbolicLink(let path, let target): "make the link \(path) to \(target)"
        case .target(let path): "read the link \(path)"
        case .unlink(let path): "remove \(path)"
        case .makeFolder(let path, _): "make the folder \(path)"
        case .removeFolder(let path): "remove the folder \(path)"
        case .setPermissions(let path, let bits): "set the permissions of \(path) to 0\(String(bits, radix: 8))"
        case .setTime(let path, _): "set the time of \(path)"
        case .touch(let path): "touch \(path)"
        case .synchronizeAll(let path): "bring the file system of \(path) to the disk"
        case .file(let file, .write(let bytes)): "write \(bytes.count) bytes to file \(file)"
        case .file(let file, .synchronize): "bring file \(file) to the disk"
        case .file(let file, .link(let path)): "link file \(file) as \(path)"
        case .file(let file, let call): "file \(file): \(call.word)"
        case .enter(let path): "go to \(path)"
        }
    }
}

extension FileOpening {
    fileprivate var word: String {
        switch self {
        case .read, .readAnywhere: "to read"
        case .create: "to write"
        case .append: "to append"
        case .createNew: "a new file"
        }
    }
}

extension OpenFileCall {
    fileprivate var word: String {
        switch self {
        case .read(let count): "read \(count) bytes"
        case .readAt(let offset, let count): "read \(count) bytes at \(offset)"
        case .write, .link, .synchronize: "change"
        case .flush: "begin to bring it to the disk"
        case .status: "look at it"
        case .setPermissions(let bits): "set its permissions to 0\(String(bits, radix: 8))"
        case .setOwner: "set its owner"
        case .lock(let lock): "lock, \(lock)"
        case .close: "close"
        }
    }
}

/// Counts calls from 0, to let something happen before the one of a certain number.
package final class CallCount: Sendable {
    private let count = Mutex(0)

    /// No calls yet.
    package init() {}

    /// Counts a call.
    /// - Returns: Its number.
    package func next() -> Int {
        count.withLock { count in
            defer { count += 1 }
            return count
        }
    }

    /// How many calls were made.
    package var value: Int { count.withLock { $0 } }
}

/// What a call answers. Each call fills the part that belongs to it.
package struct FileAnswer: Sendable, Hashable {
    /// The number of the file that was opened.
    package var file = 0
    /// What is known about a file.
    package var status: FileStatus?
    /// The names in a folder, sorted bytewise.
    package var names: [String] = []
    /// Where a link points.
    package var target = ""
    /// What was read.
    package var bytes: [UInt8] = []
    /// Whether something may be executed.
    package var isAllowed = false

    /// An empty answer.
    package init() {}
}

/// A moment on the clock of a simulated disk.
package struct FileTime: Sendable, Hashable {
    /// Seconds since 1970.
    package let seconds: Int64
    /// The part of a second beyond that.
    package let nanoseconds: Int64

    /// Puts a moment together.
    package init(seconds: Int64, nanoseconds: Int64 = 0) {
        (self.seconds, self.nanoseconds) = (seconds, nanoseconds)
    }
}

import MWBzUtils
import Synchronization
import SystemPackage

@testable import WikiDumpKit

/// The file system that tests lie on.
let fileSystem = FileSystem.real

/// The calls of a file system, each shown to somebody first, who may refuse it.
struct WatchedCalls: FileCalls {
    /// What is called.
    enum Call: Sendable, Hashable {
        case open, openUnnamed, status, names, rename, exchange, link, makeSymbolicLink, target, unlink, makeFolder
        case removeFolder, setPermissions, setTime, touch, synchronizeAll
        case read, write, synchronize, flush, setOwner, lock, close
    }

    private let calls: any FileCalls = SystemCalls()
    fileprivate let before: @Sendable (Call, FilePath) throws(Errno) -> Void

    /// - Parameter before: Told each call and the path it is about. When it throws, the call is not made.
    init(_ before: @escaping @Sendable (Call, FilePath) throws(Errno) -> Void) { self.before = before }

    /// Fails the call of a number, as if the disk were broken.
    /// - Parameter log: Gets the calls.
    init(failing number: Int, _ log: CallLog) {
        self.init { (call, path) throws(Errno) in
            if log.add(call, path) == number { throw .ioError }
        }
    }

    func open(_ path: FilePath, _ opening: FileOpening) throws(Errno) -> WatchedFile {
        try before(.open, path)
        return WatchedFile(try calls.open(path, opening), path, self)
    }

    func openUnnamed(in folder: FilePath, permissions: UInt16) throws(Errno) -> WatchedFile {
        try before(.openUnnamed, folder)
        return WatchedFile(try calls.openUnnamed(in: folder, permissions: permissions), folder, self)
    }

    func status(of path: FilePath, followsLink: Bool) throws(Errno) -> FileStatus {
        try before(.status, path)
        return try calls.status(of: path, followsLink: followsLink)
    }

    func mayExecute(_ path: FilePath) -> Bool { calls.mayExecute(path) }

    func names(in folder: FilePath) throws(Errno) -> [String] {
        try before(.names, folder)
        return try calls.names(in: folder)
    }

    func rename(_ path: FilePath, to other: FilePath) throws(Errno) {
        try before(.rename, path)
        try calls.rename(path, to: other)
    }

    func exchange(_ path: FilePath, with other: FilePath) throws(Errno) {
        try before(.exchange, path)
        try calls.exchange(path, with: other)
    }

    func link(_ path: FilePath, as other: FilePath) throws(Errno) {
        try before(.link, path)
        try calls.link(path, as: other)
    }

    func makeSymbolicLink(_ path: FilePath, to target: String) throws(Errno) {
        try before(.makeSymbolicLink, path)
        try calls.makeSymbolicLink(path, to: target)
    }

    func target(ofLink path: FilePath) throws(Errno) -> String {
        try before(.target, path)
        return try calls.target(ofLink: path)
    }

    func unlink(_ path: FilePath) throws(Errno) {
        try before(.unlink, path)
        try calls.unlink(path)
    }

    func makeFolder(_ path: FilePath, permissions: UInt16) throws(Errno) {
        try before(.makeFolder, path)
        try calls.makeFolder(path, permissions: permissions)
    }

    func removeFolder(_ path: FilePath) throws(Errno) {
        try before(.removeFolder, path)
        try calls.removeFolder(path)
    }

    func setPermissions(of path: FilePath, to permissions: UInt16) throws(Errno) {
        try before(.setPermissions, path)
        try calls.setPermissions(of: path, to: permissions)
    }

    func setTime(of path: FilePath, to seconds: Int64) throws(Errno) {
        try before(.setTime, path)
        try calls.setTime(of: path, to: seconds)
    }

    func touch(_ path: FilePath) throws(Errno) {
        try before(.touch, path)
        try calls.touch(path)
    }

    func synchronizeFileSystem(of folder: FilePath) throws(Errno) {
        try before(.synchronizeAll, folder)
        try calls.synchronizeFileSystem(of: folder)
    }
}

/// An open file of ``WatchedCalls``.
final class WatchedFile: OpenFile {
    private let file: any OpenFile
    private let path: FilePath
    private let calls: WatchedCalls

    fileprivate init(_ file: any OpenFile, _ path: FilePath, _ calls: WatchedCalls) {
        (self.file, self.path, self.calls) = (file, path, calls)
    }

    func read(count: Int) throws(Errno) -> [UInt8] {
        try calls.before(.read, path)
        return try file.read(count: count)
    }

    func read(at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
        try calls.before(.read, path)
        return try file.read(at: offset, count: count)
    }

    /// Writes half of the bytes when it is refused, as a full disk does.
    func write(_ bytes: [UInt8]) throws(Errno) {
        do throws(Errno) { try calls.before(.write, path) } catch {
            try file.write(Array(bytes.prefix(bytes.count / 2)))
            throw error
        }
        try file.write(bytes)
    }

    func synchronize() throws(Errno) {
        try calls.before(.synchronize, path)
        try file.synchronize()
    }

    func flush() throws(Errno) {
        try calls.before(.flush, path)
        try file.flush()
    }

    func status() throws(Errno) -> FileStatus {
        try calls.before(.status, path)
        return try file.status()
    }

    func setPermissions(_ permissions: UInt16) throws(Errno) {
        try calls.before(.setPermissions, path)
        try file.setPermissions(permissions)
    }

    func setOwner(user: UInt32, group: UInt32) throws(Errno) {
        try calls.before(.setOwner, path)
        try file.setOwner(user: user, group: group)
    }

    func lock(_ lock: FileLocking) throws(Errno) {
        try calls.before(.lock, path)
        try file.lock(lock)
    }

    func link(as path: FilePath) throws(Errno) {
        try calls.before(.link, path)
        try file.link(as: path)
    }

    /// Closes the file also when that is told to have failed, as the system does.
    func close() throws(Errno) {
        defer { try? file.close() }
        try calls.before(.close, path)
    }
}

/// The calls that were made.
final class CallLog: Sendable {
    private let made = Mutex<[(call: WatchedCalls.Call, path: FilePath)]>([])

    /// Adds a call.
    /// - Returns: how many calls there were before it.
    func add(_ call: WatchedCalls.Call, _ path: FilePath) -> Int {
        made.withLock { made in
            made.append((call, path))
            return made.count - 1
        }
    }

    var calls: [WatchedCalls.Call] { made.withLock { $0.map(\.call) } }

    /// How often a call was made about each path.
    func counts(_ call: WatchedCalls.Call) -> [FilePath: Int] {
        made.withLock { made in
            made.filter { $0.call == call }.reduce(into: [:]) { $0[$1.path, default: 0] += 1 }
        }
    }
}

import MWBzUtils
import SystemPackage

/// The file system as a process of a ``SimulatedDisk`` sees it.
struct SimulatedCalls: FileCalls {
    let process: SimulatedProcess
    let beforeCall: BeforeCall
    let afterCall: AfterCall
    let temporaryNames: TemporaryNames

    @discardableResult
    fileprivate func perform(_ call: FileCall) throws(Errno) -> FileAnswer {
        try beforeCall(call)
        return try tell(call)
    }

    /// Makes a call and tells how it ended.
    fileprivate func tell(_ call: FileCall) throws(Errno) -> FileAnswer {
        do throws(Errno) {
            let answer = try process.disk.perform(call, by: process.number)
            afterCall(call, nil)
            return answer
        } catch {
            afterCall(call, error)
            throw error
        }
    }

    func open(_ path: FilePath, _ opening: FileOpening) throws(Errno) -> SimulatedFile {
        SimulatedFile(try perform(.open(path, opening)).file, self)
    }

    func openUnnamed(in folder: FilePath, permissions: UInt16) throws(Errno) -> SimulatedFile {
        SimulatedFile(try perform(.openUnnamed(in: folder, permissions: permissions)).file, self)
    }

    func status(of path: FilePath, followsLink: Bool) throws(Errno) -> FileStatus {
        try perform(.status(path, followsLink: followsLink)).known()
    }

    func mayExecute(_ path: FilePath) -> Bool { (try? perform(.mayExecute(path)))?.isAllowed ?? false }

    func names(in folder: FilePath) throws(Errno) -> [String] { try perform(.names(folder)).names }

    func rename(_ path: FilePath, to other: FilePath) throws(Errno) { try perform(.rename(path, to: other)) }

    func exchange(_ path: FilePath, with other: FilePath) throws(Errno) { try perform(.exchange(path, with: other)) }

    func link(_ path: FilePath, as other: FilePath) throws(Errno) { try perform(.link(path, as: other)) }

    func makeSymbolicLink(_ path: FilePath, to target: String) throws(Errno) {
        try perform(.makeSymbolicLink(path, target: target))
    }

    func target(ofLink path: FilePath) throws(Errno) -> String { try perform(.target(path)).target }

    func unlink(_ path: FilePath) throws(Errno) { try perform(.unlink(path)) }

    func makeFolder(_ path: FilePath, permissions: UInt16) throws(Errno) {
        try perform(.makeFolder(path, permissions: permissions))
    }

    func removeFolder(_ path: FilePath) throws(Errno) { try perform(.removeFolder(path)) }

    func setPermissions(of path: FilePath, to permissions: UInt16) throws(Errno) {
        try perform(.setPermissions(path, permissions))
    }

    func setTime(of path: FilePath, to seconds: Int64) throws(Errno) { try perform(.setTime(path, seconds: seconds)) }

    func touch(_ path: FilePath) throws(Errno) { try perform(.touch(path)) }

    func synchronizeFileSystem(of folder: FilePath) throws(Errno) { try perform(.synchronizeAll(folder)) }
}

/// An open file of a ``SimulatedDisk``.
final class SimulatedFile: OpenFile {
    private let number: Int
    private let calls: SimulatedCalls

    fileprivate init(_ number: Int, _ calls: SimulatedCalls) { (self.number, self.calls) = (number, calls) }

    @discardableResult
    private func perform(_ call: OpenFileCall) throws(Errno) -> FileAnswer { try calls.perform(.file(number, call)) }

    func read(count: Int) throws(Errno) -> [UInt8] { try perform(.read(count: count)).bytes }

    func read(at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
        try perform(.readAt(offset, count: count)).bytes
    }

    func write(_ bytes: [UInt8]) throws(Errno) { try perform(.write(bytes)) }

    func synchronize() throws(Errno) {
        let process = calls.process
        do throws(Errno) { try calls.beforeCall(.file(number, .synchronize)) } catch {
            process.disk.failToSynchronize(number, by: process.number)
            throw error
        }
        _ = try calls.tell(.file(number, .synchronize))
    }

    func flush() throws(Errno) { try perform(.flush) }

    func status() throws(Errno) -> FileStatus { try perform(.status).known() }

    func setPermissions(_ permissions: UInt16) throws(Errno) { try perform(.setPermissions(permissions)) }

    func setOwner(user: UInt32, group: UInt32) throws(Errno) { try perform(.setOwner(user: user, group: group)) }

    func lock(_ lock: FileLocking) throws(Errno) { try perform(.lock(lock)) }

    func link(as path: FilePath) throws(Errno) { try perform(.link(as: path)) }

    /// Closes the file also when that is told to have failed, as the system does.
    func close() throws(Errno) {
        let process = calls.process
        defer { _ = try? process.disk.perform(.file(number, .close), by: process.number) }
        try calls.beforeCall(.file(number, .close))
        guard process.isAlive else { throw .ioError }
    }
}

extension FileAnswer {
    fileprivate func known() throws(Errno) -> FileStatus {
        guard let status else { throw .ioError }
        return status
    }
}

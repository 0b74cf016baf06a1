import MWBzUtils
import SystemPackage

extension DiskState {
    /// Makes a call to an open file.
    /// - Parameter base: The folder from which relative paths begin.
    mutating func perform(
        _ call: OpenFileCall, on file: Int, _ process: Int, _ base: UInt64, _ time: FileTime
    ) throws(Errno) -> FileAnswer {
        guard let handle = handles[file], handle.process == process else { throw .badFileDescriptor }
        var answer = FileAnswer()
        switch call {
        case .read(let count):
            answer.bytes = try read(handle, at: handle.position, count)
            handles[file]?.position += answer.bytes.count
        case .readAt(let offset, let count): answer.bytes = try read(handle, at: Int(offset), count)
        case .write(let bytes): try write(bytes, file, handle, time)
        case .synchronize: synchronize(handle.number)
        case .flush: break
        case .status: answer.status = current.status(of: handle.number)
        case .setPermissions(let permissions):
            change(handle.number, .permissions(permissions & 0o7777), at: time)
        case .setOwner(let user, let group): change(handle.number, .owner(user: user, group: group), at: time)
        case .lock(let lock): try self.lock(lock, file, handle)
        case .link(let path): try link(handle.number, as: path, from: base, time)
        case .close: handles[file] = nil
        }
        return answer
    }

    private func read(_ handle: Handle, at offset: Int, _ count: Int) throws(Errno) -> [UInt8] {
        guard offset >= 0 else { throw .invalidArgument }
        guard handle.reads else { throw .badFileDescriptor }
        guard let inode = current[handle.number], inode.kind != .folder else { throw .isDirectory }
        return Array(inode.bytes.dropFirst(offset).prefix(count))
    }

    private mutating func write(
        _ bytes: [UInt8], _ file: Int, _ handle: Handle, _ time: FileTime
    ) throws(Errno) {
        // Nothing is asked of the system then.
        if bytes.isEmpty { return }
        guard handle.writes else { throw .badFileDescriptor }
        let size = current[handle.number]?.bytes.count ?? 0
        let offset = handle.appends ? size : handle.position
        var fitting = bytes[...]
        let excess = traits.capacity == nil ? 0 : max(0, offset + bytes.count - size) - room
        if excess > 0 {
            guard traits.fullDisk == .writesPart else { throw .noSpace }
            fitting = bytes.dropLast(excess)
        }
        if !fitting.isEmpty { change(handle.number, .bytes(Array(fitting), at: offset), at: time) }
        handles[file]?.position = offset + fitting.count
        if fitting.count < bytes.count { throw .noSpace }
    }

    /// Locks a file. A lock that an open file has already is given up first, and is lost if the new one is refused (flock(2)).
    private mutating func lock(_ lock: FileLocking, _ file: Int, _ handle: Handle) throws(Errno) {
        if handle.lock == lock { return }
        handles[file]?.lock = nil
        let others = handles.values.filter { $0.number == handle.number }.compactMap(\.lock)
        guard lock == .shared ? !others.contains(.exclusive) : others.isEmpty else { throw .wouldBlock }
        handles[file]?.lock = lock
    }
}

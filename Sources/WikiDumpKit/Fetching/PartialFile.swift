import MWBzUtils
import SystemPackage

/// A file that is being downloaded. What has come stays when the process ends, and the next one goes on with it.
///
/// It is locked while it is written, so that two processes do not write the same file.
final class PartialFile {
    /// How the name of such a file ends.
    static let suffix = ".part"

    /// The final path.
    let path: FilePath
    /// Bytes that are there.
    private(set) var size: Int64 = 0
    private let part: FilePath
    private let kind: FileDigest.Kind
    private let fileSystem: FileSystem
    private var file: any OpenFile
    private var digest: RunningDigest

    /// Opens a file, and hashes what is there of it.
    /// - Throws: ``DumpError`` with code `lockHeld` if another process writes it.
    init(_ path: FilePath, _ kind: FileDigest.Kind, on fileSystem: FileSystem) throws(DumpError) {
        (self.path, self.kind, self.fileSystem) = (path, kind, fileSystem)
        part = path.removingLastComponent().appending("." + (path.lastComponent?.string ?? "") + Self.suffix)
        file = try Self.open(part, on: fileSystem)
        digest = RunningDigest(kind)
        do throws(BzError) {
            var bytes = try FileBytes(part, on: fileSystem.calls)
            while let chunk = try bytes.next() {
                digest.add(chunk)
                size += Int64(chunk.count)
                if Task.isCancelled { throw BzError(.cancelled, "stopped") }
            }
        } catch {
            try? file.close()
            if error.code == .cancelled { throw DumpError(.cancelled, "stopped on request") }
            throw DumpError(.fileSystem, "cannot read \(part)", remedy: "remove it", cause: error)
        }
    }

    deinit { try? file.close() }

    private static func open(_ part: FilePath, on fileSystem: FileSystem) throws(DumpError) -> any OpenFile {
        let file = try attempt("write \(part)") { () throws(Errno) in
            try fileSystem.calls.open(part, .append(0o644)) as any OpenFile
        }
        do throws(Errno) { try file.lock(.exclusive) } catch {
            // Without locks nobody can tell. Then the hash at the end does.
            guard error == .wouldBlock else { return file }
            try? file.close()
            throw DumpError(.lockHeld, "\(part) is written by another process", remedy: "wait until it ends")
        }
        return file
    }

    /// Appends bytes.
    func append(_ bytes: [UInt8]) throws(DumpError) {
        try attempt("write \(part) at offset \(size)") { () throws(Errno) in try file.write(bytes) }
        digest.add(bytes)
        size += Int64(bytes.count)
    }

    /// Begins again with nothing.
    func restart() throws(DumpError) {
        try? file.close()
        try fileSystem.remove(part)
        file = try Self.open(part, on: fileSystem)
        (size, digest) = (0, RunningDigest(kind))
    }

    /// Removes what has come.
    func discard() throws(DumpError) { try fileSystem.remove(part) }

    /// What the bytes hash to.
    var digits: String { digest.digits }

    /// Makes the bytes durable, and gives the file its final name.
    func place() throws(DumpError) {
        try attempt("write \(part)") { () throws(Errno) in
            try file.synchronize()
            try file.flush()
        }
        try fileSystem.move(part, to: path)
    }
}

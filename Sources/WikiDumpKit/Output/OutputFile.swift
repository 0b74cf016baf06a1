import CLibrary
import Crypto
public import SystemPackage

/// A file that is being written beside its final place, hashed as its bytes go by.
///
/// It stands as `NAME.inprog` until ``commit(_:)``, which makes it durable and gives it its name. Whatever kills the
/// process before that leaves nothing under the final name that was not there before.
public final class OutputFile {
    /// Where the file will stand.
    public let path: FilePath
    /// Bytes written so far.
    public private(set) var size: Int64 = 0

    private let temporary: FilePath
    private let file: FileDescriptor
    private var state = State.open
    /// Keeps the claim on the file while it is closed and has no name yet.
    private var claim: FileDescriptor?
    private var md5 = Insecure.MD5()
    private var sha1 = Insecure.SHA1()
    private var sha256 = SHA256()

    /// What the name of a file ends in while it is being written.
    public static let suffix = ".inprog"

    /// Begins a file. What an earlier, dead run left under the name in progress is overwritten.
    /// - Parameters:
    ///   - path: The final name.
    ///   - permissions: The permission bits.
    ///   - mark: Stands in the name in progress, so that another process, which lost the right to write the file and does
    ///     not know yet, writes under a name of its own; nil where there can be none.
    /// - Throws: ``DumpError`` with code `permission`, `diskFull` or `fileSystem`.
    public init(_ path: FilePath, permissions: UInt16 = 0o644, mark: String? = nil) throws(DumpError) {
        self.path = path
        temporary = FilePath(path.string + (mark.map { "." + $0 } ?? "") + Self.suffix)
        do throws(Errno) {
            file = try FileSystem.create(temporary, permissions: permissions)
            FileSystem.claim(file)
        } catch {
            throw DumpError(error, "cannot create \(temporary)")
        }
    }

    private enum State { case open, sealed, done }

    deinit { discard() }

    /// Appends bytes.
    /// - Throws: ``DumpError`` naming the file and the offset.
    public func write(_ bytes: [UInt8]) throws(DumpError) {
        if bytes.isEmpty { return }
        do throws(Errno) {
            try FileSystem.writeAll(bytes, to: file)
        } catch {
            throw DumpError(error, "cannot write \(temporary) at offset \(size)")
        }
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe md5.update(bufferPointer: buffer)
            unsafe sha1.update(bufferPointer: buffer)
            unsafe sha256.update(bufferPointer: buffer)
        }
        size += Int64(bytes.count)
    }

    /// Ends writing and makes the bytes durable. What fails for want of space fails here, before anything is published.
    /// - Throws: ``DumpError``; the file then stays away from its final name.
    public func seal() throws(DumpError) {
        guard state == .open else { return }
        do throws(Errno) { try FileSystem.synchronize(file) } catch {
            throw DumpError(error, "cannot make \(temporary) durable")
        }
        // Until it has its name, nobody may take it for what a dead process left.
        claim = try? file.duplicate()
        state = .sealed
        do throws(Errno) { try FileSystem.closing(file) } catch {
            throw DumpError(error, "cannot close \(temporary)")
        }
    }

    /// Puts the file in its place, sealed first if it is not yet.
    /// - Parameter evidence: What shows that the file holds what it should.
    /// - Returns: the record of the complete file.
    /// - Throws: ``DumpError``; the file then stays away from its final name.
    public func commit(_ evidence: FileEvidence? = nil) throws(DumpError) -> FileRecord {
        try seal()
        try FileSystem.move(temporary, to: path)
        state = .done
        try? claim?.close()
        return FileRecord(
            name: path.lastComponent?.string ?? "", size: size, isComplete: true,
            hashes: FileHashes(
                md5: md5.finalize().hexadecimal, sha1: sha1.finalize().hexadecimal,
                sha256: sha256.finalize().hexadecimal), evidence: evidence)
    }

    /// Gives the file up and removes what was written.
    public func discard() {
        if state == .done { return }
        if state == .open { try? file.close() }
        try? claim?.close()
        state = .done
        try? FileSystem.remove(temporary)
    }
}

extension FileHashes {
    /// Reads a file and hashes it.
    /// - Throws: ``DumpError`` when the file cannot be read.
    public init(of path: FilePath) throws(DumpError) {
        var (md5, sha1, sha256) = (Insecure.MD5(), Insecure.SHA1(), SHA256())
        do throws(Errno) {
            let file = try FileSystem.open(path, .readOnly)
            defer { try? file.close() }
            while true {
                let chunk = try FileSystem.readChunk(file, count: 1 << 20)
                if chunk.isEmpty { break }
                unsafe chunk.withUnsafeBytes { buffer in
                    unsafe md5.update(bufferPointer: buffer)
                    unsafe sha1.update(bufferPointer: buffer)
                    unsafe sha256.update(bufferPointer: buffer)
                }
            }
        } catch {
            throw DumpError(error, "cannot read \(path)")
        }
        self.init(
            md5: md5.finalize().hexadecimal, sha1: sha1.finalize().hexadecimal, sha256: sha256.finalize().hexadecimal)
    }
}

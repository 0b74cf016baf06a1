import Crypto
import MWBzUtils
public import SystemPackage

/// A file that is written next to its final place and hashed at the same time.
///
/// The file is named `NAME.inprog` until ``commit(_:)``, which makes it durable and gives it its final name. If the process is
/// killed before that, whatever was under the final name stays unchanged. In a run, it waits in the work folder of the process,
/// so that a process that lost the wiki to another one cannot give it its final name.
public final class OutputFile {
    /// The final path of the file.
    public let path: FilePath
    /// Bytes written so far.
    public var size: Int64 { file.size }

    /// Files that tell of an earlier file of this name. They are removed just before it is replaced.
    var companions: [FilePath] = []
    private let fileSystem: FileSystem
    private let temporary: FilePath
    private var file: StagedFile
    private var md5 = Insecure.MD5()
    private var sha1 = Insecure.SHA1()
    private var sha256 = SHA256()

    /// The ending of a file name while the file is being written.
    public static let suffix = ".inprog"

    /// Creates a file. A temporary file that a dead process left under the same name is overwritten.
    /// - Parameters:
    ///   - path: The final name.
    ///   - permissions: The permission bits.
    ///   - mark: A part of the temporary name. A process that lost the right to write the file, but does not know that yet,
    ///     thus writes under a different name. nil if there can be no such process.
    ///   - fileSystem: The file system of the file.
    /// - Throws: ``DumpError`` with code `permission`, `diskFull` or `fileSystem`.
    public init(
        _ path: FilePath, permissions: UInt16 = 0o644, mark: String? = nil, on fileSystem: FileSystem = .real
    ) throws(DumpError) {
        self.path = path
        self.fileSystem = fileSystem
        temporary = Self.temporary(path, mark: mark, on: fileSystem)
        do throws(Errno) {
            file = try StagedFile(
                path, .claimed(temporary), permissions: .exactly(permissions), calls: fileSystem.calls)
        } catch {
            throw DumpError(error, "cannot create \(temporary)")
        }
    }

    /// Where a file is until it has its final name.
    static func temporary(_ path: FilePath, mark: String?, on fileSystem: FileSystem) -> FilePath {
        fileSystem.stagingFolder(of: path).appending(
            (path.lastComponent?.string ?? "") + (mark.map { "." + $0 } ?? "") + suffix)
    }

    /// Appends bytes.
    /// - Throws: ``DumpError`` that names the file and the offset.
    public func write(_ bytes: [UInt8]) throws(DumpError) {
        if bytes.isEmpty { return }
        try attempt("write \(temporary) at offset \(size)") { () throws(Errno) in try file.append(bytes) }
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe md5.update(bufferPointer: buffer)
            unsafe sha1.update(bufferPointer: buffer)
            unsafe sha256.update(bufferPointer: buffer)
        }
    }

    /// Ends writing and makes the bytes durable. Lack of space shows up here, before anything is published.
    /// - Throws: ``DumpError``; in that case the file does not get its final name.
    public func seal() throws(DumpError) {
        try attempt("make \(temporary) durable") { () throws(Errno) in try file.seal() }
    }

    /// Gives the file its final name. Seals it first if necessary.
    /// - Parameter evidence: What shows that the file holds what it should.
    /// - Returns: The record of the complete file.
    /// - Throws: ``DumpError``. Then the file does not have its final name, unless the message says that only the name could
    ///   not be made durable.
    public func commit(_ evidence: FileEvidence? = nil) throws(DumpError) -> FileRecord {
        try seal()
        try fileSystem.removeCompanions(companions, of: path)
        do throws(Errno) { try file.place() } catch {
            throw DumpError(
                error, file.isPlaced ? "cannot make the name \(path) durable" : "cannot rename \(temporary) to \(path)")
        }
        return FileRecord(
            name: path.lastComponent?.string ?? "", size: size, isComplete: true,
            hashes: FileHashes(
                md5: md5.finalize().hexadecimal, sha1: sha1.finalize().hexadecimal,
                sha256: sha256.finalize().hexadecimal), evidence: evidence)
    }

    /// Discards the file and removes what was written.
    public func discard() { file.discard() }
}

extension FileSystem {
    /// Removes the files that tell of a file, if that is about to be replaced.
    func removeCompanions(_ companions: [FilePath], of path: FilePath) throws(DumpError) {
        guard !companions.isEmpty, try status(path) != nil else { return }
        for companion in companions { try remove(companion) }
    }
}

extension FileHashes {
    /// Reads a file and hashes it.
    /// - Throws: ``DumpError`` if the file cannot be read.
    public init(of path: FilePath, on fileSystem: FileSystem = .real) throws(DumpError) {
        var (md5, sha1, sha256) = (Insecure.MD5(), Insecure.SHA1(), SHA256())
        try attempt("read \(path)") { () throws(Errno) in
            let file = try fileSystem.open(path)
            defer { try? file.close() }
            while true {
                let chunk = try file.read(count: 1 << 20)
                if chunk.isEmpty { break }
                unsafe chunk.withUnsafeBytes { buffer in
                    unsafe md5.update(bufferPointer: buffer)
                    unsafe sha1.update(bufferPointer: buffer)
                    unsafe sha256.update(bufferPointer: buffer)
                }
            }
        }
        self.init(
            md5: md5.finalize().hexadecimal, sha1: sha1.finalize().hexadecimal, sha256: sha256.finalize().hexadecimal)
    }
}

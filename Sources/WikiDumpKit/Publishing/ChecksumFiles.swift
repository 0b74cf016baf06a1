import Synchronization
import SystemPackage

/// The files with the hashes of dump files: `WIKI-DATE-md5sums.txt` and the same as JSON for a run, `md5sums-FILE.txt` for a
/// single file, and likewise for sha1 and sha256.
///
/// Lines have the format of `md5sum` and similar tools, so `md5sum --check` can read them.
enum ChecksumFiles {
    /// The list of all files of a complete run, with SHA-256. It is written last, as that of a File Export is.
    package static let totalName = "SHA256SUMS"

    /// One line for each offered file, in the order of the jobs.
    package static func text(_ run: RunRecord, kind: HashKind) -> [UInt8] {
        var out: [UInt8] = []
        for (_, file) in run.offeredFiles {
            if let hashes = file.hashes { out += line(kind.value(hashes), file.name) }
        }
        return out
    }

    /// The same as JSON, without a newline at the end.
    package static func json(_ run: RunRecord, kind: HashKind) -> [UInt8] {
        let files = run.offeredFiles.compactMap { _, file in
            file.hashes.map { JSONValue.Member(file.name, .string(kind.value($0))) }
        }
        return JSONValue.object([JSONValue.Member(kind.rawValue, ["files": .object(files)])]).bytes
    }

    /// The name of the file with one hash of a dump file.
    package static func name(of file: String, kind: HashKind) -> String { "\(kind)sums-\(file).txt" }

    /// The files that tell of a dump file. They go before another file takes its name, so that nobody sees the new file beside
    /// the hashes of the old one.
    static func companions(of path: FilePath) -> [FilePath] {
        let name = path.lastComponent?.string ?? ""
        return ([FileCertificate.name(of: name)] + HashKind.allCases.map { self.name(of: name, kind: $0) })
            .map(path.removingLastComponent().appending)
    }

    /// The content of the file with one hash of a dump file.
    package static func text(of file: String, hashes: FileHashes, kind: HashKind) -> [UInt8] {
        Array(line(kind.value(hashes), file))
    }

    /// Reads `HASH  NAME` lines, and lines with `*` before the name, as `md5sum --binary` writes them. Other lines are ignored.
    /// The hashes are returned in lower case.
    package static func parse(_ text: String, kind: HashKind) -> [String: String] {
        var hashes: [String: String] = [:]
        // Bytes, because CR LF is one character, and so is a blank with an accent.
        for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            let hash = String(Substring(line.prefix(kind.digits)))
            let rest = line.dropFirst(kind.digits)
            guard hash.utf8.count == kind.digits, hash.allSatisfy({ $0.isASCII && $0.isHexDigit }),
                rest.starts(with: "  ".utf8) || rest.starts(with: " *".utf8), rest.count > 2
            else { continue }
            hashes[String(Substring(rest.dropFirst(2)))] = hash.lowercased()
        }
        return hashes
    }

    /// The published hashes of a dump file; nil unless all of them exist and none is older than the file.
    /// - Throws: ``DumpError`` with code `fileSystem` or `permission` if a file exists but cannot be read.
    static func read(
        of file: String, in folder: FilePath, _ files: SmallFiles
    ) throws(DumpError) -> FileHashes? {
        guard let changed = try files.fileSystem.status(folder.appending(file))?.modified else { return nil }
        var found: [HashKind: String] = [:]
        for kind in HashKind.allCases {
            let path = folder.appending(name(of: file, kind: kind))
            guard let made = try files.fileSystem.status(path)?.modified, made >= changed,
                let bytes = try files.bytes(path),
                let hash = parse(String(decoding: bytes, as: UTF8.self), kind: kind)[file]
            else { return nil }
            found[kind] = hash
        }
        guard let md5 = found[.md5], let sha1 = found[.sha1], let sha256 = found[.sha256] else { return nil }
        return FileHashes(md5: md5, sha1: sha1, sha256: sha256)
    }

    private static func line(_ hash: String, _ name: String) -> String.UTF8View { "\(hash)  \(name)\n".utf8 }
}

/// The small files around the dump files that this process has read or written. A file is read again only after it has changed.
final class SmallFiles: Sendable {
    private struct Known {
        let status: FileSystem.Status
        let bytes: [UInt8]
    }

    let fileSystem: FileSystem
    private let known = Mutex<[FilePath: Known]>([:])

    init(_ fileSystem: FileSystem) { self.fileSystem = fileSystem }

    /// The content of a file; nil if there is none.
    func bytes(_ path: FilePath) throws(DumpError) -> [UInt8]? {
        guard let status = try fileSystem.status(path), status.isFile else { return nil }
        if let known = known.withLock({ $0[path] }), known.status == status { return known.bytes }
        let bytes = try fileSystem.read(path)
        known.withLock { $0[path] = Known(status: status, bytes: bytes) }
        return bytes
    }

    /// Remembers what was just written to a file.
    func wrote(_ bytes: [UInt8], to path: FilePath) throws(DumpError) {
        guard let status = try fileSystem.status(path) else { return }
        known.withLock { $0[path] = Known(status: status, bytes: bytes) }
    }
}

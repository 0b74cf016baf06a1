import SystemPackage

extension FileRecord {
    /// Creates the record of an existing file. Its hashes are those stored next to it, or are computed again.
    /// - Parameter files: Reads the small files beside it.
    static func stored(
        _ name: String, in directory: FilePath, _ files: SmallFiles
    ) throws(DumpError) -> FileRecord? {
        let path = directory.appending(name)
        guard let status = try files.fileSystem.status(path), status.isFile else { return nil }
        let hashes: FileHashes
        if let known = try ChecksumFiles.read(of: name, in: directory, files) {
            hashes = known
        } else {
            hashes = try FileHashes(of: path, on: files.fileSystem)
        }
        // A certificate of another file with the same name, such as an older one, is ignored.
        let certificate = try FileCertificate.read(of: name, in: directory, files)
        let isOfFile = certificate?.size == status.size && certificate?.hashes == hashes
        return FileRecord(
            name: name, size: status.size, isComplete: true, hashes: hashes,
            evidence: isOfFile ? certificate?.evidence : nil)
    }
}

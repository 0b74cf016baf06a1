extension JobContext {
    /// Writes the hashes and the certificate of a piece as soon as the piece is complete. A process that continues the job then
    /// knows what the piece holds without reading it again.
    /// - Parameter mark: See ``OutputFile/init(_:permissions:mark:)``.
    func certify(
        _ record: FileRecord, _ evidence: FileEvidence, of job: String, mark: String? = nil
    ) throws(DumpError) {
        guard let hashes = record.hashes else { return }
        for kind in HashKind.allCases {
            try write(
                ChecksumFiles.text(of: record.name, hashes: hashes, kind: kind),
                to: ChecksumFiles.name(of: record.name, kind: kind), mark)
        }
        let certificate = FileCertificate(
            wiki: wiki.name.description, date: date.description, job: job, file: record.name, size: record.size ?? 0,
            hashes: hashes, evidence: evidence)
        try write(certificate.bytes, to: FileCertificate.name(of: record.name), mark)
    }

    private func write(_ bytes: [UInt8], to name: String, _ mark: String?) throws(DumpError) {
        if let mark {
            // The mark in the temporary name keeps the process that does the run from treating the file as a leftover of a dead
            // one.
            let file = try OutputFile(path(name), permissions: statusPermissions, mark: mark, on: wiki.fileSystem)
            defer { file.discard() }
            try file.write(bytes)
            _ = try file.commit()
        } else {
            try wiki.fileSystem.write(bytes, to: path(name), permissions: statusPermissions, durable: false)
        }
        try smallFiles.wrote(bytes, to: path(name))
    }
}

extension JobContext {
    /// Puts hashes and certificate beside a piece as soon as it is there: a process that goes on with the job need not read
    /// it again, and knows what it holds.
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
            // Under a name that the process which does the run does not take for what a dead one left.
            let file = try OutputFile(path(name), permissions: statusPermissions, mark: mark)
            defer { file.discard() }
            try file.write(bytes)
            _ = try file.commit()
        } else {
            try FileSystem.write(bytes, to: path(name), permissions: statusPermissions, durable: false)
        }
        try smallFiles.wrote(bytes, to: path(name))
    }
}

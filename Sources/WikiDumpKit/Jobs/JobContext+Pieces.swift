extension JobContext {
    /// Puts hashes and certificate beside a piece as soon as it is there: a process that goes on with the job need not read
    /// it again, and knows what it holds.
    func certify(_ record: FileRecord, _ evidence: FileEvidence, of job: String) throws(DumpError) {
        guard let hashes = record.hashes else { return }
        for kind in HashKind.allCases {
            try write(
                ChecksumFiles.text(of: record.name, hashes: hashes, kind: kind),
                to: ChecksumFiles.name(of: record.name, kind: kind))
        }
        let certificate = FileCertificate(
            wiki: wiki.name.description, date: date.description, job: job, file: record.name, size: record.size ?? 0,
            hashes: hashes, evidence: evidence)
        try write(certificate.bytes, to: FileCertificate.name(of: record.name))
    }

    private func write(_ bytes: [UInt8], to name: String) throws(DumpError) {
        try FileSystem.write(bytes, to: path(name), permissions: filePermissions, durable: false)
    }
}

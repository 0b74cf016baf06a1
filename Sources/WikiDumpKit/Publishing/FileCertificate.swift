import SystemPackage

/// `FILE.certificate.json`: what a dump file must hold, what it does hold, and what was left out and why.
///
/// A certificate is stored next to its file. It is not a dump file and is not listed with those; its name follows from the name
/// of the file.
struct FileCertificate: Sendable, Hashable {
    /// The ending of the name of a certificate.
    static let suffix = ".certificate.json"
    static let version: Int64 = 1

    /// The wiki.
    var wiki: String
    /// The date of the run.
    var date: String
    /// The job that made the file.
    var job: String
    /// The name of the file.
    var file: String
    /// The size of the file in bytes.
    var size: Int64
    /// The hashes of the file.
    var hashes: FileHashes
    /// What the file must hold and does hold.
    var evidence: FileEvidence

    init(
        wiki: String, date: String, job: String, file: String, size: Int64, hashes: FileHashes, evidence: FileEvidence
    ) {
        self.wiki = wiki
        self.date = date
        self.job = job
        self.file = file
        self.size = size
        self.hashes = hashes
        self.evidence = evidence
    }

    /// Creates the certificate for a file of a finished job; nil if not enough is known about the file.
    init?(_ file: FileRecord, of job: JobRecord, in run: RunRecord) {
        guard case .offered(let size) = FileShowing(file, of: job), let hashes = file.hashes,
            let evidence = file.evidence
        else { return nil }
        self.init(
            wiki: run.wiki.description, date: run.date.description, job: job.name, file: file.name, size: size,
            hashes: hashes, evidence: evidence)
    }

    /// The name of the certificate of a file.
    static func name(of file: String) -> String { file + suffix }

    /// Reads the certificate next to a file; nil if there is none or it is invalid.
    ///
    /// - Throws: ``DumpError`` if it exists but cannot be read.
    static func read(of file: String, in folder: FilePath) throws(DumpError) -> FileCertificate? {
        try read(of: file, in: folder, SmallFiles())
    }

    static func read(
        of file: String, in folder: FilePath, _ files: SmallFiles
    ) throws(DumpError) -> FileCertificate? {
        guard let bytes = try files.bytes(folder.appending(name(of: file))) else { return nil }
        return try? FileCertificate(parsing: bytes)
    }
}

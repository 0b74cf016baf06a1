import SystemPackage

/// `FILE.certificate.json`: what a dump file has to hold, what it holds, and what was left out and why.
///
/// It lies beside the file. It is neither a dump file nor listed where those are: its name follows from that of its file.
struct FileCertificate: Sendable, Hashable {
    /// What the name of a certificate ends in.
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
    /// The bytes of the file.
    var size: Int64
    /// The hashes of the file.
    var hashes: FileHashes
    /// What it holds.
    var evidence: FileEvidence

    /// Makes a certificate.
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

    /// The certificate of a file of a job that is done; nil if not enough is known about the file.
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

    /// The certificate that lies beside a file; nil if there is none, or if it is none.
    ///
    /// - Throws: ``DumpError`` when it is there and cannot be read.
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

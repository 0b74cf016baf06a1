import MWBzUtils
import SystemPackage

/// The files of a job that several processes share.
struct BatchFiles: Sendable {
    let sharing: JobSharing
    let context: JobContext

    /// The name of the file of a range.
    func name(of piece: DumpPiece) -> String {
        context.prefix + piece.name(of: sharing.file)
    }

    /// The record of the file of a range, whichever process made it; nil if the file is missing or not proven.
    ///
    /// The certificate must belong to the file, its counts must be as expected, and the file must have an intact beginning and
    /// end. A file without a certificate is from an earlier attempt, see ``forget(_:)``.
    func record(of piece: DumpPiece) throws(DumpError) -> FileRecord? {
        let name = name(of: piece)
        let path = context.path(name)
        guard
            let record = try FileRecord.stored(
                name, in: path.removingLastComponent(), SmallFiles(context.wiki.fileSystem)),
            let evidence = record.evidence, evidence.expected != nil, evidence.disagreements().isEmpty
        else { return nil }
        do throws(BzError) {
            return try IntegrityCheck(path).quick().problems.isEmpty ? record : nil
        } catch {
            throw DumpError(.fileSystem, "cannot look at the file \(name)", remedy: "check its folder", cause: error)
        }
    }

    /// Removes the certificates of some ranges, so that their files are made again. The files stay until then.
    func forget(_ pieces: [DumpPiece]) throws(DumpError) {
        for piece in pieces {
            try context.wiki.fileSystem.remove(context.path(FileCertificate.name(of: name(of: piece))))
        }
    }
}

import MWBzUtils
import SystemPackage

/// The files of a job that several processes share.
struct BatchFiles: Sendable {
    let job: ExportJob
    let context: JobContext

    /// The name of the file of a range.
    func name(of piece: DumpPiece) -> String {
        context.prefix + piece.name(of: job.files.first?.name ?? "")
    }

    /// The record of the file of a range, whoever made it; nil if it is not there or not proven.
    ///
    /// The certificate has to be that of the file, what was found has to be what was expected, and the file has to begin
    /// and end as it should. A file without a certificate is one of an earlier making, see ``forget(_:)``.
    func record(of piece: DumpPiece) throws(DumpError) -> FileRecord? {
        let name = name(of: piece)
        let path = context.path(name)
        guard
            let record = try FileRecord.stored(
                name, in: path.removingLastComponent()),
            let evidence = record.evidence, evidence.expected != nil, evidence.disagreements().isEmpty
        else { return nil }
        do throws(BzError) {
            return try IntegrityCheck(path).quick().problems.isEmpty ? record : nil
        } catch {
            throw DumpError(.fileSystem, "cannot look at the file \(name)", remedy: "see its folder", cause: error)
        }
    }

    /// Takes the proof from the files of some ranges, so that they are made again. They stay until then.
    func forget(_ pieces: [DumpPiece]) throws(DumpError) {
        for piece in pieces { try FileSystem.remove(context.path(FileCertificate.name(of: name(of: piece)))) }
    }
}

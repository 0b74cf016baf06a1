import MWBzUtils
import SystemPackage

/// A 7z file. An external program unpacks its text while it is read; nothing of it is stored.
struct SevenZipArchive {
    enum Reading {
        /// The whole text was passed on, and its checksum is correct.
        case whole
        /// The reader needed no more text.
        case stopped
        /// The archive is damaged; the text is what the program says.
        case damaged(String)
    }

    let path: FilePath
    let fileSystem: FileSystem
    /// The programs that can unpack it. The first one that exists is used.
    let programs: [String]

    /// Compares what the start of the archive says about its end with the size of the file. Returns what is wrong and where;
    /// nil if nothing is.
    ///
    /// The first 32 bytes are the signature and version, a checksum, and then the offset and size of the last header. These are
    /// little-endian, and the offset counts from the end of the 32 bytes (`7zFormat.txt` of the LZMA SDK).
    /// - Parameter size: The size of the file in bytes.
    func fault(size: Int64) throws(DumpError) -> FileVerdict.Problem? {
        let start = try attempt("read \(path)") { () throws(Errno) in
            let file = try fileSystem.open(path)
            defer { try? file.close() }
            return try file.read(count: Self.startSize)
        }
        guard start.starts(with: Self.signature) else { return FileVerdict.Problem("is not a 7z archive", offset: 0) }
        guard start.count == Self.startSize else {
            return FileVerdict.Problem("the archive ends inside its start", offset: size)
        }
        func number(_ place: Int) -> UInt64 {
            start[place..<place + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        let (last, isTooFar) = number(12).addingReportingOverflow(number(20))
        guard !isTooFar, last <= Int64.max - Int64(Self.startSize) else {
            return FileVerdict.Problem("the start of the archive gives an impossible place for its end", offset: 12)
        }
        let end = Int64(last) + Int64(Self.startSize)
        if end > size {
            return FileVerdict.Problem("the archive is cut off: it should have \(end) bytes", offset: size)
        }
        return end < size ? FileVerdict.Problem("bytes after the end of the archive", offset: end) : nil
    }

    private static let signature: [UInt8] = [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]
    private static let startSize = 32

    /// Reads the text.
    /// - Parameter body: Receives the text in chunks and returns false if it needs no more. Text that came before an error is
    ///   not verified.
    /// - Throws: ``DumpError`` with code `jobFailed` if no program exists or it could not do its work.
    func read(_ body: ([UInt8]) -> Bool) async throws(DumpError) -> Reading {
        for program in programs {
            let invocation = Invocation(
                "text of \(path)", Command(program, ["e", "-so", "-bd", "-t7z", "--", path.string]))
            var hadEnough = false
            let failure: CommandFailure?
            do throws(DumpError) {
                failure = try await CommandRunner().reading(invocation) { output async throws(DumpError) in
                    while let text = try await output.next() {
                        if body(text) { continue }
                        hadEnough = true
                        // This ends the program, which would otherwise wait for a reader forever.
                        throw DumpError(.cancelled, "enough was read")
                    }
                }.failure
            } catch {
                if hadEnough { return .stopped }
                throw error
            }
            switch failure?.kind {
            case nil: return .whole
            case .notStarted: continue
            // These are warnings and errors in the archive; all others are about the program and the machine.
            case .exited(1), .exited(2): return .damaged("\(program) says: \(failure?.lastWords ?? "")")
            default: if let failure { throw DumpError(failure) }
            }
        }
        throw DumpError(
            .jobFailed, "cannot look into \(path): there is no program \(programs.joined(separator: " or "))",
            remedy: "install the package 7zip or p7zip, or name the program with \(RequestedValue.sevenZipPrograms)")
    }
}

extension CommandFailure {
    /// The last line that the command wrote to standard error and that is not blank.
    fileprivate var lastWords: String {
        outcome?.lastLines.last { !$0.trimmingBlanks().isEmpty } ?? message
    }
}

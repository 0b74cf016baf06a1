public import SystemPackage

/// Tells whether a dump file is whole and sound, and if not, what is wrong where and how much of it is good.
///
/// Takes bzip2, gzip and plain files. What a file is stored as is told by its first bytes; when they tell nothing, by its
/// name, since they may be what is damaged.
public struct IntegrityCheck: Sendable {
    let file: RandomAccessFile
    let content: IntegrityReport.Content
    let format: DumpFormat
    private let named: DumpFormat?
    private let stamp: FileStamp

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file, if it cannot be opened or is no regular file.
    public init(_ path: FilePath, content: IntegrityReport.Content = .export) throws(BzError) {
        // Opening a pipe that nobody writes to would wait for ever.
        if let kind = FileKind(of: path), kind != .regular {
            throw BzError(
                .fileSystem, "is \(kind)",
                remedy: kind == .directory ? "name the files in it" : "read it as standard input", file: path)
        }
        file = try RandomAccessFile(path)
        stamp = try FileStamp(path)
        let beginning = try file.read(at: 0, count: DumpFormat.magicSize)
        named = DumpFormat(named: path)
        let seen = DumpFormat(beginning: beginning)
        format = seen == .plain ? named ?? .plain : seen
        self.content = content.resolved(for: format)
    }

    /// Looks at everything in the file.
    /// - Parameters:
    ///   - taskCount: How many blocks of a bzip2 file are decoded at once.
    ///   - progress: Is told how many bytes of the file are done.
    /// - Throws: ``BzError`` with code `fileSystem` or `library` if the file cannot be checked, `cancelled` if the task was
    ///   cancelled. What is wrong with the file is not thrown but reported.
    public func full(taskCount: Int, progress: (Int64) -> Void = { _ in }) async throws(BzError) -> IntegrityReport {
        var report = try begin(.full)
        switch format {
        case .bzip2: try await checkBlocks(&report, taskCount: taskCount, progress)
        case .gzip, .plain:
            let check = SequentialCheck(content: content)
            try check.run(try FileBytes(file.path), as: format, &report, progress)
        }
        try end(&report)
        return report
    }

    /// Looks at the start of the file and at its end.
    ///
    /// Takes some milliseconds whatever the size of the file. Damage in the middle is not seen;
    /// ``IntegrityReport/unchecked`` says what else was not looked at.
    /// - Throws: ``BzError`` with code `fileSystem` or `library` if the file cannot be checked. What is wrong with the
    ///   file is not thrown but reported.
    public func quick() throws(BzError) -> IntegrityReport {
        var report = try begin(.quick)
        switch format {
        case .bzip2: try checkEnds(&report)
        case .gzip: try checkGzipStart(&report)
        case .plain: try checkPlainEnds(&report)
        }
        try end(&report)
        return report
    }

    private func begin(_ depth: IntegrityReport.Depth) throws(BzError) -> IntegrityReport {
        var report = IntegrityReport(path: file.path, depth: depth)
        report.size = stamp.size
        report.format = format
        if stamp.size == 0 {
            report.add(
                IntegrityProblem(
                    BzError(.truncated, "the file is empty", remedy: "write it again", file: file.path, bitOffset: 0)))
        } else if let named, named != format {
            report.add(
                IntegrityProblem(
                    BzError(
                        .wrongFormat,
                        "the name is that of \(named.rawValue) data, and it holds \(format.rawValue) data",
                        remedy: "check the file and its name", file: file.path, bitOffset: 0)))
        }
        return report
    }

    private func end(_ report: inout IntegrityReport) throws(BzError) {
        let now = try FileStamp(file.path)
        guard now != stamp else { return }
        let sizes = now.size == stamp.size ? "" : ": it had \(stamp.size) bytes, now \(now.size)"
        report.add(
            IntegrityProblem(
                BzError(
                    .fileSystem, "the file changed while it was being checked" + sizes,
                    remedy: "check it again when nobody writes it", file: file.path)))
    }
}

extension DumpFormat {
    /// What the name of a file says; nil if it says nothing.
    public init?(named path: FilePath) {
        switch path.extension {
        case "bz2": self = .bzip2
        case "gz": self = .gzip
        default: return nil
        }
    }
}

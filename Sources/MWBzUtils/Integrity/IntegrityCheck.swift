public import SystemPackage

/// Checks whether a dump file is complete and intact. If not, it reports what is wrong where, and how much of it is good.
///
/// It checks bzip2, gzip and plain files. The format is detected from the first bytes. If they are inconclusive, perhaps
/// because they are damaged, the name decides.
public struct IntegrityCheck: Sendable {
    let file: RandomAccessFile
    let content: IntegrityReport.Content
    let format: DumpFormat
    private let named: DumpFormat?
    private let stamp: FileStamp

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file, if it cannot be opened or is not a regular file.
    public init(_ path: FilePath, content: IntegrityReport.Content = .export) throws(BzError) {
        try self.init(path, content: content, on: WebCalls.of(path))
    }

    /// Opens a file of a file system.
    package init(
        _ path: FilePath, content: IntegrityReport.Content = .export, on calls: any FileCalls
    ) throws(BzError) {
        file = try RandomAccessFile(regular: path, on: calls) {
            $0 == .directory ? "name the files in it" : "read it as standard input"
        }
        stamp = try FileStamp(file)
        let beginning = try file.read(at: 0, count: DumpFormat.magicSize)
        named = DumpFormat(named: path)
        let seen = DumpFormat(beginning: beginning)
        format = seen == .plain ? named ?? .plain : seen
        self.content = content.resolved(for: format)
    }

    /// Checks the whole file.
    /// - Parameters:
    ///   - taskCount: How many blocks of a bzip2 file are decoded at once.
    ///   - progress: Called with the number of bytes of the file that are done.
    /// - Throws: ``BzError`` with code `fileSystem` or `library` if the file cannot be checked, `cancelled` if the task was
    ///   cancelled. Problems of the file are reported, not thrown.
    public func full(taskCount: Int, progress: (Int64) -> Void = { _ in }) async throws(BzError) -> IntegrityReport {
        var report = try begin(.full)
        switch format {
        case .bzip2: try await checkBlocks(&report, taskCount: taskCount, progress)
        case .gzip, .plain:
            let check = SequentialCheck(content: content)
            try check.run(try FileBytes(file.path, on: file.calls), as: format, &report, progress)
        }
        try end(&report)
        return report
    }

    /// Checks the start and the end of the file.
    ///
    /// For bzip2 data and plain text, it takes a few milliseconds at any size, and damage in the middle is not noticed. gzip
    /// data is read to its end.
    /// ``IntegrityReport/unchecked`` says what else was not checked.
    /// - Throws: ``BzError`` with code `fileSystem` or `library` if the file cannot be checked. Problems of the file are
    ///   reported, not thrown.
    public func quick() throws(BzError) -> IntegrityReport {
        var report = try begin(.quick)
        switch format {
        case .bzip2: try checkEnds(&report)
        // It can be read only from its start, so nothing less than all of it tells whether it is whole.
        case .gzip:
            try SequentialCheck(content: content).run(try FileBytes(file.path, on: file.calls), as: .gzip, &report)
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
                BzError(.truncated, "the file is empty", remedy: "write it again", file: file.path, bitOffset: 0))
        } else if let named, named != format {
            report.add(
                BzError(
                    .wrongFormat,
                    "the name says \(named.rawValue), but the file holds \(format.rawValue) data",
                    remedy: "check the file and its name", file: file.path, bitOffset: 0))
        }
        return report
    }

    private func end(_ report: inout IntegrityReport) throws(BzError) {
        let now = try FileStamp(file)
        guard now != stamp else { return }
        let sizes = now.size == stamp.size ? "" : ": it had \(stamp.size) bytes, now \(now.size)"
        report.add(
            BzError(
                .fileSystem, "the file changed while it was being checked" + sizes,
                remedy: "check it again when nobody is writing it", file: file.path))
    }
}

extension DumpFormat {
    /// The format that the name of a file indicates; nil if it indicates none.
    public init?(named path: FilePath) {
        switch path.extension {
        case "bz2": self = .bzip2
        case "gz": self = .gzip
        default: return nil
        }
    }
}

extension IntegrityCheck {
    /// Checks every block of every stream.
    func checkBlocks(
        _ report: inout IntegrityReport, taskCount: Int, _ progress: (Int64) -> Void
    ) async throws(BzError) {
        if report.size == 0 { return }
        var pages = ExportCheck(atStart: true, seesAll: true)
        var end: Int64 = 0
        var isWhole = true
        var found: [IntegrityProblem] = []
        var omitted = 0
        func add(_ problem: IntegrityProblem) {
            if found.count < IntegrityReport.problemLimit { found.append(problem) } else { omitted += 1 }
        }
        var last = (stream: 0, block: 0)
        report.summary = try await BlockWalk(file: file, taskCount: taskCount).run { step in
            switch step {
            case .streamBegin: break
            case .block(let block):
                last = (block.stream, block.number)
                if content != .anything { pages.add(block.decoded.content(), block: block.bitOffset) }
                end = block.endOffset
                if isWhole { report.soundBitCount = end }
                progress(end / 8)
            case .streamEnd(let footer):
                end = (footer.bitOffset + 80 + 7) / 8 * 8
                if footer.agrees == false {
                    isWhole = false
                    add(IntegrityProblem(footer.mismatch(in: file.path, at: footer.bitOffset), stream: footer.stream))
                }
                if isWhole { report.soundBitCount = end }
            case .damage(let damage):
                isWhole = false
                // The offsets after the damage are unknown, and the page that it cut is lost.
                if !damage.isSeamless { pages.skip() }
                end = damage.bitOffset
                add(
                    IntegrityProblem(
                        damage.error, stream: damage.stream, block: damage.block, resumeOffset: damage.resumeOffset))
            case .trailing(let count):
                let error = BzError(
                    .damaged, "\(count) bytes that belong to no stream",
                    remedy: "cut them off, or fetch the file again", file: file.path,
                    bitOffset: (report.size - count) * 8)
                add(IntegrityProblem(error))
            }
        }
        if content == .export || content == .automatic && pages.isExport == true {
            report.lastCompletePage = pages.lastCompletePage
            report.remarks = pages.remarks
            for finding in pages.findings {
                let error = BzError(
                    .damaged, finding.text, remedy: "write the dump again", file: file.path, bitOffset: finding.block)
                add(IntegrityProblem(error))
            }
            if isWhole, let error = pages.problem(at: end) {
                add(IntegrityProblem(error.naming(file.path), stream: last.stream, block: last.block))
            }
        }
        for problem in found.sorted(by: { ($0.bitOffset ?? 0) < ($1.bitOffset ?? 0) }) { report.add(problem) }
        report.omittedProblemCount += omitted
    }

    /// How much of the end of a plain file is examined.
    private static let tailSize: Int64 = 1 << 20

    func checkPlainEnds(_ report: inout IntegrityReport) throws(BzError) {
        if report.size == 0 { return }
        var beginning = ExportBeginning()
        beginning.add(try file.read(at: 0, count: 1024))
        report.soundBitCount = report.size * 8
        guard content == .export || content == .automatic && beginning.isExport == true else { return }
        if beginning.isExport == false {
            report.add(
                BzError(
                    .wrongFormat, "the content does not begin with <mediawiki",
                    remedy: "check the file and its name", file: file.path, bitOffset: 0))
        }
        let start = max(0, report.size - Self.tailSize)
        var pages = ExportCheck(atStart: start == 0)
        pages.add(try file.read(at: start, count: Int(Self.tailSize)), block: -1)
        report.lastCompletePage = pages.lastCompletePage
        if let problem = pages.problem(at: report.size * 8), problem.code != .wrongFormat {
            report.add(problem.naming(file.path))
        }
        if start > 0 { report.unchecked.append("everything before the last \(Self.tailSize) bytes") }
    }
}

extension RandomAccessFile {
    /// Whether to treat the content of a bzip2 file as an export. If necessary, its first block decides.
    func holdsExport(_ content: IntegrityReport.Content) throws(BzError) -> Bool {
        switch content {
        case .anything: return false
        case .export: return true
        case .automatic:
            var chain = StreamChain(self)
            var beginning = ExportBeginning()
            do throws(BzError) {
                if case .block(let bitOffset, let level) = try chain.next() {
                    beginning.add(try decodeBlock(at: bitOffset, level: level, with: BzFastDecoder()).content())
                }
            } catch {
                guard error.isAboutData else { throw error }
            }
            return beginning.isExport == true
        }
    }
}

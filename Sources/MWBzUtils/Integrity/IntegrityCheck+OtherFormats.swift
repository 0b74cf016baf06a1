extension IntegrityCheck {
    /// A compressed file up to this size is looked at as a whole in a quick check too.
    private static let smallSize: Int64 = 256 << 10
    /// How much of the end of a plain file is looked at.
    private static let tailSize: Int64 = 1 << 20

    /// gzip has nothing near its end that could be found from there: only a small file can be checked to its end.
    func checkGzipStart(_ report: inout IntegrityReport) throws(BzError) {
        let check = SequentialCheck(content: content)
        guard report.size > Self.smallSize else {
            return try check.run(try FileBytes(file.path), as: .gzip, &report)
        }
        let start = MemoryBytes(try file.read(at: 0, count: Int(Self.smallSize)))
        try check.run(start, as: .gzip, &report)
        // That the data goes on behind what was read is no fault.
        if report.problems.last?.code == .truncated { report.problems.removeLast() }
        report.lastCompletePage = nil
        report.unchecked.append(
            "everything behind the first \(Self.smallSize) bytes: gzip can only be read from the start")
    }

    func checkPlainEnds(_ report: inout IntegrityReport) throws(BzError) {
        if report.size == 0 { return }
        var beginning = ExportBeginning()
        beginning.add(try file.read(at: 0, count: 1024))
        report.soundBitCount = report.size * 8
        guard content == .export || content == .automatic && beginning.isExport == true else { return }
        if beginning.isExport == false {
            report.add(
                IntegrityProblem(
                    BzError(
                        .wrongFormat, "the content does not begin with <mediawiki",
                        remedy: "check the file and its name", file: file.path, bitOffset: 0)))
        }
        let start = max(0, report.size - Self.tailSize)
        var pages = ExportCheck(atStart: start == 0)
        pages.add(try file.read(at: start, count: Int(Self.tailSize)), block: -1)
        report.lastCompletePage = pages.lastCompletePage
        if let problem = pages.problem(at: report.size * 8), problem.code != .wrongFormat {
            report.add(IntegrityProblem(problem.naming(file.path)))
        }
        if start > 0 { report.unchecked.append("everything before the last \(Self.tailSize) bytes") }
    }
}

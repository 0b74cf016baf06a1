extension IntegrityCheck {
    /// Looks at every block of every stream.
    func checkBlocks(
        _ report: inout IntegrityReport, taskCount: Int, _ progress: (Int64) -> Void
    ) async throws(BzError) {
        if report.size == 0 { return }
        var pages = ExportCheck(atStart: true)
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
                // What follows the damage has other offsets, and what it cut is lost.
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
}

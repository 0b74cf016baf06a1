extension IntegrityCheck {
    /// How much of the end of a file is examined: the longest block and what may follow it.
    private static let tailSize: Int64 = 1_200_000
    /// How many of the last blocks are examined if the last one is not enough.
    private static let tailBlocks = 4

    /// Examines the start of a bzip2 file, the last blocks, and the end of the last stream.
    func checkEnds(_ report: inout IntegrityReport) throws(BzError) {
        if report.size == 0 { return }
        do throws(BzError) {
            var start = StreamChain(file)
            _ = try start.next()
        } catch {
            guard error.isAboutData else { throw error }
            report.add(IntegrityProblem(error, stream: 0, block: 0))
            return
        }
        let isExport = try file.holdsExport(content)
        var tail = Tail(atStart: false)
        tail.problem = BzError(
            .damaged, "no block begins near the end", remedy: "check the whole file", file: file.path,
            bitOffset: max(0, report.size - Self.tailSize) * 8)
        let decoder = BzFastDecoder()
        for begin in try lastBegins(report.size) {
            tail = try walk(begin, decoder, atStart: begin.bitOffset == 0)
            // A magic number may occur inside a block. The last block may contain only a part of the closing tag, or no
            // end of a page. Starting earlier helps then.
            if !isExport { if tail.problem == nil || tail.summary.blockCount > 0 { break } else { continue } }
            let isSound = tail.problem == nil && tail.pages.problem(at: 0) == nil
            if isSound || tail.pages.lastCompletePage != nil { break }
        }
        write(tail, isExport: isExport, to: &report)
    }

    private func write(_ tail: Tail, isExport: Bool, to report: inout IntegrityReport) {
        report.summary = tail.summary
        report.soundBitCount = tail.soundBitCount
        let isAll = tail.isAll
        if let problem = tail.problem {
            report.add(
                IntegrityProblem(
                    problem, stream: isAll ? tail.summary.streamCount : nil,
                    block: isAll ? tail.summary.blockCount : nil))
        }
        if isExport {
            report.lastCompletePage = tail.pages.lastCompletePage
            for finding in tail.pages.findings {
                let error = BzError(
                    .damaged, finding.text, remedy: "write the dump again", file: file.path, bitOffset: finding.block)
                report.add(error)
            }
            if tail.problem == nil, let problem = tail.pages.problem(at: tail.soundBitCount) {
                report.add(problem.naming(file.path))
            }
            if report.lastCompletePage == nil, !report.isSound {
                report.unchecked.append("the last complete page: it ends before the blocks that were checked")
            }
        }
        if tail.summary.trailingByteCount > 0 {
            report.add(
                BzError(
                    .damaged, "\(tail.summary.trailingByteCount) bytes that belong to no stream",
                    remedy: "cut them off, or fetch the file again", file: file.path,
                    bitOffset: tail.summary.endOffset * 8))
        }
        guard !isAll else { return }
        report.unchecked.append("blocks before the last \(tail.summary.blockCount)")
        if !tail.comparedLastFooter {
            report.unchecked.append(
                "the checksum of the last stream: it begins before the blocks that were checked")
        }
    }

    /// The places from which to walk to the end, last one first.
    private func lastBegins(_ size: Int64) throws(BzError) -> [StreamChain] {
        guard size > Self.tailSize else { return [StreamChain(file)] }
        let offset = size - Self.tailSize
        var scanner = BzMagicScanner(startingAt: offset)
        let magics = scanner.scan(try file.read(at: offset, count: Int(Self.tailSize))) + scanner.finish()
        return magics.filter { $0.kind == .block }.suffix(Self.tailBlocks).reversed().map {
            StreamChain(file, at: $0.bitOffset)
        }
    }

    /// What was found from a place to the end of the file, or to the first problem.
    private struct Tail {
        var pages: ExportCheck
        var summary = BzFileSummary()
        var soundBitCount: Int64 = 0
        var problem: BzError?
        let isAll: Bool
        var comparedLastFooter = false

        init(atStart: Bool) {
            pages = ExportCheck(atStart: atStart)
            isAll = atStart
        }
    }

    private func walk(_ begin: StreamChain, _ decoder: BzFastDecoder, atStart: Bool) throws(BzError) -> Tail {
        var chain = begin
        var tail = Tail(atStart: atStart)
        do throws(BzError) {
            loop: while true {
                switch try chain.step() {
                case .begin: break
                case .block(let bitOffset, let level):
                    let block = try file.decodeBlock(at: bitOffset, level: level, with: decoder)
                    if content != .anything { tail.pages.add(block.content(), block: bitOffset) }
                    chain.pass(block)
                    tail.soundBitCount = chain.bitOffset
                case .footer(let end):
                    if end.agrees == false { throw end.mismatch(in: file.path, at: end.bitOffset) }
                    tail.comparedLastFooter = end.agrees != nil
                    tail.soundBitCount = chain.bitOffset
                case .end: break loop
                }
                tail.summary = chain.summary
            }
        } catch {
            guard error.isAboutData else { throw error }
            tail.problem = error
        }
        tail.summary = chain.summary
        return tail
    }
}

import SystemPackage

/// Checks data that is read from front to back: gzip and plain files, and pipes.
struct SequentialCheck {
    let content: IntegrityReport.Content

    func run<Source: ByteStream & ~Copyable>(
        _ source: consuming Source, as format: DumpFormat, _ report: inout IntegrityReport,
        _ progress: (Int64) -> Void = { _ in }
    ) throws(BzError) {
        let meter = ByteMeter()
        let metered = MeteredBytes(source, meter: meter)
        var pages = ExportCheck(atStart: true, seesAll: true)
        do throws(BzError) {
            switch format {
            case .bzip2:
                var decoder = BzDecoder(metered)
                defer { report.summary.streamCount = decoder.streamCount }
                try read(&decoder, meter, &pages, &report, progress)
                addTrailing(decoder.trailingOffset, meter, "stream", &report)
            case .gzip:
                var decoder = GzipDecoder(metered)
                defer { report.summary.streamCount = decoder.memberCount }
                try read(&decoder, meter, &pages, &report, progress)
                addTrailing(decoder.trailingOffset, meter, "member", &report)
            case .plain:
                var plain = metered
                try read(&plain, meter, &pages, &report, progress)
            }
            report.summary.endOffset = meter.count - report.summary.trailingByteCount
            report.soundBitCount = report.summary.endOffset * 8
        } catch {
            guard error.isAboutData else { throw error }
            report.lastCompletePage = pages.lastCompletePage
            if report.size > 0 || meter.count > 0 {
                report.add(IntegrityProblem(error.naming(report.path), stream: report.summary.streamCount))
            }
            return
        }
        if meter.count == 0 { return }
        guard content == .export || content == .automatic && pages.isExport == true else { return }
        report.lastCompletePage = pages.lastCompletePage
        report.remarks = pages.remarks
        for finding in pages.findings {
            report.add(BzError(.damaged, finding.text, remedy: "write the dump again", file: report.path))
        }
        if let problem = pages.problem(at: report.soundBitCount) {
            report.add(problem.naming(report.path))
        }
    }

    private func read<Decoder: ByteStream & ~Copyable>(
        _ decoder: inout Decoder, _ meter: ByteMeter, _ pages: inout ExportCheck, _ report: inout IntegrityReport,
        _ progress: (Int64) -> Void
    ) throws(BzError) {
        while let chunk = try decoder.next() {
            if Task.isCancelled { throw BzError(.cancelled, "the reading was stopped", file: report.path) }
            if content != .anything { pages.add(chunk, block: -1) }
            report.summary.uncompressedSize += Int64(chunk.count)
            progress(meter.count)
        }
    }

    private func addTrailing(_ offset: Int64?, _ meter: ByteMeter, _ part: String, _ report: inout IntegrityReport) {
        guard let offset else { return }
        let count = max(0, max(report.size, meter.count) - offset)
        report.summary.trailingByteCount = count
        report.add(
            BzError(
                .damaged, "bytes that belong to no \(part)", remedy: "cut them off, or fetch the file again",
                file: report.path, bitOffset: offset * 8))
    }
}

extension IntegrityCheck {
    /// Checks standard input up to its end. Waiting for it blocks the calling thread.
    /// - Throws: ``BzError`` with code `fileSystem` or `library` if it cannot be read, `cancelled` if the task was
    ///   cancelled. Problems of the data are reported, not thrown.
    public static func standardInput(
        content: IntegrityReport.Content = .export, progress: (Int64) -> Void = { _ in }
    ) throws(BzError) -> IntegrityReport {
        var report = IntegrityReport(path: "-", depth: .full)
        let input = try PrefixedBytes(try FileBytes.standardInput(), count: DumpFormat.magicSize)
        report.format = DumpFormat(beginning: input.start)
        if input.start.isEmpty {
            report.add(
                BzError(.truncated, "the input is empty", remedy: "check what writes it", bitOffset: 0))
            return report
        }
        let counter = ByteMeter()
        try SequentialCheck(content: content.resolved(for: report.format))
            .run(MeteredBytes(input, meter: counter), as: report.format, &report, progress)
        report.size = counter.count
        return report
    }
}

import Synchronization

/// The progress of jobs that fill their files in one or more readings.
final class ExportProgress: Sendable {
    /// What each reading has written, by job.
    private let written = Mutex<[String: [DumpPiece: JobProgress]]>([:])
    /// The number of items to come, by job. All pieces of a file count together.
    private let expected: [String: Int64]
    private let report: @Sendable (String, JobProgress) -> Void

    init(_ files: [FilePieces], _ report: @escaping @Sendable (String, JobProgress) -> Void) {
        var expected: [String: Int64] = [:]
        for plan in files where !plan.counts.isEmpty {
            let items = plan.counts.reduce(Int64(0)) { $0 + $1.items(in: plan.file.selection) }
            expected[plan.job] = max(expected[plan.job] ?? 0, items)
        }
        self.expected = expected
        self.report = report
    }

    /// Reports the progress of a reading.
    /// - Parameters:
    ///   - reading: The piece that is read; the whole if one reading serves all pieces.
    ///   - files: The files it fills.
    ///   - tallies: One for each file and index.
    ///   - items: The number of items to come, if the plan does not tell.
    func show(_ reading: DumpPiece, _ files: [FilePieces], _ tallies: [OutputTally], of items: Int64? = nil) {
        var own: [String: [OutputTally]] = [:]
        var rest = tallies[...]
        for plan in files {
            own[plan.job, default: []] += rest.prefix(plan.file.names.count)
            rest = rest.dropFirst(plan.file.names.count)
        }
        for (job, tallies) in own {
            var sum = written.withLock { written in
                written[job, default: [:]][reading] = JobProgress(tallies)
                return written[job, default: [:]].values.reduce(JobProgress(), +)
            }
            sum.expectedItems = expected[job] ?? items
            report(job, sum)
        }
    }
}

extension JobProgress {
    init(_ tallies: [OutputTally], expectedItems: Int64? = nil) {
        self.init(
            pages: tallies.map(\.pages).max() ?? 0, items: tallies.map(\.items).max() ?? 0,
            expectedItems: expectedItems, bytesIn: tallies.reduce(0) { $0 + $1.bytesIn },
            bytesOut: tallies.reduce(0) { $0 + $1.bytesOut })
    }
}

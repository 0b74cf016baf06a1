/// What stands on disk as far as a ``RunPublisher`` knows.
struct PublisherMemory {
    var files: [String: [UInt8]] = [:]
    /// What was read or written of them.
    let smallFiles: SmallFiles
    var madeFolder: DumpDate?
    /// The run in whose folder nothing is left of writers that were killed.
    var clearedFolder: DumpDate?
    /// Files whose last content may not have reached the disk although a later run depends on it.
    var undurable: Set<String> = []
    /// When the files that people read were written last.
    var shown: ContinuousClock.Instant?
    /// Whether they lag behind.
    var isBehind = false
    /// Where the run stood when it was published last, progress aside.
    var standing: Standing?
    /// What went wrong and was told already.
    var told: Set<String> = []

    init(_ smallFiles: SmallFiles) { self.smallFiles = smallFiles }

    /// Makes the next call look at the disk again.
    mutating func forget() {
        files = [:]
        madeFolder = nil
    }

    /// Where a run and its jobs stand.
    struct Standing: Hashable {
        let date: DumpDate
        let isFinished: Bool
        let jobs: [JobStatus]

        init(_ run: RunRecord) {
            date = run.date
            isFinished = run.isFinished
            jobs = run.jobs.map(\.status)
        }
    }
}

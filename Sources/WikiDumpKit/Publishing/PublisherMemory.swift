/// What is on disk, as far as a ``RunPublisher`` knows.
struct PublisherMemory {
    var files: [String: [UInt8]] = [:]
    /// The contents that were read or written.
    let smallFiles: SmallFiles
    var madeFolder: DumpDate?
    /// The run whose folder was cleared of the leftovers of killed writers.
    var clearedFolder: DumpDate?
    /// Files whose latest content may not be on disk yet, although a later run depends on it.
    var undurable: Set<String> = []
    /// When the files for people were last written.
    var shown: ContinuousClock.Instant?
    /// Whether those files are out of date.
    var isBehind = false
    /// The state of the run when it was last published, ignoring progress.
    var standing: Standing?
    /// The failures that were already reported.
    var told: Set<String> = []

    init(_ smallFiles: SmallFiles) { self.smallFiles = smallFiles }

    /// Makes the next call read the disk again.
    mutating func forget() {
        files = [:]
        madeFolder = nil
    }

    /// The state of a run and its jobs.
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

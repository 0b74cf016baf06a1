import SystemPackage

/// The result of a job when it was last done, as an estimate for the next time.
public struct JobEstimate: Sendable, Hashable {
    /// The run in which the job was last done.
    public let date: DumpDate
    /// The total size of its files in bytes.
    public let bytes: Int64
    /// How long it took, including the jobs done in the same reading; nil if that was not measured.
    public let milliseconds: Int64?
}

/// Estimates for the next run of a wiki, taken from its last runs.
struct RunEstimates {
    /// How many runs to search for a job that was not done in the newest one.
    private static let depth = 5

    private struct Run {
        let date: DumpDate
        let states: [String: RunInfoFile.Entry]
        let hidden: [String: RunInfoFile.Entry]
        let times: JobTimes
    }

    private let wiki: any Wiki
    private let runs: [Run]

    /// Reads the files of the runs up to and including a date.
    init(_ wiki: any Wiki, upTo date: DumpDate) throws(DumpError) {
        self.wiki = wiki
        var runs: [Run] = []
        for date in try RunDirectories(wiki).dates().filter({ $0 <= date }).suffix(Self.depth).reversed() {
            let (folder, hidden) = (wiki.directories.run(date), wiki.directories.privateRun(date))
            runs.append(
                Run(
                    date: date, states: try RunInfoFile.read(in: folder, on: wiki.fileSystem),
                    hidden: try RunInfoFile.read(in: hidden, on: wiki.fileSystem),
                    times: try JobTimes(in: hidden, on: wiki.fileSystem)))
        }
        self.runs = runs
    }

    /// The result of a job when it was last done; nil if it never was.
    func estimate(of job: any Job) throws(DumpError) -> JobEstimate? {
        guard let run = run(with: job) else { return nil }
        let folder = job.folder(of: wiki, date: run.date)
        let found = try wiki.fileSystem.list(folder)
        var bytes: Int64 = 0
        let known = try RunMemory(wiki, run.date).ranges()
        for name in job.fileNames(prefix: "\(wiki.name)-\(run.date)-", known: known, among: found) {
            bytes += try wiki.fileSystem.status(folder.appending(name))?.size ?? 0
        }
        return JobEstimate(
            date: run.date, bytes: bytes, milliseconds: run.times.pass(of: job.name).map(\.milliseconds))
    }

    /// How long some jobs took in total when they were last done; nil if none was measured.
    func milliseconds(of jobs: [any Job]) -> Int64? {
        var names: [DumpDate: Set<String>] = [:]
        for job in jobs {
            guard let run = run(with: job), run.times.pass(of: job.name) != nil else { continue }
            names[run.date, default: []].insert(job.name)
        }
        if names.isEmpty { return nil }
        return runs.reduce(0) { sum, run in sum + (names[run.date].map { run.times.milliseconds(of: $0) } ?? 0) }
    }

    private func run(with job: any Job) -> Run? {
        runs.first { (job.isPrivate ? $0.hidden : $0.states)[job.name]?.status == .done }
    }
}

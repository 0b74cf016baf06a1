import SystemPackage

/// What a job made when it was done last, as a guess at what it will make.
public struct JobEstimate: Sendable, Hashable {
    /// The run in which that was.
    public let date: DumpDate
    /// Bytes of its files.
    public let bytes: Int64
    /// How long it took, together with the jobs that were done in the same reading; nil if that was not measured.
    public let milliseconds: Int64?
}

/// What the last runs of a wiki tell about the next.
struct RunEstimates {
    /// How many runs are looked at for a job that was not done in the newest.
    private static let depth = 5

    private struct Run {
        let date: DumpDate
        let states: [String: RunInfoFile.Entry]
        let hidden: [String: RunInfoFile.Entry]
        let times: JobTimes
    }

    private let wiki: any Wiki
    private let runs: [Run]

    /// Reads the files of the runs before a date, and of that date itself.
    init(_ wiki: any Wiki, upTo date: DumpDate) throws(DumpError) {
        self.wiki = wiki
        var runs: [Run] = []
        for date in try RunDirectories(wiki.directories).dates().filter({ $0 <= date }).suffix(Self.depth).reversed() {
            let (folder, hidden) = (wiki.directories.run(date), wiki.directories.privateRun(date))
            runs.append(
                Run(
                    date: date, states: try Self.states(folder), hidden: try Self.states(hidden),
                    times: try JobTimes(in: hidden)))
        }
        self.runs = runs
    }

    /// What a job made when it was done last; nil if it never was.
    func estimate(of job: any Job) throws(DumpError) -> JobEstimate? {
        guard let run = run(with: job) else { return nil }
        let folder = job.folder(of: wiki, date: run.date)
        let found = try FileSystem.list(folder)
        var bytes: Int64 = 0
        let known = try RunMemory(wiki, run.date).ranges()
        for name in job.fileNames(prefix: "\(wiki.name)-\(run.date)-", known: known, among: found) {
            bytes += try FileSystem.status(folder.appending(name))?.size ?? 0
        }
        return JobEstimate(
            date: run.date, bytes: bytes, milliseconds: run.times.pass(of: job.name).map(\.milliseconds))
    }

    /// How long some jobs took when they were done last, together; nil if that was measured of none.
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

    private static func states(_ folder: FilePath) throws(DumpError) -> [String: RunInfoFile.Entry] {
        RunInfoFile.parse(try FileSystem.text(folder.appending(RunInfoFile.textName)) ?? "")
    }
}

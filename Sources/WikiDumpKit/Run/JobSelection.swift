/// Which jobs of a run to do.
public struct JobSelection: Sendable, Hashable {
    /// The names of the jobs to do; nil for all. `tables` stands for all table jobs.
    public var names: [String]?
    /// The names of the jobs to leave out.
    public var skipped: [String]
    /// Whether to leave out jobs that are asked for by name but already done.
    public var skipsDone: Bool
    /// Whether the one job that is asked for stands for itself and all jobs after it.
    public var restarts: Bool
    /// Whether prerequisites that are not done are added to the jobs asked for.
    public var addsPrerequisites: Bool

    /// Creates a selection.
    public init(
        names: [String]? = nil, skipped: [String] = [], skipsDone: Bool = false, restarts: Bool = false,
        addsPrerequisites: Bool = false
    ) {
        self.names = names
        self.skipped = skipped
        self.skipsDone = skipsDone
        self.restarts = restarts
        self.addsPrerequisites = addsPrerequisites
    }

    /// All jobs that are not done yet.
    public static let all = JobSelection()

    /// Checks that every name is the name of a job.
    /// - Throws: ``DumpError`` with code `usage` that lists the valid names.
    public func check(against jobs: [any Job]) throws(DumpError) {
        if try pseudoJob() != nil { return }
        if let names, names.isEmpty {
            throw DumpError(.usage, "the list of jobs is empty", remedy: "name a job, or give no list")
        }
        var known = jobs.map(\.name)
        if known.contains(where: { $0.hasSuffix("table") }) { known.insert("tables", at: 0) }
        for name in (names ?? []) + skipped where !known.contains(name) {
            let near = Suggestion.nearest(to: name, among: known).map { "did you mean \($0)? " } ?? ""
            throw DumpError(
                .usage, "there is no job \(name)", remedy: "\(near)choose from: \(known.joined(separator: ", "))")
        }
    }

    /// Decides what to do with each job of a wiki, and why.
    /// - Parameters:
    ///   - jobs: All jobs of the wiki, in the order in which they run.
    ///   - isDone: Whether the job with the given name is done. Called only if the decision depends on it.
    /// - Returns: A decision for each job, by name.
    func decisions<Failure: Error>(
        for jobs: [any Job], isDone: (String) throws(Failure) -> Bool
    ) throws(Failure) -> [String: Decision] {
        let start = restarts ? jobs.firstIndex { matches($0, names ?? []) } : nil
        var decisions: [String: Decision] = [:]
        for (index, job) in jobs.enumerated() {
            decisions[job.name] = try decide(job, isDone: isDone, place: start.map { index - $0 })
        }
        if addsPrerequisites {
            // Go backwards: the prerequisites of a job come before it and may have prerequisites themselves.
            for job in jobs.reversed() where decisions[job.name]?.isRun == true {
                for need in job.prerequisites {
                    guard case .keep = decisions[need], try !isDone(need) else { continue }
                    decisions[need] = .run("\(job.name) needs it")
                }
            }
        }
        for job in jobs where decisions[job.name]?.isRun == true {
            for need in job.prerequisites {
                if decisions[need]?.isRun == true { continue }
                if try isDone(need) { continue }
                if case .skip = decisions[need] {
                    decisions[job.name] = .skip("it needs \(need), which is left out")
                } else {
                    decisions[job.name] = .run("asked for, but will fail: it needs \(need), which is not done")
                }
            }
        }
        return decisions
    }

    /// Whether only some jobs are selected. The others then keep their status.
    var isPartial: Bool { names != nil && !restarts }

    enum Decision {
        case run(String)
        case keep(String)
        case skip(String)

        var isRun: Bool { if case .run = self { true } else { false } }
    }

    /// - Parameter place: How many places after the restarting job this job comes; negative if before.
    private func decide<Failure: Error>(
        _ job: any Job, isDone: (String) throws(Failure) -> Bool, place: Int?
    ) throws(Failure) -> Decision {
        if let place, place < 0 { return .keep("comes before \(names?.first ?? "")") }
        if isPartial, !matches(job, names ?? []) { return .keep("not asked for") }
        if matches(job, skipped) {
            if try isDone(job.name) { return .keep("done already") }
            return isPartial ? .keep("left out on request") : .skip("left out on request")
        }
        if names == nil || skipsDone, try isDone(job.name) { return .keep("done already") }
        guard names != nil else { return .run("not done yet") }
        return .run(
            place.map { $0 > 0 && !matches(job, names ?? []) } == true
                ? "comes after \(names?.first ?? "")" : "asked for")
    }

    private func matches(_ job: any Job, _ names: [String]) -> Bool {
        names.contains(job.name) || (job.name.hasSuffix("table") && names.contains("tables"))
    }
}

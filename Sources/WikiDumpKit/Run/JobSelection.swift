/// Which jobs of a run to do.
public struct JobSelection: Sendable, Hashable {
    /// The names asked for; nil for all. `tables` stands for all table jobs.
    public var names: [String]?
    /// The names to leave out.
    public var skipped: [String]
    /// Whether jobs asked for by name are left alone when they are done already.
    public var skipsDone: Bool

    /// Makes a selection.
    public init(names: [String]? = nil, skipped: [String] = [], skipsDone: Bool = false) {
        self.names = names
        self.skipped = skipped
        self.skipsDone = skipsDone
    }

    /// Everything that is not done yet.
    public static let all = JobSelection()

    /// Checks that every name is the name of a job.
    /// - Throws: ``DumpError`` with code `usage` that lists the names there are.
    public func check(against jobs: [any Job]) throws(DumpError) {
        if try pseudoJob() != nil { return }
        if let names, names.isEmpty { throw DumpError(.usage, "no job is named", remedy: "name one, or none at all") }
        var known = jobs.map(\.name)
        if known.contains(where: { $0.hasSuffix("table") }) { known.insert("tables", at: 0) }
        for name in (names ?? []) + skipped where !known.contains(name) {
            throw DumpError(
                .usage, "there is no job \(name)", remedy: "choose from: \(known.joined(separator: ", "))")
        }
    }

    /// What to do with a job, and why.
    func decide(_ job: any Job, isDone: Bool) -> Decision {
        if matches(job, skipped) { return isDone ? .keep("done already") : .skip("left out on request") }
        guard let names else {
            return isDone ? .keep("done already") : .run("not done yet")
        }
        guard matches(job, names) else { return .keep("not asked for") }
        return isDone && skipsDone ? .keep("done already") : .run("asked for")
    }

    enum Decision {
        case run(String)
        case keep(String)
        case skip(String)
    }

    private func matches(_ job: any Job, _ names: [String]) -> Bool {
        names.contains(job.name) || (job.name.hasSuffix("table") && names.contains("tables"))
    }
}

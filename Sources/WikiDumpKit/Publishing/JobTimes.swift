import SystemPackage

/// How long the jobs of a run took: `jobtimes.json` in the private folder of the run.
///
/// Jobs that were done in one reading of the source are measured together: they form a pass.
struct JobTimes: Sendable, Hashable {
    /// Jobs done together, and how long they took.
    struct Pass: Sendable, Hashable {
        var jobs: [String]
        var milliseconds: Int64
    }

    static let fileName = "jobtimes.json"

    /// What was measured, in the order in which it was.
    var passes: [Pass] = []

    /// The pass in which a job was done.
    func pass(of job: String) -> Pass? { passes.last { $0.jobs.contains(job) } }

    /// How long some jobs took. A pass counts once, and whole.
    func milliseconds(of jobs: Set<String>) -> Int64 {
        passes.filter { !jobs.isDisjoint(with: $0.jobs) }.reduce(0) { $0 + $1.milliseconds }
    }

    /// Notes how long jobs took, in place of what was known of them.
    mutating func note(_ pass: Pass) {
        for index in passes.indices { passes[index].jobs.removeAll(where: pass.jobs.contains) }
        passes.removeAll { $0.jobs.isEmpty }
        passes.append(pass)
    }

    /// Reads the file; nothing is known if it is missing or damaged.
    init(in folder: FilePath) throws(DumpError) {
        let path = folder.appending(Self.fileName)
        guard try FileSystem.status(path) != nil, let json = try? JSONValue(parsing: try FileSystem.read(path)),
            case .array(let list)? = json["passes"]
        else { return }
        passes = list.compactMap { value in
            guard case .array(let jobs)? = value["jobs"], let time = value["milliseconds"]?.integer else { return nil }
            return Pass(jobs: jobs.compactMap(\.string), milliseconds: time)
        }
    }

    /// The content of the file.
    var json: JSONValue {
        let list = passes.map { pass -> JSONValue in
            ["jobs": .array(pass.jobs.map { .string($0) }), "milliseconds": .integer(pass.milliseconds)]
        }
        return ["passes": .array(list)]
    }
}

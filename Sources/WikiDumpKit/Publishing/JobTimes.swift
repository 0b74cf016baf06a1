import SystemPackage

/// How long the jobs of a run took: `jobtimes.json` in the private folder of the run.
///
/// Jobs that were done in one reading of the source form a pass and are measured together.
struct JobTimes: Sendable, Hashable {
    struct Pass: Sendable, Hashable {
        var jobs: [String]
        var milliseconds: Int64
    }

    static let fileName = "jobtimes.json"

    /// The measurements, in chronological order.
    var passes: [Pass] = []

    /// The pass in which a job was done.
    func pass(of job: String) -> Pass? { passes.last { $0.jobs.contains(job) } }

    /// How long some jobs took in total. Each of their passes counts once and in full.
    func milliseconds(of jobs: Set<String>) -> Int64 {
        passes.filter { !jobs.isDisjoint(with: $0.jobs) }.reduce(0) { $0 + $1.milliseconds }
    }

    /// Records how long jobs took, replacing earlier measurements of these jobs.
    mutating func note(_ pass: Pass) {
        for index in passes.indices { passes[index].jobs.removeAll(where: pass.jobs.contains) }
        passes.removeAll { $0.jobs.isEmpty }
        passes.append(pass)
    }

    /// Reads the file. If it is missing or damaged, there are no measurements.
    init(in folder: FilePath, on fileSystem: FileSystem) throws(DumpError) {
        let path = folder.appending(Self.fileName)
        guard try fileSystem.status(path) != nil, case .array(let list)? = (try? fileSystem.json(path))?["passes"]
        else { return }
        passes = list.compactMap { value in
            guard case .array(let jobs)? = value["jobs"], let time = value["milliseconds"]?.integer else { return nil }
            return Pass(jobs: jobs.compactMap(\.string), milliseconds: time)
        }
    }

    var json: JSONValue {
        let list = passes.map { pass -> JSONValue in
            ["jobs": .array(pass.jobs.map { .string($0) }), "milliseconds": .integer(pass.milliseconds)]
        }
        return ["passes": .array(list)]
    }
}

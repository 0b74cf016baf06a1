import SystemPackage
import Yams

/// The jobs that request siteinfo from the wiki's API: those of a YAML file, or the built-in ones.
struct APIJobList {
    private(set) var jobs: [APIJobDefinition] = []
    private(set) var problems: [ConfigurationProblem] = []

    /// The groups of the file, and the format version for each group.
    private static let versions = ["siteinfo": 1, "siteinfov2": 2]

    /// Reads a YAML file; nil stands for the built-in list.
    init(_ path: FilePath?, place: INIDocument.Place?, on fileSystem: FileSystem) {
        guard let path else {
            jobs = APIJobDefinition.builtIn
            return
        }
        do throws(ProblemFound) {
            try read(try YAMLFile(path, namedBy: "apijobs", at: place, on: fileSystem))
        } catch {
            problems.append(error.problem)
        }
    }

    private mutating func read(_ file: YAMLFile) throws(ProblemFound) {
        let top = try file.topMapping()
        try file.checkKeys(of: top, "the file", known: Self.versions.keys.sorted())
        for (group, node) in top {
            let version = Self.versions[group.scalar?.string ?? ""] ?? 1
            for (key, node) in try file.mapping(node, "“\(group.scalar?.string ?? "")”") {
                try add(key, node, version: version, file)
            }
        }
    }

    private mutating func add(_ key: Node, _ node: Node, version: Int, _ file: YAMLFile) throws(ProblemFound) {
        let name = key.scalar?.string ?? ""
        let entry = try file.mapping(node, "“\(name)”")
        try file.checkKeys(of: entry, "“\(name)”", known: ["job", "description", "properties"])
        let job = try file.text("job", of: entry, "“\(name)”")
        try file.checkName(job, entry["job"] ?? node)
        guard !jobs.contains(where: { $0.job == job }) else {
            throw file.problem("two jobs are called \(job)", entry["job"]?.mark, "give each its own name")
        }
        guard let properties = entry["properties"]?.sequence?.compactMap({ $0.scalar?.string }), !properties.isEmpty
        else {
            throw file.problem(
                "“\(name)” has no list of properties", entry["properties"]?.mark ?? entry.mark,
                "write “properties: [general, …]”")
        }
        jobs.append(
            APIJobDefinition(
                job: job, description: try file.text("description", of: entry, "“\(name)”"), properties: properties,
                formatVersion: version))
    }
}

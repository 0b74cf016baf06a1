import SystemPackage
import Yams

/// The table jobs: those of a YAML file, or the built-in ones.
struct TableJobList {
    private(set) var jobs: [TableJobDefinition] = []
    private(set) var problems: [ConfigurationProblem] = []

    /// Reads a list.
    /// - Parameters:
    ///   - path: the YAML file; nil for the built-in list.
    ///   - place: where the option that names the file stands.
    init(_ path: FilePath?, place: INIDocument.Place?) {
        guard let path else {
            jobs = Self.builtIn
            return
        }
        do throws(ProblemFound) {
            try read(try YAMLFile(path, namedBy: "tablejobs", at: place))
        } catch {
            problems.append(error.problem)
        }
    }

    private mutating func read(_ file: YAMLFile) throws(ProblemFound) {
        let top = try file.topMapping()
        try file.checkKeys(of: top, "the file", known: ["tables"])
        guard let tables = top["tables"] else {
            throw file.problem("there is no “tables”", top.mark, "put the tables below “tables:”")
        }
        for (key, node) in try file.mapping(tables, "“tables”") {
            let table = key.scalar?.string ?? ""
            try file.checkName(table, key)
            let entry = try file.mapping(node, table)
            try file.checkKeys(of: entry, table, known: ["job", "description", "type"])
            let job = try file.text("job", of: entry, table)
            try file.checkName(job, entry["job"] ?? node)
            let type = entry["type"] == nil ? "public" : try file.text("type", of: entry, table)
            guard type == "public" || type == "private" else {
                throw file.problem(
                    "the type of \(table) cannot be “\(type)”", entry["type"]?.mark, "write public or private")
            }
            let definition = TableJobDefinition(
                table: table, job: job, description: try file.text("description", of: entry, table),
                isPrivate: type == "private")
            guard !jobs.contains(where: { $0.job == definition.job }) else {
                throw file.problem(
                    "two tables have the job \(definition.job)", entry["job"]?.mark, "give each its own job")
            }
            jobs.append(definition)
        }
    }
}

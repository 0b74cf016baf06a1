import SystemPackage
import Yams

/// The table jobs: those of a YAML file, the built-in ones, or those as a file changes them.
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
        try file.checkKeys(of: top, "the file", known: ["extends", "tables"])
        if let base = top["extends"] {
            guard base.scalar?.string == "builtin" else {
                throw file.problem(
                    "“extends” names no list that there is", base.mark,
                    "write “extends: builtin”, or leave it out to name all tables yourself")
            }
            jobs = Self.builtIn
        }
        guard let tables = top["tables"] else {
            throw file.problem("there is no “tables”", top.mark, "put the tables below “tables:”")
        }
        for (key, node) in try file.mapping(tables, "“tables”") {
            let table = key.scalar?.string ?? ""
            try file.checkName(table, key)
            let place = jobs.firstIndex { $0.table == table }
            if node.bool == false {
                try leaveOut(table, at: place, node, file)
                continue
            }
            let definition = try definition(of: table, in: place.map { jobs[$0] }, node, file)
            guard definition.isPrivate || !TableSecrets.contains(table) else {
                throw file.problem(
                    "\(table) holds what the wiki hides, row by row, and cannot be public",
                    node.mapping?["type"]?.mark ?? key.mark, "write “type: private”, or leave the table out")
            }
            guard !jobs.contains(where: { $0.job == definition.job && $0.table != table }) else {
                throw file.problem(
                    "two tables have the job \(definition.job)", node.mapping?["job"]?.mark ?? node.mark,
                    "give each its own job")
            }
            if let place { jobs[place] = definition } else { jobs.append(definition) }
        }
    }

    private mutating func leaveOut(_ table: String, at place: Int?, _ node: Node, _ file: YAMLFile) throws(ProblemFound)
    {
        guard let place else {
            let near = Suggestion.nearest(to: table, among: jobs.map(\.table))
            throw file.problem(
                "there is no built-in table \(table) to leave out", node.mark,
                near.map { "did you mean \($0)?" } ?? "remove the line")
        }
        jobs.remove(at: place)
    }

    /// - Parameter known: What the list says of the table that the file extends; what the entry leaves out stays so.
    private func definition(
        of table: String, in known: TableJobDefinition?, _ node: Node, _ file: YAMLFile
    ) throws(ProblemFound) -> TableJobDefinition {
        let entry = try file.mapping(node, table)
        try file.checkKeys(of: entry, table, known: ["job", "description", "type"])
        func text(_ key: String, _ known: String?) throws(ProblemFound) -> String {
            if let known, entry[key] == nil { return known }
            return try file.text(key, of: entry, table)
        }
        let job = try text("job", known?.job)
        try file.checkName(job, entry["job"] ?? node)
        let type = try text("type", known?.isPrivate == true ? "private" : "public")
        guard type == "public" || type == "private" else {
            throw file.problem(
                "the type of \(table) cannot be “\(type)”", entry["type"]?.mark, "write public or private")
        }
        return TableJobDefinition(
            table: table, job: job, description: try text("description", known?.description),
            isPrivate: type == "private")
    }
}

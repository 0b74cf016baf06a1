import SystemPackage
import Yams

/// The jobs defined by the operator in a YAML file; empty if there is none.
struct CustomJobList {
    private(set) var jobs: [CustomJobDefinition] = []
    private(set) var problems: [ConfigurationProblem] = []
    private let others: JobList.TakenNames

    private static let keys = [
        "name", "title", "detail", "command", "inputs", "outputs", "after", "private", "timelimit",
    ]

    /// Reads a YAML file of jobs that come after others; nil stands for no jobs.
    init(_ path: FilePath?, place: INIDocument.Place?, on fileSystem: FileSystem, others: JobList.TakenNames) {
        self.others = others
        guard let path else { return }
        do throws(ProblemFound) {
            let file = try YAMLFile(path, namedBy: "customjobs", at: place, on: fileSystem)
            let top = try file.topMapping()
            try file.checkKeys(of: top, "the file", known: ["jobs"])
            guard let list = top["jobs"]?.sequence else {
                throw file.problem(
                    "there is no list “jobs”", top.mark, "write “jobs:” and below it a “- name: …” for each job")
            }
            for node in list { try add(node, file) }
        } catch {
            problems.append(error.problem)
        }
    }

    private mutating func add(_ node: Node, _ file: YAMLFile) throws(ProblemFound) {
        let entry = try file.mapping(node, "a job")
        let name = try file.text("name", of: entry, "a job")
        try file.checkKeys(of: entry, name, known: Self.keys)
        try file.checkName(name, entry["name"] ?? node)
        try check(name, entry["name"] ?? node, file)
        let inputs = try names("inputs", of: entry, name, file)
        let outputs = try names("outputs", of: entry, name, file)
        guard let first = outputs.first else {
            throw file.problem("\(name) makes no files", node.mark, "write “outputs: [name.json]”")
        }
        for output in outputs { try check(output: output.text, of: name, output.node, file) }
        guard Set(outputs.map(\.text)).count == outputs.count else {
            throw file.problem("\(name) makes a file twice", first.node.mark, "name each file once")
        }
        let command = try self.command(entry, name, inputs: inputs.count, outputs: outputs.count, file)
        let job = CustomJobDefinition(
            name: name, title: try file.text("title", of: entry, name),
            detail: entry["detail"] == nil ? nil : try file.text("detail", of: entry, name), command: command,
            inputs: inputs.map(\.text), outputs: outputs.map(\.text),
            after: try after(entry, name, file), isPrivate: try flag("private", of: entry, name, file),
            timeLimit: try seconds("timelimit", of: entry, name, file))
        guard job.namesOutputs || outputs.count == 1 else {
            throw file.problem(
                "the command of \(name) is not told where to write its files", entry["command"]?.mark,
                "put {output1}, {output2} and so on into its arguments")
        }
        // A public file must not contain anything that a private job made.
        if !job.isPrivate,
            let hidden = job.after.first(where: { name in jobs.contains { $0.name == name && $0.isPrivate } })
        {
            throw file.problem(
                "\(name) comes after the private job \(hidden)", entry["after"]?.mark, "write “private: true”")
        }
        jobs.append(job)
    }

    private func check(_ name: String, _ node: Node, _ file: YAMLFile) throws(ProblemFound) {
        guard !others.jobs.contains(name), !JobList.pseudoJobs.contains(name),
            !jobs.contains(where: { $0.name == name })
        else { throw file.problem("there is a job \(name) already", node.mark, "choose another name") }
        guard !name.hasSuffix("table") else {
            throw file.problem(
                "\(name) looks like the job of a table", node.mark, "choose a name that does not end in “table”")
        }
    }

    private func check(output: String, of name: String, _ node: Node, _ file: YAMLFile) throws(ProblemFound) {
        let isTaken =
            others.files.contains(output) || jobs.contains { $0.outputs.contains(output) }
            || ["md5sums.", "sha1sums.", "sha256sums.", "runsettings."].contains(where: output.hasPrefix)
            || [OutputFile.suffix, ".truncated", ".empty", ".tmp"].contains(where: output.hasSuffix)
        if isTaken {
            throw file.problem("\(name) cannot make “\(output)”", node.mark, "that name is taken; choose another")
        }
    }

    private func command(
        _ entry: Node.Mapping, _ name: String, inputs: Int, outputs: Int, _ file: YAMLFile
    ) throws(ProblemFound) -> [CustomJobArgument] {
        let nodes = Array(entry["command"]?.sequence ?? [])
        guard let program = nodes.first?.scalar?.string, !program.isEmpty else {
            throw file.problem(
                "\(name) has no list “command”", entry["command"]?.mark ?? entry.mark,
                "write “command: [/path/of/program, argument, …]”; it is not passed to a shell")
        }
        guard program.hasPrefix("/") else {
            throw file.problem(
                "the program of \(name) is not an absolute path: “\(program)”", nodes[0].mark, "begin it with a slash")
        }
        var arguments: [CustomJobArgument] = []
        for node in nodes {
            guard let text = node.scalar?.string else {
                throw file.problem("an argument of \(name) is not text", node.mark, "put it in quotes")
            }
            do throws(CustomJobArgument.Failure) {
                arguments.append(try CustomJobArgument(text, inputs: inputs, outputs: outputs))
            } catch {
                throw file.problem(
                    "an argument of \(name) has \(error.message)", node.mark,
                    "known are {wiki}, {date}, {input}, {input2}, {output}, {output2} …; write {{ for a brace")
            }
        }
        return arguments
    }

    private func after(_ entry: Node.Mapping, _ name: String, _ file: YAMLFile) throws(ProblemFound) -> [String] {
        guard let list = entry["after"] else { return [] }
        guard let nodes = list.sequence else {
            throw file.problem("“after” of \(name) is not a list", list.mark, "write “after: [articlesdump]”")
        }
        let known = others.jobs + jobs.map(\.name)
        return try nodes.map { node throws(ProblemFound) in
            guard let job = node.scalar?.string, known.contains(job) else {
                let text = node.scalar?.string ?? "?"
                let near = Suggestion.nearest(to: text, among: known)
                throw file.problem(
                    "\(name) comes after “\(text)”, but there is no such job before it", node.mark,
                    near.map { "did you mean \($0)?" } ?? "name a job that stands before this one")
            }
            return job
        }
    }

    /// Reads the names of a run's files, without the prefix.
    private func names(
        _ key: String, of entry: Node.Mapping, _ name: String, _ file: YAMLFile
    ) throws(ProblemFound) -> [(text: String, node: Node)] {
        guard let list = entry[key] else { return [] }
        guard let nodes = list.sequence else {
            throw file.problem("“\(key)” of \(name) is not a list", list.mark, "write “\(key): [name.json]”")
        }
        return try nodes.map { node throws(ProblemFound) in
            let text = node.scalar?.string ?? ""
            let isPlain = text.utf8.allSatisfy { $0.isAlphanumeric || "-_.".utf8.contains($0) }
            guard isPlain, let first = text.first, first.isLetter || first.isNumber, text.utf8.count <= 100 else {
                throw file.problem(
                    "“\(text)” cannot be the name of a file of \(name)", node.mark,
                    "use letters, digits, “-”, “_” and “.” only; in the folder of the run it follows WIKI-DATE-")
            }
            return (text, node)
        }
    }

    private func flag(_ key: String, of entry: Node.Mapping, _ name: String, _ file: YAMLFile) throws(ProblemFound)
        -> Bool
    {
        guard let node = entry[key] else { return false }
        guard let value = node.bool else {
            throw file.problem("“\(key)” of \(name) is neither true nor false", node.mark, "write true or false")
        }
        return value
    }

    private func seconds(
        _ key: String, of entry: Node.Mapping, _ name: String, _ file: YAMLFile
    ) throws(ProblemFound) -> Int64? {
        guard let node = entry[key] else { return nil }
        guard let value = node.int, (1...Int(Int32.max)).contains(value) else {
            throw file.problem("“\(key)” of \(name) is not a number of seconds", node.mark, "write “\(key): 3600”")
        }
        return Int64(value)
    }
}

/// A job defined by the operator in the YAML file that `[wiki] customjobs` names. It runs a command that makes files.
struct CustomJobDefinition: Sendable, Hashable {
    var name: String
    /// What the run page says about it.
    var title: String
    /// A line of further explanation.
    var detail: String?
    /// The program and its arguments, with placeholders.
    var command: [CustomJobArgument]
    /// The files that the command reads: names after the prefix `WIKI-DATE-`.
    var inputs: [String] = []
    /// The files that the command makes: names after the prefix.
    var outputs: [String]
    /// The names of jobs that must be done first.
    var after: [String] = []
    /// Whether its files belong in the private tree.
    var isPrivate: Bool = false
    /// The time limit in seconds; nil for none.
    var timeLimit: Int64?

    var namesOutputs: Bool {
        command.contains { argument in
            argument.parts.contains { if case .output = $0 { true } else { false } }
        }
    }
}

/// An argument of a command, with placeholders that are filled in for each run.
struct CustomJobArgument: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case text(String)
        /// `{wiki}`: the database name of the wiki.
        case wiki
        /// `{date}`: the date of the run, as eight digits.
        case date
        /// `{input}`, `{input1}`, `{input2}` …: the path of an input file. The number here starts at 0.
        case input(Int)
        /// `{output}`, `{output1}`, `{output2}` …: the path for an output file. The number here starts at 0.
        case output(Int)
    }

    var parts: [Part]

    init(_ parts: [Part]) { self.parts = parts }

    struct Failure: Error {
        let message: String
    }

    /// Parses an argument. `{{` and `}}` stand for literal braces.
    init(_ text: String, inputs: Int, outputs: Int) throws(Failure) {
        var parts: [Part] = []
        var plain = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            if character == "{" || character == "}", rest.first == character {
                plain.append(character)
                rest = rest.dropFirst()
            } else if character == "{" {
                guard let end = rest.firstIndex(of: "}") else { throw Failure(message: "“{” without “}”") }
                if !plain.isEmpty { parts.append(.text(plain)) }
                plain = ""
                parts.append(try Self.place(String(rest[..<end]), inputs: inputs, outputs: outputs))
                rest = rest[rest.index(after: end)...]
            } else if character == "}" {
                throw Failure(message: "“}” without “{”")
            } else {
                plain.append(character)
            }
        }
        if !plain.isEmpty || parts.isEmpty { parts.append(.text(plain)) }
        self.parts = parts
    }

    private static func place(_ name: String, inputs: Int, outputs: Int) throws(Failure) -> Part {
        switch name {
        case "wiki": return .wiki
        case "date": return .date
        default: break
        }
        for (word, count) in [("input", inputs), ("output", outputs)] where name.hasPrefix(word) {
            let digits = name.dropFirst(word.count)
            guard let number = digits.isEmpty ? 1 : Int(digits), digits.allSatisfy({ $0.isASCII && $0.isNumber })
            else { continue }
            guard (1...max(1, count)).contains(number), count > 0 else {
                throw Failure(message: "{\(name)}, but there are \(count) \(word)s")
            }
            return word == "input" ? .input(number - 1) : .output(number - 1)
        }
        throw Failure(message: "an unknown placeholder {\(name)}")
    }
}

/// A table to dump, from the YAML file of tables.
struct TableJobDefinition: Sendable, Hashable {
    /// The SQL name of the table without the prefix. It is also the base of the file name.
    var table: String
    /// The job name, ending in `table`.
    var job: String
    /// What the run page says about it.
    var description: String
    /// Whether the file belongs in the private tree.
    var isPrivate: Bool

    /// Makes a definition. `table` is appended to the job name unless it already ends with it.
    init(table: String, job: String, description: String, isPrivate: Bool = false) {
        self.table = table
        self.job = job.hasSuffix("table") ? job : job + "table"
        self.description = description
        self.isPrivate = isPrivate
    }
}

struct APIJobDefinition: Sendable, Hashable {
    /// The job name. The file is called `siteinfo-JOB` or `siteinfo2-JOB`.
    var job: String
    /// What the run page says about it.
    var description: String
    /// The requested `siprop` properties.
    var properties: [String]
    /// The format of the answer: 1 or 2.
    var formatVersion: Int

    var request: SiteInfoRequest { SiteInfoRequest(properties: properties, formatVersion: formatVersion) }

    /// The default jobs, unless a file defines others.
    static let builtIn: [APIJobDefinition] = [
        ("namespaces", "Namespaces, their other names, and magic words.", 1),
        ("namespacesv2", "Namespaces, their other names, and magic words, in the newer JSON format.", 2),
    ].map {
        APIJobDefinition(
            job: $0.0, description: $0.1, properties: ["namespaces", "namespacealiases", "magicwords", "general"],
            formatVersion: $0.2)
    }
}

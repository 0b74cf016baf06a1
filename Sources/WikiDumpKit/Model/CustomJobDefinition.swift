/// A job of the operator's own, from the YAML file that `[wiki] customjobs` names: a command that makes files.
struct CustomJobDefinition: Sendable, Hashable {
    /// The job name.
    var name: String
    /// What the run page says about it.
    var title: String
    /// A line of further explanation.
    var detail: String?
    /// The program and its arguments, with placeholders.
    var command: [CustomJobArgument]
    /// The files it reads: names after the prefix `WIKI-DATE-`.
    var inputs: [String]
    /// The files it makes: names after the prefix.
    var outputs: [String]
    /// The names of jobs that have to be done before.
    var after: [String]
    /// Whether its files belong into the private tree.
    var isPrivate: Bool
    /// Seconds that it may take; nil for no limit.
    var timeLimit: Int64?

    /// Makes a definition.
    init(
        name: String, title: String, detail: String? = nil, command: [CustomJobArgument], inputs: [String] = [],
        outputs: [String], after: [String] = [], isPrivate: Bool = false, timeLimit: Int64? = nil
    ) {
        self.name = name
        self.title = title
        self.detail = detail
        self.command = command
        self.inputs = inputs
        self.outputs = outputs
        self.after = after
        self.isPrivate = isPrivate
        self.timeLimit = timeLimit
    }

    /// Whether the command is told where to write. Otherwise its standard output is the one file that it makes.
    var namesOutputs: Bool {
        command.contains { argument in
            argument.parts.contains { if case .output = $0 { true } else { false } }
        }
    }
}

/// An argument of a command, with places that are filled in for each run.
struct CustomJobArgument: Sendable, Hashable {
    /// A piece of an argument.
    enum Part: Sendable, Hashable {
        /// A text as it is.
        case text(String)
        /// `{wiki}`: the database name of the wiki.
        case wiki
        /// `{date}`: the date of the run, eight digits.
        case date
        /// `{input}`, `{input1}`, `{input2}` …: the path of an input file, counted from 0 here.
        case input(Int)
        /// `{output}`, `{output1}`, `{output2}` …: where to write an output file, counted from 0 here.
        case output(Int)
    }

    /// The pieces, in order.
    var parts: [Part]

    /// Makes an argument.
    init(_ parts: [Part]) { self.parts = parts }

    /// Why a text is no argument.
    struct Failure: Error {
        let message: String
    }

    /// Reads an argument. `{{` and `}}` stand for braces.
    /// - Parameters:
    ///   - inputs: How many input files there are.
    ///   - outputs: How many output files there are.
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

import Foundation

/// Commands as a document shows them, each with what it prints.
struct Session {
    struct Step {
        let command: String
        var shown: [String] = []
    }

    let steps: [Step]

    init(_ block: Document.Block) {
        var steps: [Step] = []
        for line in block.lines {
            if line.hasPrefix("$ ") {
                steps.append(Step(command: String(line.dropFirst(2))))
            } else if let last = steps.last?.shown.last, last.hasPrefix("{"), !last.hasSuffix("}"), line.hasPrefix(" ")
            {
                // A long object of JSON is shown on several lines.
                steps[steps.count - 1].shown[steps[steps.count - 1].shown.count - 1] += line.drop { $0 == " " }
            } else if !steps.isEmpty {
                steps[steps.count - 1].shown.append(line)
            }
        }
        self.steps = steps
    }

    /// Whether what was printed is what is shown. A line `...` stands for any lines, and `…` for any characters of a line.
    static func shows(_ shown: [String], _ printed: String) throws -> Bool {
        let pattern = shown.map { line in
            guard line != "..." else { return "(?:.*\\n)*" }
            return line.components(separatedBy: "…").map(NSRegularExpression.escapedPattern).joined(separator: ".*")
                + "\\n"
        }
        let expression = try NSRegularExpression(pattern: "\\A" + pattern.joined() + "\\z")
        return expression.firstMatch(in: printed, range: NSRange(printed.startIndex..., in: printed)) != nil
    }
}

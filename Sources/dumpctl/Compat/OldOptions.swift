/// The options of a command line, parsed by the rules of glibc's `getopt_long_only`.
///
/// Long names follow one dash or two, and may be abbreviated if that is unambiguous. Their value comes
/// after `=` or as the next argument. Letters follow one dash: several together if they take no value, or with
/// their value right behind them. A word after one dash is a long name if it can be one, else letters. Operands may come
/// between options; `--` ends the options.
struct OldOptions {
    struct Option {
        var name: String
        var letter: Character?
        var takesValue: Bool

        /// An option with a long name.
        /// - Parameter letter: Its short form, if there is one.
        init(_ name: String, _ letter: Character? = nil, takesValue: Bool = false) {
            self.name = name
            self.letter = letter
            self.takesValue = takesValue
        }
    }

    struct Problem: Error {
        /// One line, as glibc words it.
        let text: String
    }

    private(set) var operands: [String] = []
    private var found: [(name: String, value: String)] = []
    private let known: [Option]
    private let program: String

    /// Reads a command line.
    /// - Parameters:
    ///   - arguments: The words after the name of the program.
    ///   - known: The options that the program takes.
    ///   - program: The name of the program, for messages.
    init(_ arguments: [String], known: [Option], program: String) throws(Problem) {
        self.known = known
        self.program = program
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--" {
                operands += rest
                break
            }
            guard word.hasPrefix("-"), word != "-" else {
                operands.append(word)
                continue
            }
            try take(word, &rest)
        }
    }

    func has(_ name: String) -> Bool { count(name) > 0 }

    func count(_ name: String) -> Int { found.count { $0.name == name } }

    /// The value of an option; the last counts if it was given more than once.
    func value(_ name: String) -> String? { found.last { $0.name == name }?.value }

    /// The value of an option as a non-negative number; nil if it is anything else.
    func number(_ name: String, default standard: Int64) -> Int64? {
        guard let text = value(name) else { return standard }
        return Int64(text).flatMap { $0 >= 0 ? $0 : nil }
    }

    private mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws(Problem) {
        let isDouble = word.hasPrefix("--")
        let text = word.dropFirst(isDouble ? 2 : 1)
        let startsWithLetter = text.first.map { option(of: $0) != nil } ?? false
        if !isDouble, text.count == 1, startsWithLetter { return try takeLetters(text, &rest) }
        let name = text.prefix { $0 != "=" }
        let value = text.dropFirst(name.count + 1)
        let dash = isDouble ? "--" : "-"
        let exact = known.filter { $0.name == name }
        let matches = exact.isEmpty ? known.filter { $0.name.hasPrefix(name) } : exact
        guard let option = matches.first else {
            if !isDouble, startsWithLetter { return try takeLetters(text, &rest) }
            throw problem("unrecognized option '\(dash)\(text)'")
        }
        if matches.count > 1 {
            let list = matches.map { " '\(dash)\($0.name)'" }.joined()
            throw problem("option '\(dash)\(text)' is ambiguous; possibilities:\(list)")
        }
        if name.count < text.count {
            if !option.takesValue { throw problem("option '\(dash)\(option.name)' doesn't allow an argument") }
            found.append((option.name, String(value)))
        } else if option.takesValue {
            guard let next = rest.popFirst() else {
                throw problem("option '\(dash)\(option.name)' requires an argument")
            }
            found.append((option.name, next))
        } else {
            found.append((option.name, ""))
        }
    }

    private mutating func takeLetters(_ letters: Substring, _ rest: inout ArraySlice<String>) throws(Problem) {
        var letters = letters
        while let letter = letters.popFirst() {
            guard let option = option(of: letter) else { throw problem("invalid option -- '\(letter)'") }
            guard option.takesValue else {
                found.append((option.name, ""))
                continue
            }
            if !letters.isEmpty {
                found.append((option.name, String(letters)))
                return
            }
            guard let next = rest.popFirst() else { throw problem("option requires an argument -- '\(letter)'") }
            found.append((option.name, next))
        }
    }

    private func option(of letter: Character) -> Option? { known.first { $0.letter == letter } }

    private func problem(_ text: String) -> Problem { Problem(text: "\(program): \(text)") }
}

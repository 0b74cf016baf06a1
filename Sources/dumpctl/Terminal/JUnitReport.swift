import CLibrary
import WikiDumpKit

/// A report in the XML that CI systems read: a test case for each file.
struct JUnitReport {
    /// The kind of fault of a file.
    enum Fault: String {
        /// The file is wrong.
        case failure
        /// The file could not be read.
        case error
    }

    private let suite: String
    private var cases = ""

    init(_ suite: String) { self.suite = suite }

    /// Adds a file without fault, or one that was not looked at.
    mutating func add(_ file: String, seconds: Double? = nil, isSkipped: Bool = false) {
        cases += begin(file, seconds) + (isSkipped ? "><skipped/></testcase>\n" : "/>\n")
    }

    /// Adds a file with a fault.
    /// - Parameters:
    ///   - state: The fault in one word.
    ///   - lines: The fault in full. The first line must make sense alone.
    mutating func add(_ file: String, seconds: Double? = nil, _ fault: Fault, _ state: String, _ lines: [String]) {
        cases += begin(file, seconds) + ">\n      <\(fault) message=\"\(XMLText.attribute(lines.first ?? state))\""
        cases += " type=\"\(state)\">\(XMLText.content(lines.joined(separator: "\n")))</\(fault)>\n    </testcase>\n"
    }

    func print(tests: Int, failures: Int, errors: Int, skipped: Int? = nil, seconds: Double? = nil) {
        var numbers = "tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\""
        if let skipped { numbers += " skipped=\"\(skipped)\"" }
        numbers += Self.time(seconds)
        Output.write(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites \(numbers)>
              <testsuite name="\(suite)" \(numbers)>
            \(cases)  </testsuite>
            </testsuites>

            """, to: STDOUT_FILENO)
    }

    private func begin(_ file: String, _ seconds: Double?) -> String {
        "    <testcase classname=\"\(suite)\" name=\"\(XMLText.attribute(file))\"\(Self.time(seconds))"
    }

    /// Three digits after the point.
    private static func time(_ seconds: Double?) -> String {
        guard let seconds else { return "" }
        let thousandths = Int((seconds * 1000).rounded())
        return " time=\"\(thousandths / 1000).\((thousandths % 1000).padded(3))\""
    }
}

/// Text as XML holds it. Characters that XML cannot hold become question marks.
private enum XMLText {
    static func attribute(_ text: String) -> String { escaped(text, breaks: true) }
    static func content(_ text: String) -> String { escaped(text, breaks: false) }

    private static func escaped(_ text: String, breaks: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\t": result += breaks ? "&#\(scalar.value);" : String(scalar)
            case _ where scalar.value < 32 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// An answer of a web server, as `curl --include` writes it: the heads of all answers on the way, then the body.
struct WebAnswer: Sendable, Hashable {
    /// The status of the last answer, such as 200.
    let status: Int
    /// The fields of its head, names in lower case.
    let fields: [String: String]
    /// What follows the head.
    let body: [UInt8]

    /// Takes apart what curl wrote.
    /// - Returns: nil if that does not begin with the head of an answer.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        var found: (status: Int, fields: [String: String])?
        while rest.starts(with: "HTTP/".utf8), let head = Self.head(&rest) {
            found = head
            // Behind a redirect, or a word on the way, comes another head.
            guard (100..<200).contains(head.status) || (300..<400).contains(head.status) else { break }
        }
        guard let found else { return nil }
        (status, fields) = found
        body = Array(rest)
    }

    /// Takes a head off the front.
    private static func head(_ rest: inout ArraySlice<UInt8>) -> (
        status: Int, fields: [String: String]
    )? {
        var lines: [String] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            var line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if line.isEmpty { break }
            lines.append(String(decoding: line, as: UTF8.self))
        }
        guard let first = lines.first?.split(separator: " "), first.count > 1,
            let status = Int(first[1])
        else {
            return nil
        }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            fields[line[..<colon].lowercased()] = String(value)
        }
        return (status, fields)
    }

    /// How long the server wants to be left alone, if it says so in seconds. A date is not understood, and then the usual
    /// pause is made.
    var retryAfter: Duration? {
        fields["retry-after"].flatMap { Int64($0) }.flatMap {
            (0...Int64(Int32.max)).contains($0) ? .seconds($0) : nil
        }
    }

    /// Whether the server could not answer now, and may do so later.
    var isPassing: Bool { [408, 429, 500, 502, 503, 504].contains(status) }
}

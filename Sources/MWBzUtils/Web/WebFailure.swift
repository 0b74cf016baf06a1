import SystemPackage

/// Why a web server did not give what was wanted.
package struct WebFailure: Error, Sendable, Hashable {
    /// What callers distinguish.
    package enum Kind: Sendable, Hashable {
        /// There is nothing at the address.
        case missing
        /// The server refuses this program.
        case refused
        /// Another attempt may succeed, after a pause that the server may demand, in seconds.
        case passing(pause: Int?)
        /// The file is not the one that it was when it was opened.
        case changed
        /// The server does not answer for parts of files.
        case withoutRanges
        /// The task was cancelled.
        case cancelled
        /// Anything else.
        case other
    }

    package let kind: Kind
    /// What happened, to follow the address in a sentence.
    package let message: String
    /// What to do about it.
    package let remedy: String

    package init(_ kind: Kind, _ message: String, remedy: String = "") {
        (self.kind, self.message, self.remedy) = (kind, message, remedy)
    }

    /// The failure that the status of an answer means; nil if it brings what was wanted.
    init?(_ answer: WebHeader) {
        let said = "the server answered with status \(answer.status)"
        switch answer.status {
        case 200, 206: return nil
        case 404, 410: self.init(.missing, said, remedy: "check the address")
        case 401, 407: self.init(.refused, said, remedy: "only what can be read without a password is read")
        case 403:
            self.init(
                .refused, said,
                remedy: "set `userAgent` to a text that names an address where you can be reached")
        case 408, 425, 429, 500, 502, 503, 504:
            self.init(.passing(pause: answer.pause), said, remedy: "try again later")
        default: self.init(.other, said, remedy: "check the address")
        }
    }

    /// The nearest error of a file system.
    var errno: Errno {
        switch kind {
        case .missing: .noSuchFileOrDirectory
        case .refused: .permissionDenied
        case .changed: .staleNFSFileHandle
        case .withoutRanges: .illegalSeek
        case .cancelled: .interrupted
        case .passing, .other: .ioError
        }
    }

    /// The error to tell.
    package func error(_ address: WebAddress) -> BzError {
        let code: BzError.Code = kind == .changed ? .stale : kind == .cancelled ? .cancelled : .fileSystem
        return BzError(code, message, remedy: remedy, file: address.path)
    }
}

/// The header of an answer.
package struct WebHeader: Sendable, Hashable {
    /// Such as 200.
    package let status: Int
    /// The fields, with names in lower case.
    package let fields: [String: String]
    /// The address that answered, after redirects.
    package let address: String

    init(status: Int, header: String, address: String) {
        (self.status, self.address) = (status, address)
        var fields: [String: String] = [:]
        // A carriage return and a line feed are one character.
        for line in header.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            fields[line[..<colon].lowercased()] = String(value)
        }
        self.fields = fields
    }

    /// The pause that the server demands, in seconds. A date is not understood.
    var pause: Int? { fields["retry-after"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } }

    /// What changes when the file does: its tag, or else the time of its last change. A server that gives neither gives nil.
    package var validator: String? { fields["etag"] ?? fields["last-modified"] }

    /// The bytes of the file that follow, and how many it has: `bytes 0-99/1234`; nil if the answer does not say so.
    var contentRange: (first: Int64, last: Int64, size: Int64)? {
        guard let field = fields["content-range"], field.lowercased().hasPrefix("bytes ") else { return nil }
        let words = field.dropFirst(6).split(separator: "/")
        guard words.count == 2, let size = Int64(words[1]), size >= 0 else { return nil }
        if words[0] == "*" { return (0, -1, size) }
        let ends = words[0].split(separator: "-").compactMap { Int64($0) }
        guard ends.count == 2, 0 <= ends[0], ends[0] <= ends[1], ends[1] < size else { return nil }
        return (ends[0], ends[1], size)
    }

    /// The size that was announced; nil if none was.
    package var contentLength: Int64? { fields["content-length"].flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil } }
}

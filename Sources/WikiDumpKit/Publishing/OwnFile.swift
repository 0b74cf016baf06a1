/// The mark in files of which an operator may have one of the same name: pages of wikis, feeds, `robots.txt` and the like.
///
/// A file without the mark is never replaced.
enum OwnFile {
    static let mark = "Written by dumpctl"

    /// Whether a file is one that this program wrote.
    static func isOurs(_ bytes: [UInt8]) -> Bool { bytes.isEmpty || bytes.firstRange(of: Array(mark.utf8)) != nil }

    /// Adds the mark to a page, as a comment at its end.
    static func marked(_ page: [UInt8]) -> [UInt8] { page + Array("<!-- \(mark) -->\n".utf8) }
}

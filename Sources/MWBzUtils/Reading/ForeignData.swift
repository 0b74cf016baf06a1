/// Bytes that are no text of a dump, neither compressed in a way that is read here nor plain.
enum ForeignData {
    /// How many bytes from the beginning are enough to tell.
    static let startSize = 64

    /// The first bytes of files of other kinds, from their specifications.
    private static let kinds: [(start: [UInt8], name: String)] = [
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz data"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd data"),
        ([0x50, 0x4B, 0x03, 0x04], "a zip archive"), ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive"),
        ([0x04, 0x22, 0x4D, 0x18], "lz4 data"), (Array("%PDF-".utf8), "a PDF document"),
        (Array("SQLite format 3".utf8), "an SQLite database"),
    ]
    /// What follows the first four bytes of bzip2 data that is not empty.
    private static let blockMagic: [UInt8] = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]

    /// Why data that begins neither like bzip2 nor like gzip cannot be the text of a dump; nil if it may be.
    /// - Parameter start: The first ``startSize`` bytes, or all if there are fewer.
    static func problem(with start: [UInt8]) -> BzError? {
        let start = Array(start.prefix(startSize))
        if start.isEmpty {
            return BzError(.truncated, "there is nothing in it", remedy: "check what writes it", bitOffset: 0)
        }
        if Array("BZh".utf8).starts(with: start) || start == [0x1F] {
            return BzError(
                .truncated, "it ends after \(start.count == 1 ? "1 byte" : "\(start.count) bytes") of compressed data",
                remedy: "fetch or write the file again", bitOffset: 0)
        }
        if start.dropFirst(4).starts(with: blockMagic) {
            return BzError(
                .damaged, "it is bzip2 data whose first four bytes are damaged",
                remedy: "fetch the file again, or use salvage",
                bitOffset: 0)
        }
        guard let name = name(of: start) else { return nil }
        return BzError(
            .wrongFormat, "it holds \(name), which is no dump", remedy: "check where the file comes from", bitOffset: 0)
    }

    private static func name(of start: [UInt8]) -> String? {
        if let kind = kinds.first(where: { start.starts(with: $0.start) }) { return kind.name }
        if start.allSatisfy({ $0 == 0 }) { return "nothing but zeros at its beginning" }
        // Text has no other control characters than tabs and line ends.
        if start.contains(where: { $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) || $0 == 0x7F }) {
            return "binary data of an unknown kind"
        }
        var text = start[...]
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
        text = text.drop { $0 <= 0x20 }
        let word = String(decoding: text.prefix(14), as: UTF8.self).lowercased()
        if word.hasPrefix("<!doctype html") || word.hasPrefix("<html") {
            return "an HTML page, perhaps what a server says in place of a file"
        }
        return nil
    }
}

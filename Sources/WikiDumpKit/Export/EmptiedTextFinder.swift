/// Looks at the tags of texts in the XML of an export, which comes in chunks of any size, for texts that are said to have
/// bytes and are written without any.
///
/// That is how MediaWiki writes a text that it could not read. A hidden text says that it is hidden, one of a stub where it
/// is stored.
struct EmptiedTextFinder {
    /// Longer than any tag of a text.
    private static let longestTag = 4096
    /// A tag of which the end has not come yet.
    private var partial: [UInt8] = []

    /// Looks through the next bytes.
    /// - Returns: for each tag of a text that ended in them, in order, whether a text is missing.
    mutating func scan(_ bytes: [UInt8]) -> [Bool] {
        var found: [Bool] = []
        var rest = bytes[...]
        if !partial.isEmpty {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else {
                partial += rest
                if partial.count > Self.longestTag { partial = Array(partial.prefix(Self.longestTag)) }
                return []
            }
            partial += rest[..<end]
            if let isEmptied = Self.judge(partial[...]) { found.append(isEmptied) }
            partial = []
            rest = rest[(end + 1)...]
        }
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[start...]
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else {
                partial = Array(rest.prefix(Self.longestTag))
                break
            }
            if let isEmptied = Self.judge(rest[..<end]) { found.append(isEmptied) }
            rest = rest[(end + 1)...]
        }
        return found
    }

    /// - Parameter tag: A tag with its first mark and without its last.
    /// - Returns: nil if it is no tag of a text.
    private static func judge(_ tag: ArraySlice<UInt8>) -> Bool? {
        let name = tag.dropFirst(5).first
        guard tag.starts(with: "<text".utf8), name == nil || name == UInt8(ascii: " ") || name == UInt8(ascii: "/")
        else { return nil }
        guard tag.last == UInt8(ascii: "/") else { return false }
        let words = tag.split(separator: UInt8(ascii: " "))
        // Those of a stub say where the text is.
        let reasons = ["deleted=".utf8, "location=".utf8]
        if words.contains(where: { word in reasons.contains { word.starts(with: $0) } }) { return false }
        guard let size = words.first(where: { $0.starts(with: "bytes=".utf8) }) else { return false }
        return !size.elementsEqual("bytes=\"0\"".utf8)
    }
}

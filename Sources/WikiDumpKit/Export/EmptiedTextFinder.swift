/// Looks at the tags of texts in the XML of an export, which comes in chunks of any size, for texts that are said to have
/// bytes and are written without any.
///
/// That is how MediaWiki writes a text that it could not read. A hidden text says that it is hidden, one of a stub where it
/// is stored.
struct EmptiedTextFinder {
    /// What a tag of a text says.
    enum Verdict {
        /// The text is there, or it is empty.
        case written
        /// The text is hidden, or the tag says where it is stored.
        case elsewhere
        /// The text is missing.
        case emptied
    }

    /// Longer than any tag of a text.
    private static let longestTag = 4096
    /// A tag of which the end has not come yet.
    private var partial: [UInt8] = []

    /// Looks through the next bytes.
    /// - Returns: a verdict for each tag of a text that ended in them, in order.
    mutating func scan(_ bytes: [UInt8]) -> [Verdict] {
        var found: [Verdict] = []
        var rest = bytes[...]
        if !partial.isEmpty {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else {
                partial += rest
                if partial.count > Self.longestTag { partial = Array(partial.prefix(Self.longestTag)) }
                return []
            }
            partial += rest[..<end]
            if let verdict = Self.judge(partial[...]) { found.append(verdict) }
            partial = []
            rest = rest[(end + 1)...]
        }
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[start...]
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else {
                partial = Array(rest.prefix(Self.longestTag))
                break
            }
            if let verdict = Self.judge(rest[..<end]) { found.append(verdict) }
            rest = rest[(end + 1)...]
        }
        return found
    }

    /// - Parameter tag: A tag with its first mark and without its last.
    /// - Returns: nil if it is no tag of a text.
    private static func judge(_ tag: ArraySlice<UInt8>) -> Verdict? {
        let name = tag.dropFirst(5).first
        guard tag.starts(with: "<text".utf8), name == nil || name == UInt8(ascii: " ") || name == UInt8(ascii: "/")
        else { return nil }
        guard tag.last == UInt8(ascii: "/") else { return .written }
        let words = tag.split(separator: UInt8(ascii: " "))
        // Those of a stub say where the text is.
        let reasons = ["deleted=".utf8, "location=".utf8]
        if words.contains(where: { word in reasons.contains { word.starts(with: $0) } }) { return .elsewhere }
        guard let size = words.first(where: { $0.starts(with: "bytes=".utf8) }) else { return .written }
        return size.elementsEqual("bytes=\"0\"".utf8) ? .written : .emptied
    }
}

public import SystemPackage

/// The list of pages that is published beside a multistream: for each page the byte where its stream begins, its id and its
/// title, with colons between them.
///
/// It is much smaller than the dump, so a title is found in it sooner. It has nothing that ties it to the dump, so what it says
/// must be looked at in the dump.
public struct MultistreamTitles: Sendable {
    private let text: DumpText

    /// What the list says of a title.
    public struct Entry: Sendable, Hashable {
        /// The ids of the pages with the title.
        public let ids: [Int64]
        /// The id of the last page of the list; nil if it has none.
        public let lastID: Int64?
    }

    /// The usual path of the list of a multistream; nil if the name of the dump is not that of one.
    public static func usualPath(of dump: FilePath) -> FilePath? {
        guard let name = dump.lastComponent?.string else { return nil }
        // Parts have a number before the ending, and ranges of pages behind it.
        let range = RangedFileName(name)
        guard range.type.isEmpty, range.compression == "bz2", range.stem.contains("-multistream"),
            range.stem.hasSuffix(".xml")
        else { return nil }
        let index = range.stem.dropLast(4).replacing("-multistream", with: "-multistream-index", maxReplacements: 1)
        return dump.removingLastComponent().appending(
            index + ".txt" + (range.range?.suffix ?? "") + ".bz2")
    }

    /// Names a list. Opens nothing yet.
    /// - Throws: ``BzError`` with code `fileSystem` if there is no such file.
    public init(_ path: FilePath) throws(BzError) { text = try DumpText(path) }

    /// Looks a title up.
    /// - Parameter title: Plain text, with the namespace as in the dump. Blanks and underscores are equivalent.
    /// - Throws: ``BzError`` if the list cannot be read or is damaged; with code `wrongFormat` if it is no such list.
    public func entry(title: String, taskCount: Int) async throws(BzError) -> Entry {
        let wanted = TitleKey.plain(title)
        var ids: [Int64] = []
        var lastID: Int64?
        var rest: [UInt8] = []
        try await text.read(taskCount: taskCount) { bytes throws(BzError) in
            rest += bytes
            var start = 0
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = rest[start..<end]
                start = end + 1
                guard let first = line.firstIndex(of: UInt8(ascii: ":")),
                    let second = line[(first + 1)...].firstIndex(of: UInt8(ascii: ":")),
                    let id = Int64(String(decoding: line[(first + 1)..<second], as: UTF8.self))
                else {
                    throw BzError(.wrongFormat, "is no list of the pages of a multistream", file: text.name)
                }
                lastID = id
                let xml = Array(line[(second + 1)...])
                if xml.count >= wanted.count, TitleKey.plain(xml: xml) == wanted { ids.append(id) }
            }
            rest.removeFirst(start)
            return true
        }
        return Entry(ids: ids, lastID: lastID)
    }
}

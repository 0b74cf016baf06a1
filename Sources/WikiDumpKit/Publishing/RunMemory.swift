import MWBzUtils
import SystemPackage

/// The remembered pieces of a run. With them, every later process of the same date makes the same pieces, no matter how the
/// configuration or the size of the wiki has changed.
///
/// `WIKI-DATE-runsettings.txt` holds the parts, `pagerangeinfo.json` the ranges of each kind of file.
package struct RunMemory: Sendable {
    static let rangesName = "pagerangeinfo.json"

    let wiki: WikiName
    let date: DumpDate
    let directories: WikiDirectories
    private let fileSystem: FileSystem
    private let permissions: UInt16

    package init(_ wiki: any Wiki, _ date: DumpDate) {
        self.wiki = wiki.name
        self.date = date
        directories = wiki.directories
        fileSystem = wiki.fileSystem
        permissions = wiki.directories.statusPermissions
    }

    private var settingsPath: FilePath { directories.run(date).appending("\(wiki)-\(date)-runsettings.txt") }
    private var rangesPath: FilePath { directories.run(date).appending(Self.rangesName) }

    /// Returns the settings, with values from the configuration replaced by those that an earlier process of the same date
    /// saved. A damaged file is treated as missing.
    func recall(_ settings: PartSettings) throws(DumpError) -> PartSettings {
        guard case .array(let values)? = try fileSystem.json(settingsPath), values.count >= 7,
            let enabled = values[0].integer, let pages = values[1].string, let logCount = values[3].string,
            let current = values[4].integer, let history = values[5].integer, let usesRanges = values[6].integer
        else { return settings }
        var known = settings
        known.isEnabled = enabled != 0
        known.usesRanges = usesRanges != 0
        known.recombinesCurrent = current != 0
        known.recombinesHistory = history != 0
        // A single number here means a single part, because sizes are saved only when they are settled.
        let sizes = pages.split(separator: ",").compactMap { Int64($0) }.filter { $0 > 0 }
        known.pages = sizes.isEmpty ? .one : .list(Array(sizes.prefix(PartSettings.mostParts)))
        if let count = Int(logCount), (1...PartSettings.mostParts).contains(count) { known.logEntries = .count(count) }
        if let parts = try ranges()[Self.logSubset], !parts.isEmpty {
            known.logEntries = .list(parts.map { $0.ids.upperBound == .max ? 1 : Int64($0.ids.count) })
        }
        return known
    }

    /// The key for the ranges of the log.
    static let logSubset = "logging"

    /// Whether an earlier process saved the settings.
    func hasSettings() throws(DumpError) -> Bool { try fileSystem.status(settingsPath)?.isFile == true }

    /// Saves the settings, unless they still depend on the content of the wiki.
    func keep(_ settings: PartSettings) throws(DumpError) {
        let pages: String
        switch settings.pages {
        case .one: pages = "0"
        case .list(let sizes): pages = sizes.map(String.init).joined(separator: ",")
        case .equal, .count: return
        }
        var logCount = "0"
        if case .count(let count) = settings.logEntries { logCount = String(count) }
        func flag(_ value: Bool) -> JSONValue { .integer(value ? 1 : 0) }
        let values: JSONValue = .array([
            flag(settings.isEnabled), .string(pages), "0", .string(logCount), flag(settings.recombinesCurrent),
            flag(settings.recombinesHistory), flag(settings.usesRanges),
        ])
        try write(values, to: settingsPath)
    }

    /// The ranges of each kind of file, ascending; empty if none are known.
    func ranges() throws(DumpError) -> KnownRanges {
        guard case .object(let members)? = try fileSystem.json(rangesPath) else { return [:] }
        var known: KnownRanges = [:]
        for member in members {
            guard case .array(let entries) = member.value else { continue }
            known[member.key] = entries.compactMap(Self.piece).sorted { $0.ids.lowerBound < $1.ids.lowerBound }
        }
        return known
    }

    /// Saves the ranges of one kind of file. The others stay.
    package func keep(_ pieces: [DumpPiece], of subset: String) throws(DumpError) {
        var known = try ranges()
        known[subset] = pieces
        let members = known.sorted { $0.key < $1.key }.map { subset, pieces in
            JSONValue.Member(
                subset,
                .array(
                    pieces.map { piece in
                        let range = IDRangeText(piece.ids)
                        return .array([
                            .string(range.first), .string(range.last), .string(String(piece.part ?? 0)),
                        ])
                    }))
        }
        try write(.object(members), to: rangesPath)
    }

    private static func piece(_ value: JSONValue) -> DumpPiece? {
        guard case .array(let words) = value, words.count == 3, let first = words[0].string, let last = words[1].string,
            let part = words[2].string.flatMap({ Int($0) }), part >= 0
        else { return nil }
        guard let ids = IDRangeText(first: first, last: last).ids else { return nil }
        return DumpPiece(part: part == 0 ? nil : part, ids: ids, isRange: true)
    }

    private func write(_ value: JSONValue, to path: FilePath) throws(DumpError) {
        let bytes = value.bytes + [UInt8(ascii: "\n")]
        if let old = try fileSystem.text(path), old.utf8.elementsEqual(bytes) { return }
        try fileSystem.write(bytes, to: path, permissions: permissions)
    }
}

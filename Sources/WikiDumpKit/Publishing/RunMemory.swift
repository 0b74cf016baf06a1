import MWBzUtils
import SystemPackage

/// What a run remembers of its pieces, so that every later process of the same date makes the same ones, whatever the
/// configuration says by then and however the wiki has grown.
///
/// `WIKI-DATE-runsettings.txt` has the parts, `pagerangeinfo.json` the ranges of each kind of file.
struct RunMemory: Sendable {
    static let rangesName = "pagerangeinfo.json"

    let wiki: WikiName
    let date: DumpDate
    let directories: WikiDirectories
    /// Bits of the two files.
    private let permissions: UInt16

    init(_ wiki: any Wiki, _ date: DumpDate) {
        self.wiki = wiki.name
        self.date = date
        directories = wiki.directories
        permissions = wiki.directories.statusPermissions
    }

    private var settingsPath: FilePath { directories.run(date).appending("\(wiki)-\(date)-runsettings.txt") }
    private var rangesPath: FilePath { directories.run(date).appending(Self.rangesName) }

    /// Settings with what an earlier process of the date wrote down in place of what the configuration says. A file
    /// that is damaged counts as not there.
    func recall(_ settings: PartSettings) throws(DumpError) -> PartSettings {
        guard let text = try FileSystem.text(settingsPath),
            case .array(let values)? = try? JSONValue(parsing: Array(text.utf8)), values.count >= 7,
            let enabled = values[0].integer, let pages = values[1].string, let logCount = values[3].string,
            let current = values[4].integer, let history = values[5].integer, let usesRanges = values[6].integer
        else { return settings }
        var known = settings
        known.isEnabled = enabled != 0
        known.usesRanges = usesRanges != 0
        known.recombinesCurrent = current != 0
        known.recombinesHistory = history != 0
        // One number here is one part: sizes are written down when they are settled.
        let sizes = pages.split(separator: ",").compactMap { Int64($0) }
        known.pages = sizes.isEmpty || sizes == [0] ? .one : .list(sizes)
        if let count = Int(logCount), count > 0 { known.logEntries = .count(count) }
        if let parts = try ranges()[Self.logSubset], !parts.isEmpty {
            known.logEntries = .list(parts.map { $0.ids.upperBound == .max ? 1 : Int64($0.ids.count) })
        }
        return known
    }

    /// What the ranges of the log are kept under.
    static let logSubset = "logging"

    /// Whether an earlier process wrote the settings down.
    func hasSettings() throws(DumpError) -> Bool { try FileSystem.status(settingsPath)?.isFile == true }

    /// Writes the settings down, unless they still depend on what the wiki holds.
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

    /// The ranges of each kind of file, by rising id; empty if none are known.
    func ranges() throws(DumpError) -> KnownRanges {
        guard let text = try FileSystem.text(rangesPath),
            case .object(let members)? = try? JSONValue(parsing: Array(text.utf8))
        else { return [:] }
        var known: KnownRanges = [:]
        for member in members {
            guard case .array(let entries) = member.value else { continue }
            known[member.key] = entries.compactMap(Self.piece).sorted { $0.ids.lowerBound < $1.ids.lowerBound }
        }
        return known
    }

    /// Writes the ranges of a kind of file down. Those of other kinds stay.
    func keep(_ pieces: [DumpPiece], of subset: String) throws(DumpError) {
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
        if let old = try FileSystem.text(path), old.utf8.elementsEqual(bytes) { return }
        try FileSystem.write(bytes, to: path, permissions: permissions)
    }
}

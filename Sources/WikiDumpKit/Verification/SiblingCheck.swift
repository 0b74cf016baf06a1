import MWBzUtils
import SystemPackage

/// Compares files of one run with each other. Stubs describe the same revisions that the pages hold with their texts.
struct SiblingCheck {
    private struct Whole {
        var contents: FileContents
        var snapshot: UTCTime?
        var name: String
    }

    private var wholes: [String: Whole] = [:]
    private var pieces: [String: Whole] = [:]
    /// The page ranges seen so far, to detect pages that are in two files.
    private var ranges: [String: [ClosedRange<Int64>]] = [:]
    /// The files that are numbered parts, by what they are parts of.
    private var parts: [String: [(name: String, part: Int, pages: ClosedRange<Int64>)]] = [:]
    private var unknown: Set<String> = []
    private var unknownPieces: Set<String> = []

    /// Takes the counts of a file.
    mutating func take(_ entry: DumpFolder.Entry, _ contents: FileContents?, snapshot: UTCTime?) {
        guard ["xml", "txt", "sql"].contains(entry.parsed.type) || entry.parsed.base.hasPrefix("all-titles") else {
            return
        }
        let key = entry.prefix + entry.parsed.base + (entry.parsed.compression == "7z" ? Self.packed : "")
        if let pages = entry.parsed.pages {
            // A file made for a separately requested range exists beside the files that together cover all pages.
            if ranges[key, default: []].contains(where: pages.overlaps) { unknownPieces.insert(key) }
            ranges[key, default: []].append(pages)
        }
        if let part = entry.parsed.part, let first = contents?.pages?.first, let last = contents?.pages?.last {
            parts[key, default: []].append((entry.name, part, first...last))
        }
        guard let contents else {
            unknown.insert(key)
            return
        }
        if !entry.parsed.isPiece {
            wholes[key] = Whole(contents: contents, snapshot: snapshot, name: entry.name)
        } else if let known = pieces[key] {
            pieces[key]?.contents = known.contents + contents
            if known.snapshot != snapshot { pieces[key]?.snapshot = nil }
        } else {
            pieces[key] = Whole(contents: contents, snapshot: snapshot, name: entry.name)
        }
    }

    /// The addition to the base name of 7z files, which hold the same as others.
    private static let packed = ".7z"
    /// The pairs of files that must hold the same.
    private static let pairs = [
        ("stub-meta-history", "pages-meta-history"), ("stub-meta-history", "pages-meta-history" + packed),
        ("pages-meta-history", "pages-meta-history" + packed), ("stub-meta-current", "pages-meta-current"),
        ("stub-articles", "pages-articles"), ("pages-articles", "pages-articles-multistream"),
    ]

    /// The disagreements: the name of a file, and what is wrong with it.
    func problems() -> [(file: String, message: String)] {
        var found: [(file: String, message: String)] = []
        for files in parts.values {
            let sorted = files.sorted { $0.pages.lowerBound < $1.pages.lowerBound }
            for (one, next) in zip(sorted, sorted.dropFirst())
            where one.part != next.part && one.pages.upperBound >= next.pages.lowerBound {
                found.append(
                    (
                        next.name,
                        "begins with page \(next.pages.lowerBound), but \(one.name) has pages up to \(one.pages.upperBound)"
                    ))
            }
        }
        for prefix in Set(prefixes).sorted() {
            for (one, other) in Self.pairs {
                guard let a = whole(prefix + one), let b = whole(prefix + other), isComparable(a, b) else { continue }
                func compare(_ what: String, _ x: Int64?, _ y: Int64?) {
                    guard let x, let y, x != y else { return }
                    found.append((b.name, "has \(y) \(what), but \(a.name) has \(x)"))
                }
                compare("pages", a.contents.pages?.count, b.contents.pages?.count)
                compare("revisions", a.contents.revisions?.count, b.contents.revisions?.count)
                compare("as last page id", a.contents.pages?.last, b.contents.pages?.last)
                compare("as last revision id", a.contents.revisions?.last, b.contents.revisions?.last)
                compare("bytes of text", a.contents.textBytes, b.contents.textBytes)
            }
            // Lists of all pages. Only a snapshot makes them lists of the same pages.
            for list in ["page", "all-titles.gz", "all-titles"] {
                guard let stubs = whole(prefix + "stub-meta-current"), let pages = stubs.contents.pages?.count,
                    let other = whole(prefix + list), isComparable(stubs, other), stubs.snapshot != nil
                else { continue }
                if let rows = other.contents.rows ?? other.contents.lines, rows < pages {
                    let what = other.contents.rows == nil ? "lines" : "rows"
                    found.append((other.name, "has \(rows) \(what), but \(stubs.name) has \(pages) pages"))
                }
            }
            if let index = whole(prefix + "pages-articles-multistream-index"),
                let file = whole(prefix + "pages-articles-multistream"), isComparable(index, file),
                let lines = index.contents.lines, let pages = file.contents.pages?.count, lines != pages
            {
                found.append((index.name, "has \(lines) lines, but \(file.name) has \(pages) pages"))
            }
        }
        return found
    }

    private var prefixes: [String] {
        (Array(wholes.keys) + Array(pieces.keys)).compactMap { key in
            Self.pairs.flatMap { [$0.0, $0.1] }.first(where: key.hasSuffix).map { String(key.dropLast($0.count)) }
        }
    }

    private func whole(_ key: String) -> Whole? {
        if unknown.contains(key) { return nil }
        return wholes[key] ?? (unknownPieces.contains(key) ? nil : pieces[key])
    }

    /// Files from two different readings of the wiki may differ.
    private func isComparable(_ a: Whole, _ b: Whole) -> Bool { a.snapshot == b.snapshot }
}

/// All checksum lists in a folder: those of the run and those of single files.
struct ChecksumLists {
    private let fileSystem: FileSystem
    /// For each file its hashes: the kind, the value, and the list that contains it.
    private var known: [String: [(kind: HashKind, value: String, list: String)]] = [:]

    init(_ folder: DumpFolder) throws(DumpError) {
        fileSystem = folder.fileSystem
        let names = try fileSystem.list(folder.path)
        present = Set(names)
        for name in names where name.hasSuffix(".txt") || name == Self.total {
            guard
                name != Self.total,
                let kind = HashKind.allCases.first(where: {
                    name.hasPrefix("\($0)sums-") || name.hasSuffix("-\($0)sums.txt")
                })
            else {
                if name == Self.total { try add(name, .sha256, folder) }
                continue
            }
            try add(name, kind, folder)
        }
    }

    private mutating func add(_ name: String, _ kind: HashKind, _ folder: DumpFolder) throws(DumpError) {
        let text = try fileSystem.text(folder.path.appending(name)) ?? ""
        for (file, value) in ChecksumFiles.parse(text, kind: kind) {
            known[file, default: []].append((kind, value, name))
        }
    }

    /// The list that names all files of a run, and is written last.
    static let total = ChecksumFiles.totalName
    private let present: Set<String>

    /// Files that the list of all files names, and that are not there.
    var missing: [String] {
        known.filter { name, said in !present.contains(name) && said.contains { $0.list == Self.total } }.keys.sorted()
    }

    /// Whether a file ought to be in the list of all files, but is not.
    func lacks(_ file: String) -> Bool {
        present.contains(Self.total) && !(known[file] ?? []).contains { $0.list == Self.total }
    }

    /// Whether the list of all files is there.
    var isTotal: Bool { present.contains(Self.total) }

    /// Hashes a file and compares, if a certificate or list has hashes of it.
    func check(
        _ file: String, _ certificate: FileCertificate?, _ verdict: inout FileVerdict
    ) throws(DumpError) {
        let said = known[file] ?? []
        if lacks(file) {
            // Beside the files of a run of ours may lie others, such as those of a range of pages that was asked for.
            if RangedFileName(file).type.isEmpty {
                verdict.unchecked.append("whether it belongs to the run: \(Self.total) does not name it")
            } else {
                verdict.add("\(Self.total), which names all files, does not name it")
            }
        }
        guard certificate != nil || !said.isEmpty else {
            verdict.unchecked.append("its hashes, which are in no list")
            return
        }
        let hashes = try FileHashes(of: verdict.path, on: fileSystem)
        if let certificate {
            for kind in HashKind.allCases where kind.value(certificate.hashes) != kind.value(hashes) {
                verdict.add("its \(kind) is \(kind.value(hashes)), but its certificate says another")
            }
        }
        for (kind, value, list) in said where value != kind.value(hashes) {
            verdict.add("its \(kind) is \(kind.value(hashes)), but \(list) says another")
        }
    }
}

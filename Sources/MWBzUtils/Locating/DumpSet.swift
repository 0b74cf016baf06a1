public import SystemPackage

/// Files that are one dump together: parts, checkpoint files, or the shards of a File Export.
///
/// What the files hold decides, not their names: each begins with a page and a revision, and these give the order. A page
/// may go on in the next file, with later revisions.
public struct DumpSet: Sendable {
    /// A place in a dump: a revision of a page. Files are in the order of their first places.
    public struct Place: Sendable, Hashable, Comparable, CustomStringConvertible {
        /// The id of the page.
        public let page: Int64
        /// The id of the revision; nil if the page has none.
        public let revision: Int64?

        /// By page, then by revision.
        public static func < (one: Place, other: Place) -> Bool {
            (one.page, one.revision ?? .min) < (other.page, other.revision ?? .min)
        }

        /// `page 12, revision 90`.
        public var description: String { "page \(page)" + (revision.map { ", revision \($0)" } ?? "") }
    }

    /// One of the files.
    public struct Member: Sendable, Hashable {
        /// The file.
        public let path: FilePath
        /// The first revision of its first page; nil if it has no page, or if it is the only file.
        public let first: Place?
    }

    /// The files, in the order of what they hold. Files without a page come last.
    public let members: [Member]

    /// Looks at the beginning of each file.
    /// - Parameter paths: At least one file, in any order. Links to a file that is there too count once.
    /// - Throws: ``BzError`` if a file cannot be read or is damaged at its beginning; with code `wrongFormat` if two files
    ///   begin with the same revision, so that they are copies.
    public init(_ paths: [FilePath], taskCount: Int = 1) async throws(BzError) {
        try await self.init(paths, taskCount: taskCount, on: WebCalls.of(paths.first ?? ""))
    }

    package init(_ paths: [FilePath], taskCount: Int, on calls: any FileCalls) async throws(BzError) {
        self.calls = calls
        guard paths.count > 1 else {
            // A command that takes damaged or endless files must be able to take one.
            members = paths.map { Member(path: $0, first: nil) }
            return
        }
        var members: [Member] = []
        for path in paths {
            members.append(Member(path: path, first: try await Self.first(of: path, taskCount: taskCount, on: calls)))
        }
        members = members.enumerated().sorted { one, other in
            guard let first = one.element.first, let second = other.element.first else {
                if (one.element.first == nil) != (other.element.first == nil) { return other.element.first == nil }
                return one.offset < other.offset
            }
            return first == second ? one.offset < other.offset : first < second
        }.map(\.element)
        for (one, other) in zip(members, members.dropFirst()) {
            guard let first = one.first, first == other.first else { continue }
            throw BzError(
                .wrongFormat, "begins with \(first), as \(one.path.shown) does: the two are not parts of one dump",
                remedy: "name only the files of one dump", file: other.path)
        }
        self.members = members
    }

    private init(_ members: [Member], _ calls: any FileCalls) { (self.members, self.calls) = (members, calls) }

    private let calls: any FileCalls

    /// Whether there are several files.
    public var isSeveral: Bool { members.count > 1 }

    /// What messages call it.
    public var name: FilePath {
        members.count == 1 ? members[0].path : FilePath("\(members.count) files from \(members.first?.path ?? "")")
    }

    /// The files in which a page can be, if ids rise through the set: the last one that begins before it, and all that
    /// begin with it. If it is in none of them, then ``others(than:for:)`` must be looked into too, to prove it.
    public func likely(for page: Int64) -> [Member] {
        guard isSeveral else { return members }
        let begun = members.filter { $0.first.map { $0.page <= page } ?? false }
        let same = begun.filter { $0.first?.page == page }
        return begun.last { $0.first?.page != page }.map { [$0] + same } ?? same
    }

    /// All files that are not among these and begin at or before a page, so that it could be in them too.
    public func others(than likely: [Member], for page: Int64) -> [Member] {
        members.filter { member in
            !likely.contains(member) && (member.first.map { $0.page <= page } ?? false)
        }
    }

    /// The files that can have pages of a range.
    /// - Throws: ``BzError`` if a file that begins before them has such a page too, or cannot be read.
    public func part(for pages: ClosedRange<Int64>, taskCount: Int) async throws(BzError) -> DumpSet {
        guard isSeveral, let start = likely(for: pages.lowerBound).first ?? members.first else { return self }
        for member in members.prefix(while: { $0 != start }) where member.first != nil {
            guard let last = try await Self.last(of: member.path, taskCount: taskCount), last >= pages.lowerBound else {
                continue
            }
            throw BzError(
                .damaged,
                "has page \(last), though \(start.path.shown) begins with \(start.first?.description ?? "no page")",
                remedy: "name the files one by one", file: member.path)
        }
        return DumpSet(
            members.drop { $0 != start }.filter { $0.first.map { $0.page <= pages.upperBound } ?? false }, calls)
    }

    /// Makes sure that whole pages follow one another from file to file, so that their pages can be copied as they are.
    /// - Throws: ``BzError`` with code `wrongFormat` if a page goes on in the next file, or a file begins before the one
    ///   before it ends; or what reading the end of a bzip2 file throws.
    public func checkPagesAreWhole(taskCount: Int) async throws(BzError) {
        for (member, next) in zip(members, members.dropFirst()) {
            guard let first = next.first?.page, let last = try await Self.last(of: member.path, taskCount: taskCount),
                last >= first
            else { continue }
            let what = last == first ? "page \(last) goes on in" : "page \(last) is in it, but page \(first) is in"
            throw BzError(
                .wrongFormat, "\(what) \(next.path.shown)",
                remedy: last == first ? "use recompress, which makes one page of it" : "name files that do not overlap",
                file: member.path)
        }
    }

    /// The last page of a bzip2 file. Of other files nothing can be read at the end: nil.
    private static func last(of path: FilePath, taskCount: Int) async throws(BzError) -> Int64? {
        let locator = try PageLocator(path)
        guard case .bzip2 = DumpFormat(beginning: try locator.file.read(at: 0, count: DumpFormat.magicSize)) else {
            return nil
        }
        return try await locator.locateLast(taskCount: taskCount)?.id
    }

    /// The text of all files as one export: the header of the first, all pages, and the end of the last. A page that goes
    /// on in the next file is one page.
    ///
    /// Reading it throws ``BzError`` with code `damaged` where a file has a page again, or one that should have been in a
    /// file before it, and `truncated` where a file does not end like an export.
    public var text: DumpText {
        get throws(BzError) {
            if let member = members.first, !isSeveral { return try DumpText(member.path, on: calls) }
            let (members, calls) = (members, calls)
            return DumpText(named: name) { taskCount, body throws(BzError) in
                var format = DumpFormat.plain
                var joiner = ExportJoiner()
                let full = members.filter { $0.first != nil }
                for (index, member) in (full.isEmpty ? Array(members.prefix(1)) : full).enumerated() {
                    let next = index + 1 < full.count ? full[index + 1].first : nil
                    joiner.begin(isLast: next == nil, next: next?.page)
                    var hadEnough = false
                    let text = try DumpText(member.path, on: calls)
                    let reading = try await text.read(taskCount: taskCount) { bytes throws(BzError) in
                        let ready: [UInt8]
                        do throws(BzError) { ready = try joiner.append(bytes) } catch {
                            throw error.naming(member.path)
                        }
                        if !ready.isEmpty, try await !body(ready) { hadEnough = true }
                        return !hadEnough
                    }
                    if index == 0 { format = reading.format }
                    if hadEnough { break }
                    if let offset = reading.trailingOffset {
                        throw BzError(
                            .damaged, "has bytes that belong to no stream", remedy: "check the file",
                            file: member.path, bitOffset: offset * 8)
                    }
                    let rest: [UInt8]
                    do throws(BzError) { rest = try joiner.end() } catch { throw error.naming(member.path) }
                    if !rest.isEmpty, try await !body(rest) { break }
                }
                return DumpText.Reading(format: format, trailingOffset: nil)
            }
        }
    }

    /// The first revision of the first page of a file; nil if it has no page.
    private static func first(
        of path: FilePath, taskCount: Int, on calls: any FileCalls
    ) async throws(BzError) -> Place? {
        var scanner = PageScanner()
        var page: Int64?
        var place: Place?
        var isText = false
        try await DumpText(path, on: calls).read(taskCount: taskCount) { text throws(BzError) in
            for event in scanner.scan(text) where place == nil {
                switch event {
                case .page(let found): page = found.id
                case .revision(let id, _): place = page.map { Place(page: $0, revision: id) }
                case .pageEnd: place = page.map { Place(page: $0, revision: nil) }
                case .unreadableID(let offset):
                    throw BzError(
                        .damaged, "the item at byte \(offset) of the text has an id that is not a number",
                        remedy: "use another copy of the file", file: path)
                default: break
                }
            }
            // What is no XML has no pages.
            let start = text.first { $0 > UInt8(ascii: " ") && $0 < 0x80 }
            if !isText, let start, start != UInt8(ascii: "<") { return false }
            isText = isText || start != nil
            return place == nil
        }
        return place
    }
}

import MWBzUtils
package import SystemPackage

/// The content of the `latest` folder after a run is complete.
///
/// Nothing changes before that: while a run is going on, or after a failed run, all links point to older files. Then a new
/// folder is made next to the old one, and the two exchange their names in one step. So at every moment either the old or the
/// new set of links exists.
///
/// Two rules keep a set consistent: a link never goes back to an older run, and an older link is removed only if something with
/// the same base name replaces it. So a run in parts never removes the whole file of the previous run.
package struct LatestLinks: Sendable {
    /// A link to a file of the run, and its feed.
    struct Link: Sendable, Hashable {
        let name: String
        let target: String
        /// Name and bytes of the feed; nil for checksum files.
        let feedName: String?
        let feed: [UInt8]
    }

    private let names: PublishedNames
    private let links: [Link]
    /// The base names of this run's files. Older parts with these base names are out of date.
    private let replacedBases: Set<String>
    private let directories: WikiDirectories
    private let fileSystem: FileSystem
    private let permissions: UInt16
    private let isWhole: Bool
    private var folder: FilePath { directories.latest }
    /// The path where a new set is made, and where the old one is after the exchange.
    private var beside: FilePath { fileSystem.stagingFolder(of: folder).appending(Self.newName) }
    private static let newName = ".latest.new"

    /// Whether links may point to a run: every job is done, or was left out on request.
    package static func isWhole(_ run: RunRecord) -> Bool {
        run.isFinished && !run.jobs.isEmpty && run.jobs.allSatisfy { $0.status == .done || $0.status == .skipped }
    }

    package init(_ run: RunRecord, directories: WikiDirectories, farm: FarmSettings, on fileSystem: FileSystem) {
        names = PublishedNames(run, farm: farm)
        self.directories = directories
        self.fileSystem = fileSystem
        permissions = directories.filePermissions(farm.filePermissions)
        isWhole = Self.isWhole(run)
        var links: [Link] = []
        var bases: Set<String> = []
        for job in run.jobs where job.status == .done {
            let offered = job.files.filter { if case .offered = FileShowing($0, of: job) { true } else { false } }
            for file in offered {
                guard let name = LatestName(file: file.name, names: names) else { continue }
                links.append(
                    Link(
                        name: name.link(of: run.wiki), target: "../\(run.date)/\(file.name)",
                        feedName: name.feed(of: run.wiki),
                        feed: FeedFile.xml(
                            file: file.name, rest: name.rest, names: names, time: job.updated ?? run.updated)))
                // A job that lacks some of its parts has not replaced the older ones.
                if offered.count == job.files.count { bases.insert(name.base.name) }
            }
        }
        for kind in HashKind.allCases {
            let file = names.sums(kind, .txt)
            guard let name = LatestName(file: file, names: names)?.link(of: run.wiki) else { continue }
            links.append(Link(name: name, target: "../\(run.date)/\(file)", feedName: nil, feed: []))
        }
        self.links = links
        replacedBases = bases
    }

    /// The content of the folder: links with their targets, feeds with their texts, and everything that does not belong to us.
    private struct Contents: Hashable {
        var links: [String: String] = [:]
        var feeds: [String: [UInt8]] = [:]
        var others: [String] = []
    }

    /// Puts the links and feeds of a complete run in place. Does nothing for any other run.
    /// - Throws: ``DumpError`` of the file system; the old set still exists then.
    package func apply() throws(DumpError) {
        guard isWhole else { return }
        // A link that leads nowhere is no folder, and would be in the way of one.
        if try fileSystem.linkTarget(folder) != nil, try fileSystem.status(folder) == nil {
            try fileSystem.remove(folder)
        }
        try mend()
        let old = try contents()
        let (new, blocked) = try merged(with: old)
        if new.links != old.links || new.feeds != old.feeds {
            try build(new)
            if try fileSystem.status(folder) == nil {
                try fileSystem.move(beside, to: folder)
            } else {
                try fileSystem.exchange(beside, folder)
                try bringOthers(old.others)
            }
        }
        guard let name = blocked.first else { return }
        throw DumpError(
            .fileSystem, "\(folder.appending(name)) is not a link, so it was left alone",
            remedy: "move it away; the folder is for links to the newest files")
    }

    /// Cleans up after a process that died in the middle. It left at most the old set, or an unfinished new one.
    private func mend() throws(DumpError) {
        try fileSystem.finishExchange(beside, folder)
        guard try fileSystem.status(beside) != nil else { return }
        if try fileSystem.status(folder) != nil {
            var others: [String] = []
            for name in try fileSystem.list(beside) where !name.hasSuffix(LatestName.feedSuffix) {
                if try fileSystem.linkTarget(beside.appending(name)) == nil { others.append(name) }
            }
            try bringOthers(others)
        } else {
            try fileSystem.removeTree(beside)
        }
    }

    /// Moves everything that does not belong to us from the old folder into the new one, and removes the old folder.
    private func bringOthers(_ others: [String]) throws(DumpError) {
        for name in others {
            let (old, new) = (beside.appending(name), folder.appending(name))
            if try fileSystem.status(new) == nil, try fileSystem.status(old) != nil {
                try fileSystem.move(old, to: new)
            }
        }
        try fileSystem.removeTree(beside)
    }

    /// Takes back what only the folder of a process holds that died in the middle: the whole old set, where the file system
    /// cannot exchange two folders, or files that do not belong to us.
    static func rescue(
        from dead: FilePath, of wiki: WikiName, _ directories: WikiDirectories, on fileSystem: FileSystem
    ) throws(DumpError) {
        let folder = directories.latest
        let aside = dead.appending((folder.lastComponent?.string ?? "") + FileSystem.asideSuffix)
        if try fileSystem.status(aside) != nil, try fileSystem.status(folder) == nil {
            try fileSystem.move(aside, to: folder)
        }
        for old in [aside, dead.appending(newName)] {
            for name in try fileSystem.list(old) where try fileSystem.linkTarget(old.appending(name)) == nil {
                let isFeed = name.hasSuffix(LatestName.feedSuffix) && LatestName(link: name, wiki: wiki) != nil
                let isOurs = isFeed || TemporaryNames.isTemporary(name)
                guard !isOurs, try fileSystem.status(folder.appending(name)) == nil else { continue }
                try directories.make(folder, on: fileSystem)
                try fileSystem.move(old.appending(name), to: folder.appending(name))
            }
        }
    }

    private func contents() throws(DumpError) -> Contents {
        var contents = Contents()
        if let status = try fileSystem.status(folder), !status.isDirectory {
            throw DumpError(.fileSystem, "\(folder) is not a folder", remedy: "move it away")
        }
        for name in try fileSystem.list(folder) {
            let path = folder.appending(name)
            if let target = try fileSystem.linkTarget(path) {
                contents.links[name] = target
            } else if name.hasSuffix(LatestName.feedSuffix), LatestName(link: name, wiki: names.wiki) != nil,
                try fileSystem.status(path)?.isFile == true
            {
                contents.feeds[name] = try fileSystem.read(path)
            } else if !TemporaryNames.isTemporary(name) {
                contents.others.append(name)
            }
        }
        return contents
    }

    /// The set that includes this run, and the names that are taken by something other than a link.
    private func merged(with old: Contents) throws(DumpError) -> (Contents, blocked: [String]) {
        var new = old
        var blocked: [String] = []
        // In order, so that the same things happen whenever a simulation runs again.
        for (name, target) in old.links.sorted(by: { $0.key < $1.key })
        where LatestName(link: name, wiki: names.wiki) != nil {
            if try !isThere(target) { new.links[name] = nil }
        }
        for link in links {
            if old.others.contains(link.name) {
                blocked.append(link.name)
                continue
            }
            if let target = new.links[link.name], let date = Self.date(target), date > names.date { continue }
            new.links[link.name] = link.target
            guard let feedName = link.feedName else { continue }
            let told = old.feeds[feedName].flatMap { FeedFile.date(String(decoding: $0, as: UTF8.self)) }
            if let told, told > names.date { continue }
            new.feeds[feedName] = link.feed
        }
        let current = Set(links.map(\.name))
        for (name, target) in new.links where !current.contains(name) {
            guard let latest = LatestName(link: name, wiki: names.wiki), latest.base.isPart,
                replacedBases.contains(latest.base.name), let date = Self.date(target), date < names.date
            else { continue }
            new.links[name] = nil
        }
        for name in new.feeds.keys where new.links[String(name.dropLast(LatestName.feedSuffix.count))] == nil {
            new.feeds[name] = nil
        }
        return (new, blocked.sorted())
    }

    private func isThere(_ target: String) throws(DumpError) -> Bool {
        try fileSystem.status(folder.pushing(FilePath(target))) != nil
    }

    private func build(_ set: Contents) throws(DumpError) {
        try fileSystem.removeTree(beside)
        try directories.make(beside, on: fileSystem)
        for (name, target) in set.links.sorted(by: { $0.key < $1.key }) {
            try fileSystem.link(beside.appending(name), to: target)
        }
        for (name, bytes) in set.feeds.sorted(by: { $0.key < $1.key }) {
            try fileSystem.write(bytes, to: beside.appending(name), permissions: permissions, durable: false)
        }
        try fileSystem.synchronizeDirectory(beside)
    }

    /// Removes links to files that are gone, then feeds without a link.
    /// - Parameter dates: Runs that are about to be removed, so that their files count as gone.
    package static func removeDangling(
        wiki: WikiName, folder: FilePath, dates: Set<DumpDate> = [], on fileSystem: FileSystem
    ) throws(DumpError) {
        let found = try fileSystem.list(folder)
        var left = Set(found)
        for name in found where LatestName(link: name, wiki: wiki) != nil {
            let path = folder.appending(name)
            guard let target = try fileSystem.linkTarget(path) else { continue }
            let isLeaving = date(target).map(dates.contains) == true
            guard try isLeaving ? true : fileSystem.status(path) == nil else { continue }
            try fileSystem.remove(path)
            left.remove(name)
        }
        for name in found where name.hasSuffix(LatestName.feedSuffix) && LatestName(link: name, wiki: wiki) != nil {
            if !left.contains(String(name.dropLast(LatestName.feedSuffix.count))) {
                try fileSystem.remove(folder.appending(name))
            }
        }
    }

    /// The date in `../DATE/FILE`.
    private static func date(_ target: String) -> DumpDate? {
        guard target.hasPrefix("../"), target.dropFirst(11).hasPrefix("/") else { return nil }
        return DumpDate(target.dropFirst(3).prefix(8))
    }
}

/// The parsed name of a link in the `latest` folder.
package struct LatestName: Sendable, Hashable {
    /// What follows `WIKI-latest-`, such as `pages-articles1.xml-p1p100.bz2`.
    package let rest: String

    /// The name of the link to a file of a run; nil if the file's name does not begin with `WIKI-DATE-`.
    package init?(file: String, names: PublishedNames) {
        guard file.hasPrefix(names.prefix), file.utf8.count > names.prefix.utf8.count else { return nil }
        rest = String(file.dropFirst(names.prefix.count))
    }

    /// Parses a name found in the folder; nil if it does not begin with `WIKI-latest-`.
    package init?(link: String, wiki: WikiName) {
        let prefix = "\(wiki)-latest-"
        guard link.hasPrefix(prefix), link.utf8.count > prefix.utf8.count else { return nil }
        rest = String(link.dropFirst(prefix.count))
    }

    package func link(of wiki: WikiName) -> String { "\(wiki)-latest-\(rest)" }

    /// The name of the feed that announces a new target.
    package func feed(of wiki: WikiName) -> String { link(of: wiki) + Self.feedSuffix }

    static let feedSuffix = "-rss.xml"

    /// The name without part number and page range, and whether it had any. For the example above: `pages-articles.xml.bz2` and
    /// true.
    package var base: (name: String, isPart: Bool) {
        let name = DumpFileName(rest)
        return (name.whole.description, name.isPiece)
    }
}

/// The RSS 2.0 feed that announces a new file behind a link in the `latest` folder.
package enum FeedFile {
    /// - Parameters:
    ///   - file: The file that the link points to.
    ///   - rest: The file name without wiki and date, which is the title of the channel.
    ///   - time: When the job of the file was done.
    package static func xml(file: String, rest: String, names: PublishedNames, time: UTCTime) -> [UInt8] {
        let page = htmlEscaped(names.runURL)
        let link = "<a href=\"\(htmlEscaped("\(names.runURL)/\(file)"))\">\(htmlEscaped(file))</a>"
        return Array(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <rss version="2.0">
                <channel>
                    <title>\(htmlEscaped(rest))</title>
                    <link>\(page)</link>
                    <description>Wikimedia dump updates for \(names.wiki)</description>
                    <item>
                        <title>\(page)</title>
                        <link>\(page)</link>
                        <description>\(htmlEscaped(link))</description>
                        <pubDate>\(time.rfc822)</pubDate>
                    </item>
                </channel>
            </rss>

            """.utf8)
    }

    /// The date of the run that a feed announces, from its first link; nil if there is none.
    package static func date(_ text: String) -> DumpDate? {
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingBlanks()
            guard line.hasPrefix("<link>"), line.hasSuffix("</link>") else { continue }
            return DumpDate(line.dropLast("</link>".count).suffix(8))
        }
        return nil
    }
}

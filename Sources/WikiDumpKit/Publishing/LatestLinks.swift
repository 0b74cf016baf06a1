package import SystemPackage

/// What the `latest` folder has to look like after jobs of a run are done.
///
/// Two rules hold it together: a link never goes back to an older run, and an older link goes only when something of the
/// same base name replaces it. So a run in parts never takes away the whole file of the run before.
package struct LatestLinks: Sendable {
    /// A link to put in place, and its feed.
    struct Link: Sendable, Hashable {
        let name: String
        let target: String
        /// Name and bytes of the feed; nil for checksum files.
        let feedName: String?
        let feed: [UInt8]
    }

    private let names: PublishedNames
    private let links: [Link]
    /// Base names of which this run has files; their older parts are out of date.
    private let replacedBases: Set<String>
    private let directories: WikiDirectories
    private let permissions: UInt16
    private var folder: FilePath { directories.latest }

    /// - Parameter jobs: the jobs whose files are to be linked; those not done are passed over.
    package init(
        _ run: RunRecord, jobs: [JobRecord], directories: WikiDirectories, farm: FarmSettings
    ) {
        names = PublishedNames(run, farm: farm)
        self.directories = directories
        permissions = directories.filePermissions(farm.filePermissions)
        var links: [Link] = []
        var bases: Set<String> = []
        for job in jobs where job.status == .done {
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
        self.links = links
        replacedBases = bases
    }

    /// Puts the links and feeds of the jobs in place.
    ///
    /// One that cannot be made does not stop the others; the first such error is thrown at the end.
    package func apply() throws(DumpError) {
        guard !links.isEmpty else { return }
        try FileSystem.makeDirectory(folder, permissions: directories.directoryPermissions)
        var failure: DumpError?
        for link in links {
            do {
                guard try place(link.name, target: link.target), let feedName = link.feedName else { continue }
                try placeFeed(feedName, link.feed)
            } catch { failure = failure ?? error }
        }
        do { try removeOutdatedParts() } catch { failure = failure ?? error }
        if let failure { throw failure }
    }

    /// Puts the links to the checksum files of a finished run in place.
    ///
    /// The list of a run that lacks files would hide those of the run before, so it is only linked if there is no other.
    package static func applySums(
        _ run: RunRecord, directories: WikiDirectories, farm: FarmSettings
    ) throws(DumpError) {
        guard run.isFinished else { return }
        let all = LatestLinks(run, jobs: [], directories: directories, farm: farm)
        let folder = directories.latest
        try FileSystem.makeDirectory(folder, permissions: directories.directoryPermissions)
        for kind in HashKind.allCases {
            let file = all.names.sums(kind, .txt)
            guard let name = LatestName(file: file, names: all.names)?.link(of: run.wiki) else { continue }
            let isWhole = run.isComplete && run.failures == 0
            let isFirst = try FileSystem.status(folder.appending(name)) == nil
            if isWhole || isFirst {
                _ = try all.place(name, target: "../\(run.date)/\(file)")
            }
        }
    }

    /// Removes links to files that are gone, then feeds without a link.
    package static func removeDangling(wiki: WikiName, folder: FilePath) throws(DumpError) {
        let found = try FileSystem.list(folder)
        var left = Set(found)
        for name in found where LatestName(link: name, wiki: wiki) != nil {
            let path = folder.appending(name)
            guard FileSystem.linkTarget(path) != nil, try FileSystem.status(path) == nil else { continue }
            try FileSystem.remove(path)
            left.remove(name)
        }
        for name in found where name.hasSuffix(LatestName.feedSuffix) && LatestName(link: name, wiki: wiki) != nil {
            if !left.contains(String(name.dropLast(LatestName.feedSuffix.count))) {
                try FileSystem.remove(folder.appending(name))
            }
        }
    }

    /// Makes the link unless a newer run has it; whether it now points to the target.
    private func place(_ name: String, target: String) throws(DumpError) -> Bool {
        let path = folder.appending(name)
        if let old = FileSystem.linkTarget(path) {
            if old == target { return true }
            if let date = Self.date(old), date > names.date, try FileSystem.status(path) != nil { return false }
        } else if try FileSystem.status(path) != nil {
            throw DumpError(
                .fileSystem, "\(path) is no link, so it was left alone",
                remedy: "move it away; the folder is for links to the newest files")
        }
        try FileSystem.link(path, to: target)
        return true
    }

    private func placeFeed(_ name: String, _ bytes: [UInt8]) throws(DumpError) {
        let path = folder.appending(name)
        if let old = try FileSystem.text(path) {
            if let date = FeedFile.date(old), date > names.date { return }
            if old.utf8.elementsEqual(bytes) { return }
        }
        try FileSystem.write(bytes, to: path, permissions: permissions, durable: false)
    }

    private func removeOutdatedParts() throws(DumpError) {
        let current = Set(links.map(\.name))
        for name in try FileSystem.list(folder) where !current.contains(name) {
            guard let latest = LatestName(link: name, wiki: names.wiki), latest.base.isPart,
                replacedBases.contains(latest.base.name),
                let date = FileSystem.linkTarget(folder.appending(name)).flatMap(Self.date), date < names.date
            else { continue }
            try FileSystem.remove(folder.appending(name))
            try FileSystem.remove(folder.appending(latest.feed(of: names.wiki)))
        }
    }

    /// The date in `../DATE/FILE`.
    private static func date(_ target: String) -> DumpDate? {
        guard target.hasPrefix("../"), target.dropFirst(11).hasPrefix("/") else { return nil }
        return DumpDate(target.dropFirst(3).prefix(8))
    }
}

import SystemPackage

/// What the monitor sees of one wiki in a sweep.
struct WikiGlance: Sendable {
    var entry: SiteRecord.Entry
    /// The `dumpstatus.json` of its newest run; nil if it must not be collected, an empty object if there is no run.
    var dumpStatus: [UInt8]?
    /// Why that file cannot be collected.
    var damage: DumpError?
    /// Whether a living process holds the lock of the wiki.
    var isLocked: Bool
    /// The process that holds it, if it is known.
    var holder: LockHolder?
    /// How the wiki stands.
    var state: WikiStatus.State
    /// The date of its newest run; nil if there is none. The entry of a private wiki does not tell it.
    var date: DumpDate?
    /// The newest run of which every job is done; nil if there is none. Also known of a private wiki.
    var complete: WikiStatus.CompleteRun?
    /// The number of failed jobs of the newest run.
    var failedJobs = 0
    /// How many items that are damaged in the wiki are missing from the files of the newest run.
    var missingItems: Int64 = 0
}

extension WikiGlance {
    /// Creates the glance at a wiki that could not be read. It contains no path, because the page is public.
    init(unreadable wiki: any Wiki, _ error: DumpError) {
        let reason = wiki.isPrivate ? "" : (error.cause as? Errno).map { " (\($0))" } ?? ""
        self.init(
            entry: SiteRecord.Entry(
                wiki: wiki.name, isPrivate: wiki.isPrivate, isClosed: wiki.isClosed, date: nil,
                statusText: "cannot be read" + reason, statusClass: "failed", updated: nil),
            isLocked: false, state: .unreadable)
    }

    /// Reads the state of a wiki's newest run.
    init(_ wiki: any Wiki, isLocked: Bool, clock: any WallClock) throws(DumpError) {
        let runs = RunDirectories(wiki)
        let date = try runs.latest()
        var line = StatusLine.Parsed(updated: nil, state: .neverDumped)
        var active: [JobRecord] = []
        self.init(
            entry: SiteRecord.Entry(
                wiki: wiki.name, isPrivate: wiki.isPrivate, isClosed: wiki.isClosed, date: wiki.isPrivate ? nil : date,
                statusText: "", statusClass: "", updated: nil),
            dumpStatus: date == nil ? Array("{}".utf8) : nil, isLocked: isLocked, state: .never, date: date)
        if let date {
            let folder = wiki.directories.run(date)
            line = try runs.statusLine(of: date).flatMap(StatusLine.parse) ?? .init(updated: nil, state: .unknown)
            let path = folder.appending(DumpStatusFile.fileName)
            dumpStatus = try wiki.fileSystem.status(path) == nil ? nil : try wiki.fileSystem.read(path)
            let status = readStatus()
            failedJobs = status.jobs.count { $0.value["status"]?.string == "failed" }
            missingItems = status.jobs.compactMap { $0.value["missing"]?.integer }.max() ?? 0
            complete = try Self.newestComplete(wiki, runs, newest: (date, line, status.sizes))
            if !wiki.isPrivate, line.state.isInProgress {
                let record = try StoredRun.read(
                    wiki: wiki.name, date: date, isPrivate: false, isClosed: wiki.isClosed, folder: folder,
                    updated: clock.now(), on: wiki.fileSystem)
                active = record?.jobs.filter { $0.status == .inProgress } ?? []
            }
        }
        state = WikiStatus.State(line.state, missingItems: missingItems, isLocked: isLocked)
        (entry.statusText, entry.statusClass) = (line.state.text, line.state.name)
        entry.statusRemark = line.state.remark
        // For a private wiki, only the name and the state are passed on, no matter what a page would do with more.
        if wiki.isPrivate {
            (dumpStatus, damage) = (nil, nil)
        } else {
            (entry.updated, entry.activeJobs, entry.missingItems) = (line.updated, active, missingItems)
            entry.complete = complete.map { SiteRecord.CompleteRun(date: $0.date, ended: $0.ended, bytes: $0.bytes) }
        }
    }

    /// What `dumpstatus.json` says; nothing if it is missing or damaged.
    private mutating func readStatus() -> (jobs: [JSONValue.Member], sizes: [Int64]) {
        guard let dumpStatus else { return ([], []) }
        do throws(DumpError) {
            let json = try JSONValue(parsing: dumpStatus)
            return (json["jobs"]?.members ?? [], DumpStatusFile.sizes(json))
        } catch {
            (self.dumpStatus, damage) = (nil, error)
            return ([], [])
        }
    }

    private static func newestComplete(
        _ wiki: any Wiki, _ runs: RunDirectories, newest: (date: DumpDate, line: StatusLine.Parsed, sizes: [Int64])
    ) throws(DumpError) -> WikiStatus.CompleteRun? {
        for date in try runs.dates().reversed() where date <= newest.date {
            let isNewest = date == newest.date
            guard let line = isNewest ? newest.line : try runs.statusLine(of: date).flatMap(StatusLine.parse),
                RunState(line.state) == .complete
            else { continue }
            let folder = wiki.directories.run(date)
            var sizes = newest.sizes
            if !isNewest {
                // A damaged file of an older run says nothing about the wiki.
                let json = try? wiki.fileSystem.json(folder.appending(DumpStatusFile.fileName))
                sizes = json.map(DumpStatusFile.sizes) ?? []
            }
            let times = try JobTimes(in: wiki.directories.privateRun(date), on: wiki.fileSystem).passes
            var ended = line.updated
            if ended == nil { ended = try runs.statusTime(of: date) }
            guard let ended else { continue }
            return WikiStatus.CompleteRun(
                date: date, ended: ended, bytes: sizes.reduce(0, &+),
                milliseconds: times.isEmpty ? nil : times.reduce(0) { $0 &+ $1.milliseconds })
        }
        return nil
    }
}

extension WikiStatus.State {
    /// What the line of the newest run says.
    init(_ line: StatusLine.State, missingItems: Int64, isLocked: Bool) {
        if isLocked || line.isInProgress {
            self = .running
        } else if line == .neverDumped {
            self = .never
        } else {
            self =
                switch RunState(line) {
                case .never: .never
                case .interrupted: .interrupted
                case .failed: .failed
                case .partial: .partial
                case .complete: missingItems > 0 || line.isDoneWithOmissions ? .lacking : .complete
                }
        }
    }
}

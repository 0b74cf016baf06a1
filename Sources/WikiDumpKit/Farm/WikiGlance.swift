import SystemPackage

/// What the monitor sees of one wiki in a sweep.
struct WikiGlance: Sendable {
    /// Its line on the index page.
    var entry: SiteRecord.Entry
    /// The `dumpstatus.json` of its newest run; nil if it must not be collected, an empty object if there is no run.
    var dumpStatus: [UInt8]?
    /// Whether a living process holds the lock of the wiki.
    var isLocked: Bool
}

extension WikiGlance {
    /// Creates the glance at a wiki that could not be read. It contains no path, because the page is public.
    init(unreadable wiki: any Wiki, _ error: DumpError) {
        let reason = wiki.isPrivate ? "" : (error.cause as? Errno).map { " (\($0))" } ?? ""
        self.init(
            entry: SiteRecord.Entry(
                wiki: wiki.name, isPrivate: wiki.isPrivate, isClosed: wiki.isClosed, date: nil,
                statusText: "cannot be read" + reason, statusClass: "failed", updated: nil),
            dumpStatus: nil, isLocked: false)
    }

    /// Reads the state of a wiki's newest run.
    init(_ wiki: any Wiki, isLocked: Bool, clock: any WallClock) throws(DumpError) {
        let date = try RunDirectories(wiki).latest()
        var state = StatusLine.State.neverDumped
        var updated: UTCTime?
        var active: [JobRecord] = []
        var dumpStatus: [UInt8]? = Array("{}".utf8)
        if let date {
            let folder = wiki.directories.run(date)
            let parsed = try wiki.fileSystem.text(folder.appending(StatusLine.fileName)).flatMap(StatusLine.parse)
            state = parsed?.state ?? .unknown
            updated = parsed?.updated
            if !wiki.isPrivate {
                let path = folder.appending(DumpStatusFile.fileName)
                dumpStatus = try wiki.fileSystem.status(path) == nil ? nil : try wiki.fileSystem.read(path)
                if state.isInProgress {
                    let record = try StoredRun.read(
                        wiki: wiki.name, date: date, isPrivate: false, isClosed: wiki.isClosed, folder: folder,
                        updated: clock.now(), on: wiki.fileSystem)
                    active = record?.jobs.filter { $0.status == .inProgress } ?? []
                }
            }
        }
        // For a private wiki, only the name and the state are passed on, no matter what a page would do with more.
        entry = SiteRecord.Entry(
            wiki: wiki.name, isPrivate: wiki.isPrivate, isClosed: wiki.isClosed, date: wiki.isPrivate ? nil : date,
            statusText: state.text, statusClass: state.name, statusRemark: state.remark,
            updated: wiki.isPrivate ? nil : updated, activeJobs: active)
        self.dumpStatus = wiki.isPrivate ? nil : dumpStatus
        self.isLocked = isLocked
    }
}

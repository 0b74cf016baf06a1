import SystemPackage

/// The runs of a wiki, as far as its folders tell.
struct RunDirectories: Sendable, Hashable {
    /// The folder that holds a folder for each run.
    let root: FilePath

    /// Looks at the folder in which the runs of a wiki are published.
    init(_ directories: WikiDirectories) { root = directories.publicRoot }

    /// Looks at a folder.
    init(root: FilePath) { self.root = root }

    /// The dates of the runs, in order. Only folders count, and only names that are days of the calendar.
    func dates() throws(DumpError) -> [DumpDate] {
        var dates: [DumpDate] = []
        for date in try names() where try isDirectory(date) { dates.append(date) }
        return dates
    }

    /// The date of the newest run, or nil if there is none.
    /// - Parameter limit: runs after this day are left out.
    func latest(notAfter limit: DumpDate? = nil) throws(DumpError) -> DumpDate? {
        for date in try names().reversed() where limit.map({ date <= $0 }) ?? true {
            if try isDirectory(date) { return date }
        }
        return nil
    }

    /// The line that the status file of a run holds, or nil if there is no such file.
    func statusLine(of date: DumpDate) throws(DumpError) -> String? { try FileSystem.text(statusFile(of: date)) }

    /// When the status file of a run was written, or nil if there is no such file.
    func statusTime(of date: DumpDate) throws(DumpError) -> UTCTime? {
        try FileSystem.status(statusFile(of: date))?.modified
    }

    /// The file that says in one line where a run stands.
    func statusFile(of date: DumpDate) -> FilePath {
        root.appending(date.description).appending("status.html")
    }

    private func names() throws(DumpError) -> [DumpDate] { try FileSystem.list(root).compactMap { DumpDate($0) } }

    private func isDirectory(_ date: DumpDate) throws(DumpError) -> Bool {
        try FileSystem.status(root.appending(date.description))?.isDirectory == true
    }
}

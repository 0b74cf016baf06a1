import SystemPackage

/// The runs of a wiki, as found in its folders.
struct RunDirectories: Sendable {
    /// The folder that contains a folder for each run.
    let root: FilePath
    private let fileSystem: FileSystem

    /// Uses the folder where the runs of a wiki are published.
    init(_ wiki: any Wiki) { self.init(root: wiki.directories.publicRoot, on: wiki.fileSystem) }

    init(root: FilePath, on fileSystem: FileSystem) {
        self.root = root
        self.fileSystem = fileSystem
    }

    /// The dates of the runs, in order. Only folders whose names are valid dates count.
    func dates() throws(DumpError) -> [DumpDate] {
        var dates: [DumpDate] = []
        for date in try names() where try isDirectory(date) { dates.append(date) }
        return dates
    }

    /// The date of the newest run; nil if there is none.
    /// - Parameter limit: The last date to consider; nil for no limit.
    func latest(notAfter limit: DumpDate? = nil) throws(DumpError) -> DumpDate? {
        for date in try names().reversed() where limit.map({ date <= $0 }) ?? true {
            if try isDirectory(date) { return date }
        }
        return nil
    }

    /// The line in the status file of a run; nil if there is no such file.
    func statusLine(of date: DumpDate) throws(DumpError) -> String? { try fileSystem.text(statusFile(of: date)) }

    /// When the status file of a run was written; nil if there is no such file.
    func statusTime(of date: DumpDate) throws(DumpError) -> UTCTime? {
        try fileSystem.status(statusFile(of: date))?.modified
    }

    /// The file that holds the state of a run in one line.
    func statusFile(of date: DumpDate) -> FilePath {
        root.appending(date.description).appending("status.html")
    }

    private func names() throws(DumpError) -> [DumpDate] { try fileSystem.list(root).compactMap { DumpDate($0) } }

    private func isDirectory(_ date: DumpDate) throws(DumpError) -> Bool {
        try fileSystem.status(root.appending(date.description))?.isDirectory == true
    }
}

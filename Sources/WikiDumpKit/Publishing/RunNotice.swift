import SystemPackage

/// A text of the operator for the page of a run, such as why it is late: `notice.txt` in the folder of the run.
public struct RunNotice: Sendable {
    /// What to do with the notice of a run.
    public enum Change: Sendable, Hashable {
        /// Show this text, in place of the one before. Plain text, not HTML.
        case text(String)
        /// Show none.
        case remove
    }

    static let fileName = "notice.txt"

    let wiki: any Wiki
    let date: DumpDate

    /// The notice of a run.
    public init(wiki: any Wiki, date: DumpDate) { (self.wiki, self.date) = (wiki, date) }

    private var path: FilePath { wiki.directories.run(date).appending(Self.fileName) }

    /// What the file says; nil if there is none.
    func text() throws(DumpError) -> String? { try FileSystem.text(path) }

    /// Changes the file, for which the folder of the run is made. The page shows it when it is written next.
    public func apply(_ change: Change) throws(DumpError) {
        switch change {
        case .remove: try FileSystem.remove(path)
        case .text(let text):
            let directories = wiki.directories
            try directories.make(directories.run(date))
            try FileSystem.write(Array((text + "\n").utf8), to: path, permissions: directories.statusPermissions)
        }
    }
}

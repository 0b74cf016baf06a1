import SystemPackage

/// A text by the operator on the page of a run, such as why it is late: `notice.txt` in the folder of the run.
public struct RunNotice: Sendable {
    /// A change to the notice of a run.
    public enum Change: Sendable, Hashable {
        /// Show this text instead of the previous one. Plain text, not HTML.
        case text(String)
        /// Show no notice.
        case remove
    }

    static let fileName = "notice.txt"

    let wiki: any Wiki
    let date: DumpDate

    /// Creates the notice of a run.
    public init(wiki: any Wiki, date: DumpDate) { (self.wiki, self.date) = (wiki, date) }

    private var path: FilePath { wiki.directories.run(date).appending(Self.fileName) }

    /// The content of the file; nil if there is none.
    func text() throws(DumpError) -> String? { try wiki.fileSystem.text(path) }

    /// Changes the file, and creates the folder of the run if necessary. The change appears when the page is next written.
    public func apply(_ change: Change) throws(DumpError) {
        switch change {
        case .remove: try wiki.fileSystem.remove(path)
        case .text(let text):
            let directories = wiki.directories
            try directories.make(directories.run(date), on: wiki.fileSystem)
            try wiki.fileSystem.write(Array((text + "\n").utf8), to: path, permissions: directories.statusPermissions)
        }
    }
}

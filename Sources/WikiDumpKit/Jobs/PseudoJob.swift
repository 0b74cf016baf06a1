/// What can be asked for like a job, but makes no dump files.
public enum PseudoJob: String, Sendable, Hashable, CaseIterable {
    /// Publishes everything around the files of a run again: status files, the page, hashes that are missing, links.
    case noop
    /// Makes the folders of a run, with its status files.
    case createdirs
    /// Sets the links to the newest files, and nothing else.
    case latestlinks
}

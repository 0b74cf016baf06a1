/// Some consecutive entries of the log.
public struct LogBatch: Sendable {
    /// The entries, by rising id.
    public var entries: [LogEntry]
    /// What could not be read as it should be.
    public var problems: [ContentProblem]

    /// Makes a batch.
    public init(entries: [LogEntry], problems: [ContentProblem] = []) {
        self.entries = entries
        self.problems = problems
    }
}

/// An entry of the log.
public struct LogEntry: Sendable, Hashable {
    /// The log id.
    public var id: Int64
    /// When, fourteen digits as stored.
    public var timestamp: ShortBytes
    /// Who.
    public var contributor: Contributor
    /// Why, in UTF-8 as stored; empty if nothing was said.
    public var comment: [UInt8]
    /// The kind, such as `move`.
    public var type: [UInt8]
    /// The action within the kind.
    public var action: [UInt8]
    /// What it was done to.
    public var title: PageTitle
    /// The stored parameters.
    public var parameters: [UInt8]
    /// Which parts are hidden.
    public var hidden: HiddenParts
    /// Parts that MediaWiki shows although it hides them elsewhere: the comment and the author of a hidden revision, which an
    /// entry about it repeats, and the title of a page that was deleted and suppressed.
    public var hiddenElsewhere: HiddenParts = []

    /// Makes an entry.
    public init(
        id: Int64, timestamp: ShortBytes, contributor: Contributor, comment: [UInt8], type: [UInt8], action: [UInt8],
        title: PageTitle, parameters: [UInt8], hidden: HiddenParts
    ) {
        self.id = id
        self.timestamp = timestamp
        self.contributor = contributor
        self.comment = comment
        self.type = type
        self.action = action
        self.title = title
        self.parameters = parameters
        self.hidden = hidden
    }
}

/// Some consecutive entries of the log.
public struct LogBatch: Sendable {
    /// The entries, by rising id.
    public var entries: [LogEntry]
    /// What could not be read properly.
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
    /// When it happened: fourteen digits, as stored.
    public var timestamp: ShortBytes
    /// Who did it.
    public var contributor: Contributor
    /// The reason, in UTF-8 as stored; empty if none was given.
    public var comment: [UInt8]
    /// The log type, such as `move`.
    public var type: [UInt8]
    /// The action within the type.
    public var action: [UInt8]
    /// The page or other target.
    public var title: PageTitle
    /// The stored parameters.
    public var parameters: [UInt8]
    /// Which parts are hidden.
    public var hidden: HiddenParts
    /// Parts that this entry shows although MediaWiki hides them elsewhere. These are the comment and the author of a hidden
    /// revision, which an entry about it repeats, and the title of a page that was deleted and suppressed.
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

/// Which log entries are public, by type.
///
/// MediaWiki shows some types only to users with a certain right (`$wgLogRestrictions`). Each wiki sets its own list. Only
/// its PHP reveals the list; its database and its API do not.
public enum LogVisibility: Sendable, Hashable {
    /// All types but these: the wiki named the types it restricts.
    case allExcept(Set<String>)
    /// Only these types: it is unknown what the wiki restricts.
    case only(Set<String>)

    /// The types that are public on every wiki that does not say otherwise: those of MediaWiki and of its bundled extensions.
    public static let publicTypes: Set<String> = [
        "block", "contentmodel", "create", "delete", "import", "interwiki", "managetags", "merge", "move", "newusers",
        "pagelang", "patrol", "protect", "renameuser", "rights", "tag", "thanks", "upload",
    ]

    /// Makes a rule from what is known about a wiki.
    /// - Parameters:
    ///   - restrictions: The types that the wiki says it restricts; nil if it was not asked.
    ///   - others: Types that the operator declares public. They matter only if the wiki was not asked.
    public init(restrictions: Set<String>?, alsoPublic others: some Sequence<String> = []) {
        self = restrictions.map { .allExcept($0) } ?? .only(Self.publicTypes.union(others))
    }

    /// Whether entries of a type are public.
    public func includes(_ type: String) -> Bool {
        switch self {
        case .allExcept(let restricted): !restricted.contains(type)
        case .only(let types): types.contains(type)
        }
    }
}

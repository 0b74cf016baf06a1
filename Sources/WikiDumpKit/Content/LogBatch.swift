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

/// Which entries of the log anybody may see, by their type.
///
/// MediaWiki shows some types only to users with a certain right (`$wgLogRestrictions`). A wiki names its own, and
/// neither its database nor its API tells them, only its PHP.
public enum LogVisibility: Sendable, Hashable {
    /// All types but these: the wiki says that it restricts them, and no others.
    case allExcept(Set<String>)
    /// These types only: nobody knows what the wiki restricts.
    case only(Set<String>)

    /// The types that anybody may see on every wiki that does not say otherwise: those of MediaWiki, and of the
    /// extensions that come with it.
    public static let publicTypes: Set<String> = [
        "block", "contentmodel", "create", "delete", "import", "interwiki", "managetags", "merge", "move", "newusers",
        "pagelang", "patrol", "protect", "renameuser", "rights", "tag", "thanks", "upload",
    ]

    /// What is known of a wiki.
    /// - Parameters:
    ///   - restrictions: The types that the wiki says it restricts; nil if it was not asked.
    ///   - others: Types that the operator calls public; they count where the wiki was not asked.
    public init(restrictions: Set<String>?, alsoPublic others: some Sequence<String> = []) {
        self = restrictions.map { .allExcept($0) } ?? .only(Self.publicTypes.union(others))
    }

    /// Whether anybody may see entries of a type.
    public func includes(_ type: String) -> Bool {
        switch self {
        case .allExcept(let restricted): !restricted.contains(type)
        case .only(let types): types.contains(type)
        }
    }
}

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

/// A difference between two dumps of a wiki.
public struct DumpDifference: Sendable, Hashable {
    /// What became of a page or revision.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// It is in the first dump only.
        case lost
        /// It is in the second dump only.
        case gained
        /// It is in both and not the same.
        case changed
    }

    /// What of a page or revision differs.
    public enum Field: String, Sendable, Hashable, CaseIterable {
        /// The title of the page. Underscores and blanks are the same.
        case title
        /// The number of its namespace.
        case namespace
        /// The page that it redirects to.
        case redirect
        /// The text of a slot, and which slots there are.
        case text
        /// The size of the text, as the dump says it.
        case size
        /// The hash of the revision, as the dump says it.
        case hash
        /// The id, name or address of the author.
        case author
        /// The comment of the author.
        case comment
        /// Which of author, comment and text are hidden.
        case hidden
        /// The time of the edit.
        case timestamp
        /// Whether the edit is marked as minor.
        case minor
        /// The revision before.
        case parent
        /// The content model.
        case model
        /// The format of the text.
        case format
    }

    /// A field that differs, with what each dump says; nil where it says nothing, and for texts.
    public struct Change: Sendable, Hashable {
        /// The field.
        public var field: Field
        /// What the first dump says.
        public var before: String?
        /// What the second dump says.
        public var after: String?
    }

    /// What became of it.
    public var kind: Kind
    /// The id of the page.
    public var page: Int64
    /// The namespace of the page; nil if the dump does not say.
    public var namespace: Int64?
    /// The title of the page, in the second dump if it is there.
    public var title: String
    /// The id of the revision; nil if it is the page that differs.
    public var revision: Int64?
    /// How many revisions a page had that is lost or gained as a whole. They are not told one by one.
    public var revisionCount: Int64?
    /// What of it differs; empty if it is lost or gained.
    public var changes: [Change] = []
}

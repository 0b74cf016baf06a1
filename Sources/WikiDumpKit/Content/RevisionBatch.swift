/// Some consecutive revisions, grouped by page.
public struct RevisionBatch: Sendable {
    /// Consecutive revisions of one page. A page with many revisions may span several batches.
    public struct Run: Sendable {
        /// The page.
        public var page: Page
        /// Whether this run holds the first revision of the page (within the selection).
        public var startsPage: Bool
        /// Whether this run holds the last revision of the page (within the selection).
        public var endsPage: Bool
        /// The revisions, by rising id. Empty if the page must be written but none of its revisions can be.
        public var revisions: [Revision]

        /// Makes a run.
        public init(page: Page, startsPage: Bool, endsPage: Bool, revisions: [Revision]) {
            self.page = page
            self.startsPage = startsPage
            self.endsPage = endsPage
            self.revisions = revisions
        }
    }

    /// The runs, by rising page id.
    public var runs: [Run]
    /// What could not be read properly.
    public var problems: [ContentProblem]

    /// Makes a batch.
    public init(runs: [Run], problems: [ContentProblem] = []) {
        self.runs = runs
        self.problems = problems
    }
}

/// A page.
public struct Page: Sendable, Hashable {
    /// The page id.
    public var id: Int64
    /// The title.
    public var title: PageTitle
    /// The id of the current revision.
    public var latestRevision: Int64
    /// The target as an export shows it; nil if the page is not a redirect.
    public var redirect: [UInt8]?
    /// Whether the target comes from a hidden current text, so that showing it reveals hidden content.
    public var redirectIsHidden = false

    /// Makes a page.
    public init(id: Int64, title: PageTitle, latestRevision: Int64, redirect: [UInt8]? = nil) {
        self.id = id
        self.title = title
        self.latestRevision = latestRevision
        self.redirect = redirect
    }
}

/// Who did something.
public struct Contributor: Sendable, Hashable {
    /// The user id; nil for an IP address or an imported name.
    public var id: Int64?
    /// The name, IP address or imported name, in UTF-8 as stored.
    public var name: [UInt8]

    /// Makes a contributor.
    public init(id: Int64?, name: [UInt8]) {
        self.id = id
        self.name = name
    }
}

/// Which parts of a revision or a log entry are hidden from the public (the bits of `rev_deleted`, `log_deleted`).
public struct HiddenParts: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: Int

    /// Makes a set from the stored bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The text of a revision, or the action, title and parameters of a log entry.
    public static let content = HiddenParts(rawValue: 1)
    /// The comment.
    public static let comment = HiddenParts(rawValue: 2)
    /// The contributor.
    public static let contributor = HiddenParts(rawValue: 4)
    /// Hidden from administrators too.
    public static let restricted = HiddenParts(rawValue: 8)
}

/// A revision of a page.
public struct Revision: Sendable, Hashable {
    /// The revision id.
    public var id: Int64
    /// The id of the parent revision, 0 if there is none.
    public var parent: Int64
    /// When it was saved: fourteen digits, as stored.
    public var timestamp: ShortBytes
    /// Whether it is marked as a minor edit.
    public var isMinor: Bool
    /// Which parts are hidden.
    public var hidden: HiddenParts
    /// Who saved it.
    public var contributor: Contributor
    /// The edit summary, in UTF-8 as stored; empty if there is none.
    public var comment: [UInt8]
    /// The SHA-1 of the revision in base 36, empty if it is not stored.
    public var sha1: ShortBytes
    /// The main slot. A revision without a main slot cannot be exported.
    public var main: Slot
    /// The other slots in the order of the export: sorted by the bytes of the role name.
    public var otherSlots: [Slot]

    /// Makes a revision.
    public init(
        id: Int64, parent: Int64, timestamp: ShortBytes, isMinor: Bool, hidden: HiddenParts, contributor: Contributor,
        comment: [UInt8], sha1: ShortBytes, main: Slot, otherSlots: [Slot] = []
    ) {
        self.id = id
        self.parent = parent
        self.timestamp = timestamp
        self.isMinor = isMinor
        self.hidden = hidden
        self.contributor = contributor
        self.comment = comment
        self.sha1 = sha1
        self.main = main
        self.otherSlots = otherSlots
    }
}

/// One content of a revision.
public struct Slot: Sendable, Hashable {
    /// The role: `main` or another one.
    public var role: String
    /// The revision that set this content.
    public var origin: Int64
    /// The content model.
    public var model: String
    /// The size in bytes.
    public var size: Int64
    /// The SHA-1 of the stored text in base 36, empty if it is not stored.
    public var sha1: ShortBytes
    /// Where the text is stored, such as `tt:145`.
    public var address: String
    /// The text as stored, in UTF-8; nil if it was not requested or cannot be read.
    public var text: [UInt8]?

    /// Makes a slot.
    public init(
        role: String, origin: Int64, model: String, size: Int64, sha1: ShortBytes, address: String, text: [UInt8]? = nil
    ) {
        self.role = role
        self.origin = origin
        self.model = model
        self.size = size
        self.sha1 = sha1
        self.address = address
        self.text = text
    }
}

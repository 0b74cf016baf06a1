/// What an export says of its wiki.
public struct ExportSite: Sendable, Hashable {
    /// The name of the database, such as `dewiki`; nil if the export does not say.
    public var dbname: String?
    /// The name for people.
    public var sitename: String?
    /// The program that wrote the export.
    public var generator: String?
    /// The address of the main page.
    public var base: String?
}

/// What an export says of a page.
public struct PageRecord: Sendable, Hashable {
    /// The id of the page.
    public var id: Int64
    /// The number of the namespace; nil if the export does not say, as those before version 0.6 of the format.
    public var namespace: Int64?
    /// The title, as plain text.
    public var title: String
    /// The title that the page redirects to; nil if it does not.
    public var redirect: String?
    /// Where `<page>` begins, in bytes of the decoded data.
    public var offset: Int64
}

/// A content of a revision. Nearly all revisions have one, in the main slot.
public struct SlotRecord: Sendable, Hashable {
    /// `main`, or the name of another slot.
    public var role: String
    /// The revision that the content was made in; nil if the export does not say.
    public var origin: Int64?
    /// The content model, such as `wikitext`.
    public var model: String?
    /// The format of the text, such as `text/x-wiki`.
    public var format: String?
    /// The size of the text in bytes, from the attribute `bytes`; nil if the export does not say, or says -1.
    public var byteCount: Int64?
    /// The hash of the text in base 36, from the attribute `sha1`.
    public var sha1: String?
    /// The text; nil in a stub, or if it is hidden.
    public var text: XMLText?
    /// Whether the text is hidden from the public.
    public var isHidden = false
}

/// What an export says of a revision.
public struct RevisionRecord: Sendable, Hashable {
    /// The id of the revision.
    public var id: Int64 = 0
    /// The id of the revision before; nil for the first of a page, or if the export does not say.
    public var parentID: Int64?
    /// The time of the edit, as in the XML: `2024-05-01T12:00:00Z`.
    public var timestamp = ""
    /// Whether its author marked it as minor.
    public var isMinor = false
    /// The name of its author, if that is an account.
    public var userName: XMLText?
    /// The address of its author, if that is no account.
    public var userAddress: XMLText?
    /// The id of its author.
    public var userID: Int64?
    /// Whether its author is hidden from the public.
    public var isUserHidden = false
    /// The comment; empty if there is none.
    public var comment = XMLText(xml: [])
    /// Whether the comment is hidden from the public.
    public var isCommentHidden = false
    /// The hash of all contents in base 36; nil if the export does not say.
    public var sha1: String?
    /// The main slot.
    public var main = SlotRecord(role: "main")
    /// The other slots, in the order of the export.
    public var slots: [SlotRecord] = []
}

/// A part of an export, as ``ExportReader`` finds it.
///
/// New cases may be added, so a `switch` needs a `default`.
public enum ExportRecord: Sendable, Hashable {
    /// The description of the wiki. It may come again where two exports follow one another in a file.
    case site(ExportSite)
    /// A page began.
    case page(PageRecord)
    /// A whole revision of the page that began last.
    case revision(RevisionRecord)
    /// The page ended. `offset` is the offset of the byte after `</page>`.
    case pageEnd(offset: Int64)
}

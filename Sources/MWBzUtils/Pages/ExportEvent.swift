/// The start of a page in an export, as far as its own elements tell.
public struct DumpPage: Sendable, Hashable {
    /// The id of the page.
    public var id: Int64
    /// The number of the namespace; nil in exports that do not say.
    public var namespace: Int64?
    /// The title as in the XML: UTF-8, with entities such as `&amp;` left in.
    public var title: [UInt8]
    /// Where `<page>` begins, in bytes of the decoded data.
    public var offset: Int64

    /// Makes the start of a page.
    public init(id: Int64, namespace: Int64?, title: [UInt8], offset: Int64) {
        self.id = id
        self.namespace = namespace
        self.title = title
        self.offset = offset
    }
}

extension DumpPage {
    /// The title as people write it.
    public var plainTitle: String { String(decoding: TitleKey.unescaped(title), as: UTF8.self) }
}

/// Something found in the XML of an export. All offsets are in bytes of the decoded data.
///
/// New kinds may be added; give a `switch` of yours a `default`.
public enum ExportEvent: Sendable, Hashable {
    /// The description of the wiki ended. `offset` is that of the byte after `</siteinfo>`.
    case headerEnd(offset: Int64)
    /// A page began; told when its id has been read.
    case page(DumpPage)
    /// A revision began; told when its id has been read. `offset` is that of `<revision>`.
    case revision(id: Int64, offset: Int64)
    /// The text of a revision began. `byteCount` is the size of the text before it was put into XML, as the attribute
    /// `bytes` has it; nil where that is missing, as in texts that are hidden.
    case text(byteCount: Int64?)
    /// The id of a page or revision is not a whole number of 64 bits. `offset` is that of `<page>` or `<revision>`.
    case unreadableID(offset: Int64)
    /// A page ended. `offset` is that of the byte after `</page>`.
    case pageEnd(offset: Int64)
    /// The export ended. `offset` is that of the byte after `</mediawiki>`.
    case exportEnd(offset: Int64)
}

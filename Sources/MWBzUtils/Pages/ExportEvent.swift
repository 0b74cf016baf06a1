/// The beginning of a page in an export.
public struct DumpPage: Sendable, Hashable {
    /// The id of the page.
    public var id: Int64
    /// The number of the namespace; nil if the export does not say.
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

    /// The title as plain text.
    public var plainTitle: String { String(decoding: TitleKey.unescaped(title), as: UTF8.self) }
}

/// Something found in the XML of an export. All offsets are in bytes of the decoded data.
///
/// New cases may be added, so a `switch` needs a `default`.
public enum ExportEvent: Sendable, Hashable {
    /// The description of the wiki ended. `offset` is the offset of the byte after `</siteinfo>`.
    case headerEnd(offset: Int64)
    /// A page began. This is reported when its id has been read.
    case page(DumpPage)
    /// A revision began. This is reported when its id has been read. `offset` is the offset of `<revision>`.
    case revision(id: Int64, offset: Int64)
    /// The text of a revision began. `byteCount` is the size of the text before it was escaped for XML, from the
    /// attribute `bytes`; nil if the attribute is missing, as in hidden texts.
    case text(byteCount: Int64?)
    /// The id of a page or revision is not a 64-bit integer. `offset` is the offset of `<page>` or `<revision>`.
    case unreadableID(offset: Int64)
    /// A page ended. `offset` is the offset of the byte after `</page>`.
    case pageEnd(offset: Int64)
    /// The export ended. `offset` is the offset of the byte after `</mediawiki>`.
    case exportEnd(offset: Int64)
}

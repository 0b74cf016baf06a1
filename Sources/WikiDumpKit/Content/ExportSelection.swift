/// Which part of a wiki one export file holds.
public struct ExportSelection: Sendable, Hashable {
    /// Which revisions of a page it holds.
    public var extent: RevisionSelection.Extent
    /// Whether it holds articles only: no talk pages (odd namespaces) and no user pages (namespace 2).
    public var articlesOnly: Bool

    /// Makes a selection.
    public init(extent: RevisionSelection.Extent, articlesOnly: Bool) {
        self.extent = extent
        self.articlesOnly = articlesOnly
    }

    /// Every revision of every page: `meta-history`.
    public static let metaHistory = ExportSelection(extent: .all, articlesOnly: false)
    /// The current revision of every page: `meta-current`.
    public static let metaCurrent = ExportSelection(extent: .current, articlesOnly: false)
    /// The current revision of articles: `articles`.
    public static let articles = ExportSelection(extent: .current, articlesOnly: true)
}

/// The pieces of the files of one run, as far as they are planned: by rising id, under the name of what they are pieces of,
/// which is `articles`, `meta-current`, `meta-history` or `logging`.
public typealias KnownRanges = [String: [DumpPiece]]

extension ExportSelection {
    /// What the ranges of such files are kept under.
    var subset: String { extent == .all ? "meta-history" : articlesOnly ? "articles" : "meta-current" }
}

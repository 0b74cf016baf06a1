/// A piece of a job's output: the pages or log entries in a range of ids.
public struct DumpPiece: Sendable, Hashable {
    /// The number of the part that this piece is, or belongs to; nil if there are no parts.
    public var part: Int?
    /// The range of ids. An upper bound of `Int64.max` means no end.
    public var ids: ClosedRange<Int64>
    /// Whether the file name contains the range.
    public var isRange: Bool

    /// The whole output in one file.
    public static let whole = DumpPiece(part: nil, ids: 1...Int64.max, isRange: false)

    /// The file name of this piece.
    /// - Parameter whole: The name of the whole.
    func name(of whole: DumpFileName) -> DumpFileName {
        var name = whole
        name.part = part
        name.pages = isRange ? ids : nil
        return name
    }

    /// The file name of this piece.
    /// - Parameter whole: The name of the whole. Both names are without the prefix `WIKI-DATE-`.
    public func name(of whole: String) -> String { name(of: DumpFileName(whole)).description }
}

extension [DumpPiece] {
    /// The pieces without duplicates, by rising id.
    var distinct: [DumpPiece] {
        Set(self).sorted { ($0.ids.lowerBound, $0.ids.upperBound) < ($1.ids.lowerBound, $1.ids.upperBound) }
    }
}

/// The planned pieces of a run's files, by rising id. The keys are `articles`, `meta-current`, `meta-history` and `logging`,
/// depending on what the files are pieces of.
public typealias KnownRanges = [String: [DumpPiece]]

extension ExportSelection {
    /// The key of such files in ``KnownRanges``.
    var subset: String { extent == .all ? "meta-history" : articlesOnly ? "articles" : "meta-current" }
}

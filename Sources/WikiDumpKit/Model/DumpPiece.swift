/// A piece of what a job writes: the pages, or log entries, of a range of ids.
public struct DumpPiece: Sendable, Hashable {
    /// The number of the part it is, or belongs to; nil if there are no parts.
    public var part: Int?
    /// The ids it is for. An end of `Int64.max` is open.
    public var ids: ClosedRange<Int64>
    /// Whether its name tells the range.
    public var isRange: Bool

    /// Makes a piece.
    public init(part: Int?, ids: ClosedRange<Int64>, isRange: Bool) {
        self.part = part
        self.ids = ids
        self.isRange = isRange
    }

    /// Everything, in one file.
    public static let whole = DumpPiece(part: nil, ids: 1...Int64.max, isRange: false)

    /// The name of the file with this piece of a whole.
    func name(of whole: DumpFileName) -> DumpFileName {
        var name = whole
        name.part = part
        name.pages = isRange ? ids : nil
        return name
    }

    /// The name of the file with this piece of a whole, both without `WIKI-DATE-`.
    public func name(of whole: String) -> String { name(of: DumpFileName(whole)).description }
}

extension [DumpPiece] {
    /// Each of the pieces once, by rising id.
    var distinct: [DumpPiece] {
        Set(self).sorted { ($0.ids.lowerBound, $0.ids.upperBound) < ($1.ids.lowerBound, $1.ids.upperBound) }
    }
}

/// The pieces of the files of one run, as far as they are planned: by rising id, under the name of what they are pieces of,
/// which is `articles`, `meta-current`, `meta-history` or `logging`.
public typealias KnownRanges = [String: [DumpPiece]]

extension ExportSelection {
    /// What the ranges of such files are kept under.
    var subset: String { extent == .all ? "meta-history" : articlesOnly ? "articles" : "meta-current" }
}

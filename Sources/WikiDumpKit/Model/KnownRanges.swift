import Synchronization

/// The ranges of the files of one run: planned by one job, known to all jobs of the run from then on.
public final class KnownRanges: Sendable, Hashable {
    private let ranges: Mutex<[String: [DumpPiece]]>

    /// Makes a list of ranges.
    /// - Parameter ranges: Those that are known, by what they are of: `articles`, `meta-current`, `meta-history`.
    public init(_ ranges: [String: [DumpPiece]] = [:]) { self.ranges = Mutex(ranges) }

    /// The ranges of one kind of file, by rising id; nil if they are not planned.
    public subscript(_ subset: String) -> [DumpPiece]? {
        get { ranges.withLock { $0[subset] } }
        set { ranges.withLock { $0[subset] = newValue } }
    }

    /// Whether the same ranges are known.
    public static func == (a: KnownRanges, b: KnownRanges) -> Bool {
        a === b || a.ranges.withLock { $0 } == b.ranges.withLock { $0 }
    }

    /// The ranges may change, so they do not count.
    public func hash(into hasher: inout Hasher) {}
}

extension ExportSelection {
    /// What the ranges of such files are kept under.
    var subset: String { extent == .all ? "meta-history" : articlesOnly ? "articles" : "meta-current" }
}

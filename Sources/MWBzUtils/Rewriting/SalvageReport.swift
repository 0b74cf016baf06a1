/// What was saved of a damaged dump, and what was lost.
public struct SalvageReport: Sendable {
    /// A stretch that could not be used.
    public struct Gap: Sendable {
        /// What is wrong there.
        public let problem: BzError
        /// Where the damage begins, in bits from the start of the file.
        public let startOffset: Int64
        /// Where sound data begins again; the end of the file if it does not.
        public let endOffset: Int64
        /// The last page that was saved before it; nil if there is none.
        public internal(set) var pageBefore: Int64?
        /// The first page that was saved behind it; nil if there is none.
        public internal(set) var pageAfter: Int64?

        /// The ids that lost pages can have, if the ids rise; nil if no page was lost. An end that is not known is that
        /// of the numbers.
        public var lostPages: ClosedRange<Int64>? {
            let first = pageBefore.map { $0 &+ 1 } ?? 0
            let last = pageAfter.map { $0 &- 1 } ?? .max
            return first <= last ? first...last : nil
        }
    }

    /// Whether nothing was wrong with the dump; the output is then a copy of its content.
    public internal(set) var isSound = true
    /// Pages in the output.
    public internal(set) var pageCount: Int64 = 0
    /// The first and the last page in the output.
    public internal(set) var firstPage: Int64?
    /// The last page in the output.
    public internal(set) var lastPage: Int64?
    /// What was lost, in the order of the file.
    public internal(set) var gaps: [Gap] = []
    /// Gaps that were found and not kept in ``gaps``.
    public internal(set) var omittedGapCount = 0
    /// Whether what stands before the first page was lost, so that the output begins with a bare `<mediawiki>`.
    public internal(set) var isHeaderLost = false
    /// Blocks that were copied as they were.
    public internal(set) var copiedBlockCount = 0
    /// Blocks of which a part had to be compressed again.
    public internal(set) var recodedBlockCount = 0
    /// Bytes of the output.
    public internal(set) var outputSize: Int64 = 0
}

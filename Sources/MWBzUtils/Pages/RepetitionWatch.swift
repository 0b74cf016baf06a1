/// Watches the ids of an export for pages and revisions that are there twice, and for ids that fall.
package struct RepetitionWatch: Sendable {
    private var pages = SeenIDs()
    private var revisions = SeenIDs()
    private var lastPage: Int64?
    private var fallCount = 0
    private var firstFall: (page: Int64, behind: Int64)?
    private var pieceCount = 0
    private var firstPiece: Int64?
    private var repeatCount = 0

    /// Begins to watch.
    package init() {}

    /// Takes the next page.
    package mutating func addPage(_ id: Int64) {
        if let lastPage, id < lastPage {
            fallCount += 1
            firstFall = firstFall ?? (id, lastPage)
        }
        lastPage = id
        if pages.add(id) == false {
            pieceCount += 1
            firstPiece = firstPiece ?? id
        }
    }

    /// Takes the next revision.
    /// - Returns: Whether it is the first one that was there before. Of others, ``remarks`` tells how many there are.
    package mutating func isFirstRepeated(revision id: Int64) -> Bool {
        guard revisions.add(id) == false else { return false }
        repeatCount += 1
        return repeatCount == 1
    }

    /// Whether a page is there in several pieces.
    package var hasPieces: Bool { pieceCount > 0 }

    /// What a reader should know, although it need not be wrong, in words.
    package var remarks: [String] {
        var remarks: [String] = []
        if let firstFall {
            let more = fallCount == 1 ? "" : ", and so on \(fallCount) times"
            remarks.append(
                "the ids of the pages do not rise: \(firstFall.page) comes behind \(firstFall.behind)\(more)")
        }
        if let firstPiece {
            let who = pieceCount == 1 ? "page \(firstPiece) is" : "page \(firstPiece) and others are"
            remarks.append("\(who) there in several pieces")
        }
        if repeatCount > 1 {
            remarks.append(
                repeatCount == 2
                    ? "1 more revision is there twice" : "\(repeatCount - 1) more revisions are there twice")
        }
        if !pages.isComplete || !revisions.isComplete {
            remarks.append("the ids are too scattered to look for all that are there twice")
        }
        return remarks
    }
}

/// A set of ids. Those near each other share a few bytes, and its size has a limit.
private struct SeenIDs: Sendable {
    /// At about 40 bytes each, 80 MB.
    private static let mostGroups = 2_000_000
    /// For each 64 ids, which of them were seen.
    private var groups: [Int64: UInt64] = [:]
    /// Whether every id could be kept.
    private(set) var isComplete = true

    /// - Returns: Whether the id is new; nil if that is not known.
    mutating func add(_ id: Int64) -> Bool? {
        let bit: UInt64 = 1 << UInt64(id & 63)
        if let group = groups[id >> 6] {
            if group & bit != 0 { return false }
            groups[id >> 6] = group | bit
            return isComplete ? true : nil
        }
        guard groups.count < Self.mostGroups else {
            isComplete = false
            return nil
        }
        groups[id >> 6] = bit
        return true
    }
}

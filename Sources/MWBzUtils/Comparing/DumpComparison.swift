public import SystemPackage

/// Compares two dumps of a wiki: which pages and revisions are in one of them only, and which differ.
///
/// Both are read once, at the same time, in the order of their pages. Any forms go together: texts are compared by themselves
/// where both dumps have them, by hash and size where one is a stub. Where an export leaves out what another says, as old
/// versions of the format leave out namespaces, that is no difference.
///
/// A page that only one dump has so far waits in a temporary file without a name until both are read. So ids that do not rise,
/// and pages in several pieces, are found all the same.
public struct DumpComparison: Sendable {
    /// What one of the dumps holds.
    public struct Totals: Sendable, Hashable {
        /// Its pages.
        public internal(set) var pageCount: Int64 = 0
        /// Its revisions.
        public internal(set) var revisionCount: Int64 = 0
        /// Revisions with a text.
        public internal(set) var textCount: Int64 = 0
        /// Revisions whose text is not in the dump, though it is not hidden, as in a stub.
        public internal(set) var absentTextCount: Int64 = 0
        /// The names of the wiki in it; more than one if exports of several were put together.
        public internal(set) var dbnames: [String] = []
        var fallCount: Int64 = 0
        var firstFall: String?
        var pieceCount: Int64 = 0
        var firstPiece: Int64?
        var repeatCount: Int64 = 0

        mutating func note(_ facts: RevisionFacts) {
            if facts.slots.contains(where: { $0.text != nil }) {
                textCount += 1
            } else if facts.hidden & RevisionFacts.hiddenText == 0 {
                absentTextCount += 1
            }
        }
    }

    /// How many pages or revisions differ.
    public struct Counts: Sendable, Hashable {
        /// In the first dump only.
        public internal(set) var lost: Int64 = 0
        /// In the second dump only.
        public internal(set) var gained: Int64 = 0
        /// In both, and not the same.
        public internal(set) var changed: Int64 = 0

        /// Those of a kind.
        public subscript(kind: DumpDifference.Kind) -> Int64 {
            switch kind {
            case .lost: lost
            case .gained: gained
            case .changed: changed
            }
        }

        mutating func add(_ count: Int64, to kind: DumpDifference.Kind) {
            switch kind {
            case .lost: lost += count
            case .gained: gained += count
            case .changed: changed += count
            }
        }
    }

    /// The result.
    public struct Summary: Sendable, Hashable {
        /// What the first dump holds.
        public internal(set) var before = Totals()
        /// What the second dump holds.
        public internal(set) var after = Totals()
        /// The pages that differ. A page with other revisions is not changed by that alone.
        public internal(set) var pages = Counts()
        /// The revisions that differ, with those of pages that are lost or gained as a whole.
        public internal(set) var revisions = Counts()
        /// How many pages or revisions differ in a field.
        public internal(set) var fields: [DumpDifference.Field: Int64] = [:]
        /// What a reader should know of the dumps, in words.
        public internal(set) var remarks: [String] = []
        /// Whether something could not be compared, which ``remarks`` tell.
        public internal(set) var isInDoubt = false

        /// Whether the dumps differ in one of these ways.
        public func differs(in kinds: Set<DumpDifference.Kind>) -> Bool {
            kinds.contains { pages[$0] + revisions[$0] > 0 }
        }
    }

    private let before: DumpText
    private let after: DumpText
    private let ignored: Set<DumpDifference.Field>
    private let scratch: FilePath

    /// Names the dumps.
    /// - Parameters:
    ///   - before: The first dump.
    ///   - after: The second dump.
    ///   - ignored: What is not compared.
    ///   - scratch: A folder for temporary data.
    public init(
        _ before: DumpText, _ after: DumpText, ignoring ignored: Set<DumpDifference.Field> = [], scratch: FilePath
    ) {
        (self.before, self.after, self.ignored, self.scratch) = (before, after, ignored, scratch)
    }

    /// Compares.
    /// - Parameters:
    ///   - taskCount: How many blocks are decoded at once; each dump gets half of them, and at least one.
    ///   - body: Receives the differences: first what changed, in the order of the dumps, then what is in one of them only, in
    ///     the order of the ids.
    /// - Throws: ``BzError`` with code `damaged` or `truncated` if a dump cannot be read to its end, after what changed up to
    ///   there was passed on; with code `wrongFormat` if it is no export of pages; or what `body` throws.
    public func run(
        taskCount: Int, _ body: (DumpDifference) throws(BzError) -> Void
    ) async throws(BzError) -> Summary {
        let (one, other) = (ComparedSide.Queue(limit: 4), ComparedSide.Queue(limit: 4))
        let share = max(1, taskCount / 2)
        let result: Result<Summary, BzError> = await withTaskGroup(of: Void.self) { group in
            group.addTask { [before] in await ComparedSide.fill(one, from: before, taskCount: share) }
            group.addTask { [after] in await ComparedSide.fill(other, from: after, taskCount: share) }
            var merge = ComparisonMerge(
                ComparedSide(one), ComparedSide(other), FactComparison(ignored: ignored), scratch: scratch)
            let result: Result<Summary, BzError>
            do throws(BzError) { result = .success(try await merge.run(body)) } catch { result = .failure(error) }
            await one.close()
            await other.close()
            return result
        }
        var summary = try result.get()
        summary.addRemarks(before.name.string, after.name.string)
        return summary
    }
}

extension DumpComparison.Summary {
    fileprivate mutating func addRemarks(_ before: String, _ after: String) {
        if self.before.dbnames != self.after.dbnames, let one = self.before.dbnames.first,
            let other = self.after.dbnames.first
        {
            remarks.append("the dumps are of different wikis: \(before) is of \(one), \(after) of \(other)")
        }
        for (name, totals) in [(before, self.before), (after, self.after)] {
            if totals.textCount == 0, totals.absentTextCount > 0 {
                remarks.append("\(name) has no texts, so their hashes and sizes were compared")
            }
            if let fall = totals.firstFall {
                let more = totals.fallCount == 1 ? "" : ", and so on \(totals.fallCount) times"
                remarks.append(
                    "the ids of the pages of \(name) do not rise, so they were sorted outside of memory: \(fall)\(more)"
                )
            }
            if let page = totals.firstPiece {
                let who = totals.pieceCount == 1 ? "page \(page) is" : "page \(page) and others are"
                remarks.append("\(who) in \(name) in several pieces")
            }
            guard totals.repeatCount > 0 else { continue }
            isInDoubt = true
            remarks.append(
                totals.repeatCount == 1
                    ? "1 revision is in \(name) twice" : "\(totals.repeatCount) revisions are in \(name) twice")
        }
    }
}

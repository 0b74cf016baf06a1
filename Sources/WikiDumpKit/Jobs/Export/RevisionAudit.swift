/// Records what a reading of the revisions saw, so that it can be compared with the counts of the source and with what was
/// written.
///
/// Each problem counts only for the files that it concerns: a damaged old revision does not matter to a file of current ones.
struct RevisionAudit: Sendable {
    private(set) var problems = ProblemTally()
    private let series: [Series]
    /// One entry for each piece of each series.
    private var seen: [Seen]
    /// The indexes of the entries that the current batch belongs to.
    private var current: [Int] = []
    private let element: RevisionElement
    private let readsAll: Bool
    private let needsTexts: Bool
    private let withholds: Bool
    private var sawCurrent = false

    /// The pieces of files with the same content.
    private struct Series {
        let selection: ExportSelection
        let pieces: [DumpPiece]
        /// The index of the first piece in `seen`.
        let start: Int

        /// The index of the piece that a page belongs to.
        func place(of page: Int64?) -> Int? {
            if pieces == [.whole] { return start }
            return page.flatMap { pieces.index(of: $0) }.map { start + $0 }
        }

        func place(of piece: DumpPiece) -> Int? {
            pieces.index(of: piece.ids.lowerBound).flatMap { pieces[$0] == piece ? start + $0 : nil }
        }
    }

    private struct Seen {
        let selection: ExportSelection
        var problems = ProblemTally()
        var textBytes: Int64 = 0
        /// The number of texts that may be shown and could be read.
        var readableTexts: Int64 = 0
        /// The number of omitted pages that may or may not belong in the file.
        var unplacedPages: Int64 = 0
        /// The highest id of a revision whose page is gone. The last revision id of the source may be one of these.
        var lastOrphan: Int64 = 0

        init(_ selection: ExportSelection) { self.selection = selection }
    }

    init(_ files: [FilePieces], style: ExportStyle, hiddenDetails: HiddenDetails) {
        var (series, seen): ([Series], [Seen]) = ([], [])
        for plan in files {
            let (selection, pieces) = (plan.file.selection, plan.wanted)
            if series.contains(where: { $0.selection == selection && $0.pieces == pieces }) { continue }
            series.append(Series(selection: selection, pieces: pieces, start: seen.count))
            seen += pieces.map { _ in Seen(selection) }
        }
        (self.series, self.seen) = (series, seen)
        element = RevisionElement(writer: ElementWriter(style: style), hiddenDetails: hiddenDetails)
        readsAll = files.extent == .all
        needsTexts = style == .pages
        withholds = hiddenDetails == .withhold
    }

    /// Takes the next batch.
    /// - Parameter position: The first page of the batch; nil if it concerns no page, or for the whole.
    mutating func take(_ batch: RevisionBatch, at position: Int64? = nil) {
        current = series.compactMap { $0.place(of: position) }
        if !batch.problems.isEmpty { take(batch.problems, of: batch) }
        for run in batch.runs {
            if run.startsPage { sawCurrent = false }
            for revision in run.revisions { take(revision, of: run.page) }
            if run.endsPage, !sawCurrent { missCurrent(of: run.page) }
        }
    }

    private mutating func take(_ revision: Revision, of page: Page) {
        let isCurrent = revision.id == page.latestRevision
        if isCurrent { sawCurrent = true }
        let size = element.textSize(of: revision, of: page)
        let isShown = !(withholds && revision.hidden.contains(.content))
        let texts = isShown ? ([revision.main] + revision.otherSlots).count { $0.text != nil } : 0
        for place in current where seen[place].selection.includes(namespace: page.title.namespace) {
            guard isCurrent || seen[place].selection.extent == .all else { continue }
            seen[place].textBytes &+= size
            seen[place].readableTexts += Int64(texts)
        }
        if needsTexts, isShown {
            compareSizes(of: revision, page, isCurrent)
        }
    }

    /// Reports a text whose length differs from what the database says. In that case, one of the two has been changed.
    private mutating func compareSizes(of revision: Revision, _ page: Page, _ isCurrent: Bool) {
        for slot in [revision.main] + revision.otherSlots {
            guard let text = slot.text, Int64(text.count) != slot.size else { continue }
            let problem = ContentProblem(
                page: page.id, revision: revision.id, namespace: page.title.namespace,
                message: "slot \(slot.role): its text has \(text.count) bytes, but the database says \(slot.size)")
            problems.add([problem])
            add(problem, isCurrent: isCurrent, namespace: page.title.namespace)
        }
    }

    private mutating func missCurrent(of page: Page) {
        problems.add([
            ContentProblem(
                page: page.id, revision: page.latestRevision, namespace: page.title.namespace,
                message: "the current revision is missing, so the files of current revisions lack the page")
        ])
        let omission = ContentProblem(
            page: page.id, namespace: page.title.namespace,
            message: "cannot be written without its current revision \(page.latestRevision); the page was left out",
            isOmission: true)
        for place in current where seen[place].selection.extent == .current {
            if seen[place].selection.includes(namespace: page.title.namespace) { seen[place].problems.add([omission]) }
        }
    }

    private mutating func take(_ found: [ContentProblem], of batch: RevisionBatch) {
        var latest: [Int64: Page] = [:]
        var hidden: Set<Int64> = []
        for run in batch.runs {
            latest[run.page.id] = run.page
            for revision in run.revisions where withholds && revision.hidden.contains(.content) {
                hidden.insert(revision.id)
            }
        }
        for problem in found {
            let problem = weighed(problem, isHidden: problem.revision.map(hidden.contains) ?? false)
            problems.add([problem])
            if let revision = problem.revision, problem.page == nil {
                for place in current { seen[place].lastOrphan = max(seen[place].lastOrphan, revision) }
            }
            let page = problem.page.flatMap { latest[$0] }
            let isCurrent = problem.revision.map { $0 == page?.latestRevision }
            add(problem, isCurrent: isCurrent, namespace: problem.namespace ?? page?.title.namespace)
        }
    }

    /// Adjusts the weight of a problem. Stubs need no texts, so a lost text is no loss to them. Where texts are withheld,
    /// nothing is said about them.
    private func weighed(_ problem: ContentProblem, isHidden: Bool) -> ContentProblem {
        guard isHidden && !problem.isOmission || problem.isLoss && !needsTexts else { return problem }
        return ContentProblem(
            page: problem.page, revision: problem.revision, namespace: problem.namespace,
            message: isHidden ? "its hidden content has a problem" : problem.message)
    }

    /// Records a problem for the pieces that it concerns.
    /// - Parameter isCurrent: Whether the problem is about the current revision of its page; nil if it is about the page
    ///   itself.
    private mutating func add(_ problem: ContentProblem, isCurrent: Bool?, namespace: Int?) {
        guard problem.logEntry == nil else { return }
        for place in current {
            let selection = seen[place].selection
            if let namespace, !selection.includes(namespace: namespace) { continue }
            if isCurrent == false, selection.extent == .current, readsAll || !problem.isOmission { continue }
            seen[place].problems.add([problem])
            if isCurrent == nil, namespace == nil, problem.isOmission, problem.page != nil, selection.articlesOnly {
                seen[place].unplacedPages += 1
            }
        }
    }

    /// What shows that the file of a piece holds what it should, and that its index names all pages.
    /// - Throws: ``DumpError`` with code `outputBad` if something does not match, `damaged` if too much is missing.
    func evidence(of piece: FilledPiece, _ context: JobContext) throws(DumpError) -> [FileEvidence] {
        let place = series.lazy.compactMap { $0.selection == piece.file.selection ? $0.place(of: piece.piece) : nil }
            .first
        let seen = place.map { self.seen[$0] } ?? Seen(piece.file.selection)
        var all: [FileEvidence] = []
        for (name, output) in zip(piece.file.names, piece.outputs) {
            let isIndex = name != piece.file.name
            let evidence = context.evidence(
                expected: isIndex ? Self.linesExpected(piece) : try expected(piece, seen),
                found: isIndex ? FileContents(index: output.tally) : FileContents(pages: output.tally),
                problems: seen.problems)
            if isIndex {
                try evidence.check(name, unplacedPages: seen.unplacedPages)
            } else {
                try context.check(
                    evidence, of: name, unplacedPages: seen.unplacedPages,
                    readableTexts: needsTexts ? seen.readableTexts : nil)
                // There must not be revisions without any page: a wiki whose pages are all deleted has no revisions left.
                guard piece.counts.pages > 0 || piece.counts.lastRevisionID <= 0 else {
                    throw DumpError(
                        .damaged, "\(name) would be empty: the database has revisions, but its table page is empty",
                        remedy: "the file was withheld; restore the table page")
                }
            }
            all.append(evidence)
        }
        return all
    }

    private func expected(_ piece: FilledPiece, _ seen: Seen) throws(DumpError) -> FileContents {
        let (selection, counts, tally) = (piece.file.selection, piece.counts, piece.tally)
        var expected = FileContents()
        expected.textBytes = seen.textBytes
        if selection.articlesOnly {
            expected.pages = FileContents.Numbered(count: counts.articles)
        } else {
            expected.pages = FileContents.Numbered(count: counts.pages, last: counts.lastPageID)
        }
        if selection.extent == .current {
            // Each page has one revision. A page that is left out takes its revision with it.
            guard tally.items == tally.pages else {
                throw DumpError(
                    .outputBad, "\(piece.file.name) would hold \(tally.items) revisions for \(tally.pages) pages",
                    remedy: "the file was withheld; report this")
            }
        } else if !selection.articlesOnly {
            let last = seen.lastOrphan >= counts.lastRevisionID ? nil : counts.lastRevisionID
            expected.revisions = FileContents.Numbered(count: counts.revisions, last: last)
        }
        return expected
    }

    private static func linesExpected(_ piece: FilledPiece) -> FileContents {
        FileContents(lines: piece.file.selection.articlesOnly ? piece.counts.articles : piece.counts.pages)
    }
}

/// What a reading of the revisions saw, to be held against what the source says it holds and what was written.
///
/// Each problem is kept for those files that it concerns: a damaged old revision is no fault of a file of current ones.
struct RevisionAudit: Sendable {
    /// Everything that was wrong.
    private(set) var problems = ProblemTally()
    private var files: [ExportSelection: Seen]
    private let element: RevisionElement
    private let readsAll: Bool
    private let needsTexts: Bool
    private let withholds: Bool
    private var sawCurrent = false
    /// The highest id of a revision whose page is gone: the last id of the source may be such a one.
    private var lastOrphan: Int64 = 0

    /// What concerns the files of one selection.
    private struct Seen {
        var problems = ProblemTally()
        var textBytes: Int64 = 0
        /// Texts that may be shown and could be read.
        var readableTexts: Int64 = 0
        /// Pages that were left out and may or may not belong into the file.
        var unplacedPages: Int64 = 0
    }

    init(
        _ selections: [ExportSelection], style: ExportStyle, hiddenDetails: HiddenDetails,
        extent: RevisionSelection.Extent
    ) {
        files = Dictionary(selections.map { ($0, Seen()) }) { first, _ in first }
        element = RevisionElement(writer: ElementWriter(style: style), hiddenDetails: hiddenDetails)
        readsAll = extent == .all
        needsTexts = style == .pages
        withholds = hiddenDetails == .withhold
    }

    mutating func take(_ batch: RevisionBatch) {
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
        for selection in files.keys where selection.includes(namespace: page.title.namespace) {
            guard isCurrent || selection.extent == .all else { continue }
            files[selection]?.textBytes &+= size
            files[selection]?.readableTexts += Int64(texts)
        }
        if needsTexts, isShown {
            compareSizes(of: revision, page, isCurrent)
        }
    }

    /// Remarks a text that is not as long as the database says: something has changed one of the two.
    private mutating func compareSizes(of revision: Revision, _ page: Page, _ isCurrent: Bool) {
        for slot in [revision.main] + revision.otherSlots {
            guard let text = slot.text, Int64(text.count) != slot.size else { continue }
            let problem = ContentProblem(
                page: page.id, revision: revision.id, namespace: page.title.namespace,
                message: "slot \(slot.role): its text has \(text.count) bytes, and the database says \(slot.size)",
                isOmission: false)
            problems.add([problem])
            add(problem, isCurrent: isCurrent, namespace: page.title.namespace)
        }
    }

    private mutating func missCurrent(of page: Page) {
        problems.add([
            ContentProblem(
                page: page.id, revision: page.latestRevision, namespace: page.title.namespace,
                message: "the current revision is missing; files of current revisions lack the page",
                isOmission: false)
        ])
        let omission = ContentProblem(
            page: page.id, namespace: page.title.namespace,
            message: "cannot be written without its current revision \(page.latestRevision); the page was left out",
            isOmission: true)
        for selection in files.keys where selection.extent == .current {
            if selection.includes(namespace: page.title.namespace) { files[selection]?.problems.add([omission]) }
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
            if let revision = problem.revision, problem.page == nil { lastOrphan = max(lastOrphan, revision) }
            let page = problem.page.flatMap { latest[$0] }
            let isCurrent = problem.revision.map { $0 == page?.latestRevision }
            add(problem, isCurrent: isCurrent, namespace: problem.namespace ?? page?.title.namespace)
        }
    }

    /// A description of a revision needs no text, and where texts are withheld nothing is said about them.
    private func weighed(_ problem: ContentProblem, isHidden: Bool) -> ContentProblem {
        guard isHidden && !problem.isOmission || problem.isLoss && !needsTexts else { return problem }
        return ContentProblem(
            page: problem.page, revision: problem.revision, namespace: problem.namespace,
            message: isHidden ? "something is wrong with content that is hidden" : problem.message, isOmission: false)
    }

    /// Keeps a problem for the files that it concerns.
    /// - Parameter isCurrent: whether it is one of the current revision of its page; nil if it is one of the page.
    private mutating func add(_ problem: ContentProblem, isCurrent: Bool?, namespace: Int?) {
        guard problem.logEntry == nil else { return }
        for selection in files.keys {
            if let namespace, !selection.includes(namespace: namespace) { continue }
            if isCurrent == false, selection.extent == .current, readsAll || !problem.isOmission { continue }
            files[selection]?.problems.add([problem])
            if isCurrent == nil, namespace == nil, problem.isOmission, problem.page != nil, selection.articlesOnly {
                files[selection]?.unplacedPages += 1
            }
        }
    }

    /// What shows that a file holds what it should.
    /// - Throws: ``DumpError`` with code `outputBad` when it does not.
    func evidence(
        of file: ExportJob.File, _ tally: OutputTally, counts: ContentCounts, _ context: JobContext
    ) throws(DumpError) -> FileEvidence {
        let (selection, seen) = (file.selection, files[file.selection] ?? Seen())
        var found = FileContents()
        found.pages = FileContents.Numbered(tally.pages, tally.pageIDs)
        found.revisions = FileContents.Numbered(tally.items, tally.itemIDs)
        found.textBytes = tally.textBytes
        found.bytes = tally.bytesIn
        var expected = FileContents()
        expected.textBytes = seen.textBytes
        if selection.articlesOnly {
            expected.pages = FileContents.Numbered(count: counts.articles)
        } else {
            expected.pages = FileContents.Numbered(count: counts.pages, last: counts.lastPageID)
        }
        if selection.extent == .current {
            // One revision each; that of a page that was left out is left out with it.
            guard tally.items == tally.pages else {
                throw DumpError(
                    .outputBad, "\(file.name) would hold \(tally.items) revisions of \(tally.pages) pages",
                    remedy: "the file was withheld; report this")
            }
        } else if !selection.articlesOnly {
            let last = lastOrphan >= counts.lastRevisionID ? nil : counts.lastRevisionID
            expected.revisions = FileContents.Numbered(count: counts.revisions, last: last)
        }
        let evidence = context.evidence(expected: expected, found: found, problems: seen.problems)
        try context.check(
            evidence, of: file.name, unplacedPages: seen.unplacedPages,
            readableTexts: needsTexts ? seen.readableTexts : nil)
        // Rows of revisions alone: a wiki whose pages are all deleted keeps none.
        guard counts.pages > 0 || counts.lastRevisionID <= 0 else {
            throw DumpError(
                .damaged, "\(file.name) would be empty: the database has revisions, and no row of a page",
                remedy: "the file was withheld; restore the table page")
        }
        return evidence
    }

    /// What shows that the index of a file names all its pages.
    func evidence(
        ofIndex name: String, of file: ExportJob.File, _ tally: OutputTally, counts: ContentCounts,
        _ context: JobContext
    ) throws(DumpError) -> FileEvidence {
        let seen = files[file.selection] ?? Seen()
        var found = FileContents()
        found.lines = tally.items
        found.bytes = tally.bytesIn
        var expected = FileContents()
        expected.lines = file.selection.articlesOnly ? counts.articles : counts.pages
        let evidence = context.evidence(expected: expected, found: found, problems: seen.problems)
        try evidence.check(name, unplacedPages: seen.unplacedPages)
        return evidence
    }
}

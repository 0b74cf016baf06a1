/// Chooses the revisions that are wanted, as they come.
struct RevisionChooser {
    private let selection: RevisionLines.Selection
    private var source = RevisionLine.Source(wiki: nil, date: nil, file: "")
    private var page: (record: PageRecord, block: Int64?)?
    private var isWanted = false
    private var newest: RevisionLine?
    private var watch = RepetitionWatch()
    private var fileOfPage = ""
    private var lastRevision: Int64?
    /// The last revision of the piece in the file before; those that follow must be later.
    private var lastOfPiece: Int64?
    /// The first page of which two pieces overlap.
    private var overlap: Int64?

    init(_ selection: RevisionLines.Selection) { self.selection = selection }

    /// What a reader should know of the dump, in words.
    var remarks: [String] { watch.remarks }

    /// Why what was chosen may not be true; nil if it is.
    var doubt: BzError? {
        if let overlap {
            return BzError(
                .damaged, "pieces of page \(overlap) overlap, so revisions of it may be there twice",
                remedy: "name only the files of one dump")
        }
        guard selection.isCurrent, watch.hasPieces else { return nil }
        return BzError(
            .damaged, "pages come in pieces that lie apart, so their newest revisions are not known",
            remedy: "sort the dump, or export all revisions")
    }

    /// Begins a file.
    mutating func begin(_ source: RevisionLine.Source) { self.source = source }

    mutating func begin(_ site: ExportSite) { source.wiki = site.dbname }

    /// Begins a page.
    /// - Returns: the newest revision of the page before, if that is wanted.
    mutating func begin(_ next: PageRecord, block: Int64?) throws(BzError) -> RevisionLine? {
        if selection.namespaces != nil, next.namespace == nil {
            throw BzError(
                .wrongFormat, "the export does not say in which namespace page \(next.id) is",
                remedy: "select pages by their ids")
        }
        let isPiece = page?.record.id == next.id
        lastOfPiece = isPiece && source.file != fileOfPage ? lastRevision : nil
        fileOfPage = source.file
        lastRevision = nil
        page = (next, block)
        isWanted = selection.contains(next)
        guard !isPiece else { return nil }
        watch.addPage(next.id)
        return finish()
    }

    /// - Returns: what is to be written.
    mutating func take(_ revision: RevisionRecord) -> RevisionLine? {
        if let lastOfPiece, revision.id <= lastOfPiece { overlap = overlap ?? page?.record.id }
        lastRevision = max(revision.id, lastRevision ?? revision.id)
        guard isWanted, let page else { return nil }
        let line = RevisionLine(source: source, page: page.record, block: page.block, revision: revision)
        guard selection.isCurrent else { return line }
        if let best = newest?.revision, Self.isNewer(best, revision) { return nil }
        newest = line
        return nil
    }

    /// Ends a page.
    mutating func finish() -> RevisionLine? {
        defer { newest = nil }
        return newest
    }

    private static func isNewer(_ one: RevisionRecord, _ other: RevisionRecord) -> Bool {
        (one.timestamp, one.id) > (other.timestamp, other.id)
    }
}

/// Combines pages and revisions, batch by batch.
struct RevisionReader<Connection: TableConnection> {
    /// The number of revisions and problems that ends a batch.
    private static var countLimit: Int { 2000 }
    /// The number of text or comment bytes that ends a batch.
    private static var byteLimit: Int64 { 3 << 19 }

    private let extent: RevisionSelection.Extent
    private var pages: PageReader<Connection>
    private var scan: RevisionScan<Connection>
    private var unpacker: RevisionUnpacker<Connection>
    private var texts: TextReader<Connection>
    private let includesText: Bool
    private var packed = PackedRevisions()
    private var position = 0
    private var current: Page?
    /// Whether a part of the current page was returned.
    private var isStarted = false
    /// Whether MediaWiki would write the current page even without a revision.
    private var isOpened = false
    private var pagesEnded = false
    private var scanEnded = false

    init(
        _ connection: Connection, selection: RevisionSelection, context: TableContext
    ) throws(DumpError) {
        extent = selection.extent
        pages = try PageReader(connection, pages: selection.pages, context: context)
        scan = try RevisionScan(connection, selection: selection, context: context)
        unpacker = try RevisionUnpacker(connection, names: context.names, formats: context.texts.formats)
        includesText = selection.includesText
        texts = try TextReader(connection, context: context.texts, onlyWithoutSum: !selection.includesText)
    }

    mutating func next() throws(DumpError) -> RevisionBatch? {
        var batch = RevisionBatch(runs: [])
        var count = 0
        var bytes: Int64 = 0
        while count + batch.problems.count < Self.countLimit, bytes < Self.byteLimit {
            guard let entry = try entry() else {
                guard try skipPage(problems: &batch.problems) else { break }
                continue
            }
            if current == nil { try readPage(problems: &batch.problems) }
            guard let page = current, page.id <= entry.page else {
                batch.problems.append(
                    ContentProblem(
                        revision: entry.revision, message: "belongs to page \(entry.page), which does not exist")
                )
                position += 1
                continue
            }
            guard page.id == entry.page else {
                _ = try skipPage(problems: &batch.problems)
                continue
            }
            try takeRun(of: page, into: &batch, count: &count, bytes: &bytes)
        }
        if batch.runs.isEmpty, batch.problems.isEmpty { return nil }
        try texts.fill(&batch)
        return batch
    }

    /// The entry at the position. Loads the next chunk if this one is used up.
    private mutating func entry() throws(DumpError) -> PackedRevisions.Entry? {
        while position == packed.entries.count {
            guard !scanEnded, try scan.load(into: &packed) else {
                scanEnded = true
                packed.removeAll()
                position = 0
                return nil
            }
            packed.sort()
            position = 0
        }
        return packed.entries[position]
    }

    /// Adds revisions of the current page to the batch, until the page or the batch ends.
    private mutating func takeRun(
        of page: Page, into batch: inout RevisionBatch, count: inout Int, bytes: inout Int64
    ) throws(DumpError) {
        let limit = min(packed.entries.count, position + Self.countLimit - count)
        var end = position
        while end < limit, packed.entries[end].page == page.id { end += 1 }
        var revisions: [Revision] = []
        revisions.reserveCapacity(end - position)
        while position < end, bytes < Self.byteLimit, batch.problems.count < Self.countLimit {
            let outcome = try unpacker.unpack(
                packed.entries[position], from: packed, into: &revisions, problems: &batch.problems)
            position += 1
            count += 1
            switch outcome {
            case .written(let comment, let text): bytes += Int64(comment) + (includesText ? text : 0)
            case .omitted(let opensPage): isOpened = isOpened || opensPage
            }
        }
        let isLast = position == packed.entries.count || packed.entries[position].page != page.id
        if !revisions.isEmpty || isLast && (isStarted || isOpened) {
            batch.runs.append(
                RevisionBatch.Run(page: page, startsPage: !isStarted, endsPage: isLast, revisions: revisions))
            isStarted = true
            if isLast { current = nil }
        } else if isLast {
            _ = try skipPage(problems: &batch.problems)
        }
    }

    /// Skips a page of which nothing was returned; false if there is none.
    private mutating func skipPage(problems: inout [ContentProblem]) throws(DumpError) -> Bool {
        if current == nil { try readPage(problems: &problems) }
        guard let page = current else { return false }
        let missing = extent == .all ? "a revision" : "its current revision \(page.latestRevision)"
        problems.append(
            ContentProblem(
                page: page.id, namespace: page.title.namespace,
                message: "cannot be written without \(missing); the page was left out", isOmission: true))
        current = nil
        return true
    }

    private mutating func readPage(problems: inout [ContentProblem]) throws(DumpError) {
        guard !pagesEnded else { return }
        current = try pages.next(problems: &problems)
        isStarted = false
        isOpened = false
        pagesEnded = current == nil
    }
}

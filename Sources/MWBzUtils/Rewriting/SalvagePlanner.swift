/// Chooses what to keep of a damaged dump: what comes before the first page, and all complete pages.
struct SalvagePlanner {
    private static let gapLimit = 10_000
    private let isExport: Bool
    private let fileSize: Int64
    private var collector: BlockCollector
    private var scanner = BlockPageScanner()
    /// Where the last page of this stretch ends, or what comes before the first.
    private var cut: BlockPageScanner.Place?
    private var openPage: Int64?
    private var isAtStart = true
    /// Whether the output has what comes before the first page.
    private var hasBeginning = false
    private var hasEnded: Bool { exportEnd != nil }
    /// Where `</mediawiki>` ends, if no page came after it.
    private var exportEnd: BlockPageScanner.Place?
    /// Whether something of another export came after it.
    private var isFollowed = false
    /// Whether the first page after a gap is still to be recorded.
    private var waitsForPage = false
    private(set) var report = SalvageReport()

    init(_ file: RandomAccessFile, isExport: Bool, size: Int64) {
        self.isExport = isExport
        fileSize = size
        collector = BlockCollector(file, keepsStreams: true)
    }

    mutating func take(_ step: BlockWalk.Step) {
        switch step {
        case .streamBegin: break
        case .streamEnd(let end): if end.agrees == false { report.isSound = false }
        case .trailing: report.isSound = false
        case .damage(let damage): takeGap(damage)
        case .block(let block): takeBlock(block)
        }
    }

    private mutating func takeBlock(_ block: WalkedBlock) {
        // What follows the end of the export is ignored.
        if hasEnded, !collector.isOpen { return }
        collector.hold(
            BlockCollector.Block(
                bitOffset: block.bitOffset, bitCount: Int64(block.decoded.bitCount), crc: block.decoded.crc,
                size: block.decoded.uncompressedSize, level: block.level, stream: block.stream))
        if isAtStart || !isExport, !collector.isOpen {
            collector.begin(at: BlockPageScanner.Place(block: block.bitOffset, offset: 0))
        }
        isAtStart = false
        guard isExport else { return collector.keep(before: block.endOffset) }
        for event in scanner.scan(block.decoded.content(), block: block.bitOffset) { take(event) }
        if !scanner.isPageOpening { collector.dropHeld() }
    }

    private mutating func take(_ event: BlockPageScanner.Event) {
        switch event {
        case .headerEnd(let place):
            if hasEnded { isFollowed = true } else if collector.isOpen { cut = cut ?? place }
        case .page(let page, let place):
            if !collector.isOpen {
                if hasEnded { return }
                beginBehindGap(at: place)
            } else if let openPage {
                loseOpenPage(openPage, at: place, of: page)
            } else if hasEnded {
                joinExport(at: place)
            } else if cut == nil {
                // No description of the wiki: what comes before the first page is what there is of a beginning.
                cut = place
            }
            openPage = page.id
        case .pageEnd(let place, _):
            guard let id = openPage else { return }
            openPage = nil
            collector.keep(before: place.block)
            cut = place
            count(id)
        case .exportEnd(let place, _):
            guard openPage == nil, collector.isOpen else { return }
            if hasEnded { isFollowed = true } else { exportEnd = place }
        case .unreadableID: report.isSound = false
        case .revision: break
        }
    }

    private mutating func beginBehindGap(at place: BlockPageScanner.Place) {
        collector.breakStream()
        replaceBeginning()
        collector.append("  ")
        collector.begin(at: place)
        cut = nil
    }

    /// Leaves out a page that does not end before the next one begins.
    private mutating func loseOpenPage(_ id: Int64, at place: BlockPageScanner.Place, of next: DumpPage) {
        report.isSound = false
        add(
            SalvageReport.Gap(
                problem: BzError(.damaged, "page \(id) does not end before page \(next.id) begins"),
                startOffset: (cut ?? place).block, endOffset: place.block, pageBefore: report.lastPage))
        resume(at: place)
    }

    /// Goes on in another export that follows the end of one. Its header is left out, and so is the end of the first one.
    private mutating func joinExport(at place: BlockPageScanner.Place) {
        resume(at: place)
        (exportEnd, isFollowed) = (nil, false)
    }

    /// Leaves out what comes between the last page that was kept and the beginning of another one.
    private mutating func resume(at place: BlockPageScanner.Place) {
        if let cut {
            hasBeginning = true
            collector.end(at: cut)
            collector.append("\n")
        }
        replaceBeginning()
        collector.append("  ")
        collector.begin(at: place)
        cut = nil
    }

    private mutating func add(_ gap: SalvageReport.Gap) {
        if report.gaps.count < Self.gapLimit {
            report.gaps.append(gap)
            waitsForPage = true
        } else {
            report.omittedGapCount += 1
        }
    }

    private mutating func count(_ id: Int64) {
        if waitsForPage, !report.gaps.isEmpty { report.gaps[report.gaps.count - 1].pageAfter = id }
        waitsForPage = false
        report.pageCount += 1
        report.firstPage = report.firstPage ?? id
        report.lastPage = id
    }

    private mutating func takeGap(_ damage: BlockWalk.Damage) {
        report.isSound = false
        // Its level may differ.
        collector.breakStream()
        if damage.isSeamless { return }
        isAtStart = false
        endStretch()
        scanner = BlockPageScanner()
        openPage = nil
        add(
            SalvageReport.Gap(
                problem: damage.error, startOffset: damage.bitOffset, endOffset: damage.resumeOffset ?? fileSize * 8,
                pageBefore: report.lastPage))
    }

    /// Ends what goes into the output before a gap, or at the end of the file.
    private mutating func endStretch() {
        defer { cut = nil }
        guard collector.isOpen else { return }
        if hasEnded || !isExport {
            hasBeginning = true
            if let exportEnd, isFollowed {
                collector.end(at: exportEnd)
                collector.append("\n")
            } else {
                collector.endAll()
            }
        } else if let cut {
            hasBeginning = true
            collector.end(at: cut)
            collector.append("\n")
            collector.forgetHeld()
        } else {
            collector.forgetHeld()
        }
    }

    /// An export has to begin somehow.
    private mutating func replaceBeginning() {
        if hasBeginning { return }
        hasBeginning = true
        report.isHeaderLost = true
        collector.append("<mediawiki>\n")
    }

    /// Ends the file.
    /// - Returns: the pieces of the output.
    mutating func finish() -> [CopyPiece] {
        if isExport, !hasEnded {
            report.isSound = false
            report.isEndLost = report.gaps.last?.endOffset != fileSize * 8
        }
        endStretch()
        if isExport, !hasEnded {
            replaceBeginning()
            collector.append("</mediawiki>\n")
        }
        let pieces = collector.takePieces()
        for piece in pieces {
            switch piece {
            case .run(_, let run): report.copiedBlockCount += run.blockCount
            case .part: report.recodedBlockCount += 1
            default: break
            }
        }
        return pieces
    }
}

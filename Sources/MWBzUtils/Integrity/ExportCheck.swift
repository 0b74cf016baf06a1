/// Follows the pages of an export to its end and checks that they are complete.
struct ExportCheck {
    private var scanner = BlockPageScanner()
    private var openPage: DumpPage?
    private var beginning: ExportBeginning?
    /// Bytes that were added since the start, or since what is missing.
    private var size: Int64 = 0
    /// Where `</mediawiki>` ends.
    private var exportEnd: Int64?
    private var hasTail = false
    private var watch: RepetitionWatch?
    private var xml: XMLCheck?
    /// The revision that began last in the open page.
    private var openRevision: Int64?
    /// Whether the offsets of the content are those of the whole file.
    private let knowsOffsets: Bool
    /// Whether something was missing before.
    private var isBroken = false
    /// The last complete page before the first damage.
    private(set) var lastCompletePage: CompletePage?
    /// What breaks the structure of an export: what, and the block where it was noticed.
    private(set) var findings: [(text: String, block: Int64)] = []

    /// Begins at the start of an export, or in its middle.
    /// - Parameter seesAll: Whether the whole export will be passed, so that what is there twice can be told.
    init(atStart: Bool, seesAll: Bool = false) {
        knowsOffsets = atStart
        watch = seesAll ? RepetitionWatch() : nil
        xml = seesAll ? XMLCheck() : nil
        beginning = atStart ? ExportBeginning() : nil
    }

    /// What a reader should know, although it need not be wrong, in words.
    var remarks: [String] { watch?.remarks ?? [] }

    /// Whether `</mediawiki>` came, outside of a page.
    var isComplete: Bool { exportEnd != nil && openPage == nil }

    /// Whether the data begins like an export; nil if that is not known.
    var isExport: Bool? { beginning?.isExport }

    /// Takes the next content.
    /// - Parameter block: the bit where its block begins; -1 if it comes from no block.
    mutating func add(_ bytes: [UInt8], block: Int64) {
        beginning?.add(bytes)
        let fault = xmlFault(in: bytes)
        for event in scanner.scan(bytes, block: block) {
            if let fault, case .page(let page, _) = event, page.offset > fault.offset { tell(fault, block) }
            switch event {
            case .page(let page, let place):
                if let openPage { find("page \(openPage.id) does not end before page \(page.id) begins", place.block) }
                (openPage, openRevision) = (page, nil)
                watch?.addPage(page.id)
            case .revision(let id, let place, let offset):
                if let fault, offset > fault.offset { tell(fault, block) }
                openRevision = id
                if watch?.isFirstRepeated(revision: id) == true { find("revision \(id) is there twice", place.block) }
            case .pageEnd(let place, let offset):
                if let fault, offset > fault.offset { tell(fault, place.block) }
                // A check that began inside a page does not know which one ends here.
                if let openPage, !isBroken {
                    lastCompletePage = CompletePage(
                        page: openPage, endOffset: knowsOffsets ? offset : nil,
                        blockOffset: place.block < 0 ? nil : place.block)
                }
                openPage = nil
            case .exportEnd(_, let offset): exportEnd = exportEnd ?? offset
            case .unreadableID(let place):
                find("a page or revision has an id that is not a 64-bit integer", place.block)
            case .headerEnd: break
            }
        }
        if let fault { tell(fault, block) }
        if let exportEnd, !hasTail,
            bytes.dropFirst(Int(max(0, exportEnd - size))).contains(where: { $0 > UInt8(ascii: " ") })
        {
            hasTail = true
            find("something follows </mediawiki>", block)
        }
        size += Int64(bytes.count)
    }

    /// The first fault of the XML, if it is in these bytes.
    private mutating func xmlFault(in bytes: [UInt8]) -> XMLCheck.Fault? {
        guard xml?.fault == nil else { return nil }
        xml?.add(bytes)
        return xml?.fault
    }

    /// Tells a fault of the XML, with the page and the revision that are open.
    private mutating func tell(_ fault: XMLCheck.Fault, _ block: Int64) {
        guard xml != nil else { return }
        xml = nil
        let place =
            openPage.map { page in openRevision.map { "in revision \($0) of page \(page.id)" } ?? "in page \(page.id)" }
            ?? "outside of a page"
        find("no XML reader takes it: \(fault.reason), \(place), at byte \(fault.offset) of the text", block)
    }

    /// Goes on after a stretch that is lost.
    mutating func skip() {
        // What comes does not begin where a document does.
        xml = nil
        scanner = BlockPageScanner()
        (openPage, exportEnd, size) = (nil, nil, 0)
        isBroken = true
        // What comes is not the beginning.
        if isExport == nil { beginning = nil }
    }

    private mutating func find(_ text: String, _ block: Int64) {
        if findings.count < IntegrityReport.problemLimit { findings.append((text, block)) }
    }

    /// What is wrong when the data has ended.
    func problem(at bitOffset: Int64) -> BzError? {
        if isExport == false {
            return BzError(
                .wrongFormat, "the content does not begin with <mediawiki", remedy: "check the file and its name",
                bitOffset: 0)
        }
        if isComplete { return nil }
        let place = openPage.map { "inside page \($0.id)" } ?? "without </mediawiki>"
        return BzError(
            .truncated, "the export ends \(place)", remedy: "write the dump again from there", bitOffset: bitOffset)
    }
}

/// Tells by its first bytes whether data is an export.
struct ExportBeginning {
    /// A declaration, comments and blanks may stand before the first tag.
    private static let limit = 64 << 10
    private static let tag = Array("<mediawiki".utf8)
    private var bytes: [UInt8] = []

    mutating func add(_ more: [UInt8]) {
        if bytes.count < Self.limit { bytes += more.prefix(Self.limit - bytes.count) }
    }

    /// nil if there is nothing to tell by.
    var isExport: Bool? {
        var rest = bytes[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        rest = rest.drop { $0 <= UInt8(ascii: " ") }
        // A declaration, instructions and comments may come first.
        while let end = Self.endOfProlog.first(where: { rest.starts(with: $0.begin) })?.end {
            guard let range = rest.firstRange(of: end) else { return bytes.count < Self.limit ? nil : false }
            rest = rest[range.upperBound...].drop { $0 <= UInt8(ascii: " ") }
        }
        if rest.count < Self.tag.count, bytes.count < Self.limit {
            let isOpen = [Self.tag, Array("<!--".utf8), Array("<?".utf8)].contains { $0.starts(with: rest) }
            if isOpen { return nil }
        }
        return rest.starts(with: Self.tag)
    }

    private static let endOfProlog = [
        (begin: Array("<?".utf8), end: Array("?>".utf8)), (begin: Array("<!--".utf8), end: Array("-->".utf8)),
    ]
}

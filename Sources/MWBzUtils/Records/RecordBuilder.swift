/// Makes records of the tags and texts of an export.
struct RecordBuilder: MarkupHandler, Sendable {
    /// An element that has not ended.
    private struct Open {
        let name: UInt128
        let element: ExportElement
    }

    /// Far more than a text of MediaWiki may have.
    private static let longestValue = 256 << 20
    /// What was found, in order.
    var records: [ExportRecord] = []
    /// Whether `</mediawiki>` came last.
    private(set) var isComplete = false
    /// Whether the first element was `<mediawiki>`.
    private(set) var hasBegun = false
    private var path: [Open] = []
    private var keepsText = false
    private var value: [UInt8] = []
    private var site = ExportSite()
    private var page: PageRecord?
    private var hasPageID = false
    private var isPageTold = false
    private var revision = RevisionRecord()
    private var hasRevisionID = false
    private var slot = SlotRecord(role: "")
    /// Whether the text that is open is only named, as in a stub.
    private var isStub = false

    /// Where the data is, for a message about its end.
    var place: String {
        guard let page, hasPageID else { return page == nil ? "without </mediawiki>" : "inside a page" }
        return "inside page \(page.id)"
    }

    mutating func take(text: ArraySlice<UInt8>, offset: Int64) throws(BzError) {
        if keepsText { return try keep(text) }
        // Most of it is indentation.
        guard path.count < 2, let odd = text.first(where: { $0 > UInt8(ascii: " ") }) else { return }
        if path.isEmpty, !hasBegun, text.starts(with: [0xEF, 0xBB, 0xBF]), text.count == 3 { return }
        if path.isEmpty, !hasBegun, text.starts(with: [0xEF, 0xBB, 0xBF]) {
            return try take(text: text.dropFirst(3), offset: offset + 3)
        }
        if path.isEmpty, !hasBegun { throw .noExport("text") }
        let character = odd >= 0x20 && odd < 0x7F ? String(UnicodeScalar(odd)) : "byte \(odd)"
        throw .markup(
            path.isEmpty ? "something follows </mediawiki>" : "text between pages (\(character))", at: offset)
    }

    mutating func take(data: ArraySlice<UInt8>) throws(BzError) {
        guard keepsText else { return }
        guard data.contains(UInt8(ascii: "&")) else { return try keep(data) }
        try keep(data.flatMap { $0 == UInt8(ascii: "&") ? Array("&amp;".utf8) : [$0] }[...])
    }

    private mutating func keep(_ text: ArraySlice<UInt8>) throws(BzError) {
        guard value.count + text.count <= Self.longestValue else {
            throw BzError(.damaged, "a text of more than 256 MB, \(place)", remedy: "use another copy of the dump")
        }
        value += text
    }

    mutating func take(_ tag: MarkupTag) throws(BzError) {
        guard !tag.isEnd else {
            guard let open = path.popLast(), open.name == tag.name else {
                throw .markup("an end tag that does not fit, \(place)", at: tag.offset)
            }
            keepsText = path.last?.element.isValue ?? false
            return try end(open.element, tag)
        }
        let element = ExportElement(tag.name)
        try begin(element, tag)
        if tag.isEmpty { return try end(element, tag) }
        path.append(Open(name: tag.name, element: element))
        keepsText = element.isValue
    }

    // MARK: Beginnings

    private mutating func begin(_ element: ExportElement, _ tag: MarkupTag) throws(BzError) {
        if element.isValue { value = [] }
        guard let parent = path.last?.element else {
            guard case .mediawiki = element else { throw .noExport("another element") }
            (hasBegun, isComplete, site) = (true, false, ExportSite())
            return
        }
        switch (element, parent) {
        case (.page, .mediawiki):
            page = PageRecord(id: 0, namespace: nil, title: "", redirect: nil, offset: tag.offset)
            (hasPageID, isPageTold) = (false, false)
        case (.logitem, .mediawiki):
            throw BzError(.wrongFormat, "it is a dump of log entries", remedy: "name a dump of pages")
        case (.redirect, .page): page?.redirect = tag.attribute("title")?.description ?? ""
        case (.revision, .page):
            try tellPage(at: tag.offset)
            (revision, hasRevisionID) = (RevisionRecord(), false)
        case (.contributor, .revision): revision.isUserHidden = tag.attribute("deleted") != nil
        case (.comment, .revision): revision.isCommentHidden = tag.attribute("deleted") != nil
        case (.minor, .revision): revision.isMinor = true
        case (.content, .revision): slot = SlotRecord(role: "")
        case (.text, .revision): isStub = Self.begin(text: &revision.main, tag)
        case (.text, .content): isStub = Self.begin(text: &slot, tag)
        default: break
        }
    }

    /// - Returns: Whether it only names where the text is.
    private static func begin(text slot: inout SlotRecord, _ tag: MarkupTag) -> Bool {
        // Nothing but blanks, as in old exports.
        guard tag.attributes.count > 1 else { return false }
        slot.isHidden = tag.attribute("deleted") != nil
        // A hidden text has -1 in File Exports.
        slot.byteCount = tag.attribute("bytes").flatMap { Digits.number($0.xml) }.flatMap { $0 < 0 ? nil : $0 }
        slot.sha1 = tag.attribute("sha1").flatMap { $0.xml.isEmpty ? nil : $0.description }
        return tag.attribute("location") != nil || tag.attribute("id") != nil
    }

    // MARK: Ends

    private mutating func end(_ element: ExportElement, _ tag: MarkupTag) throws(BzError) {
        switch path.last?.element {
        case nil:
            if case .mediawiki = element { isComplete = true }
        case .mediawiki: try endPart(element, tag)
        case .siteinfo: endSite(element)
        case .page: try endOfPage(element, tag)
        case .revision: try endOfRevision(element, tag)
        case .contributor: endOfContributor(element)
        case .content: endOfContent(element)
        default: break
        }
        if element.isValue { value = [] }
    }

    private mutating func endPart(_ element: ExportElement, _ tag: MarkupTag) throws(BzError) {
        switch element {
        case .siteinfo: records.append(.site(site))
        case .page:
            try tellPage(at: tag.offset)
            records.append(.pageEnd(offset: tag.endOffset))
            page = nil
        default: break
        }
    }

    private mutating func endSite(_ element: ExportElement) {
        switch element {
        case .dbname: site.dbname = takeString()
        case .sitename: site.sitename = takeString()
        case .generator: site.generator = takeString()
        case .base: site.base = takeString()
        default: break
        }
    }

    private mutating func endOfPage(_ element: ExportElement, _ tag: MarkupTag) throws(BzError) {
        switch element {
        case .title:
            let title = takeString()
            page?.title = title
        case .ns: page?.namespace = Digits.number(value)
        case .id:
            guard let id = Digits.number(value) else { throw .unreadableID(at: tag.offset, of: "the text") }
            guard !hasPageID || id == page?.id else { throw .markup("a page with two ids", at: tag.offset) }
            page?.id = id
            hasPageID = true
        case .revision:
            guard hasRevisionID else {
                throw BzError(
                    .damaged, "a revision has no id, \(place), at byte \(tag.offset) of the text",
                    remedy: "use another copy of the dump")
            }
            records.append(.revision(revision))
            revision = RevisionRecord()
        default: break
        }
    }

    private mutating func endOfRevision(_ element: ExportElement, _ tag: MarkupTag) throws(BzError) {
        switch element {
        case .id:
            guard let id = Digits.number(value) else { throw .unreadableID(at: tag.offset, of: "the text") }
            revision.id = id
            hasRevisionID = true
        case .parentid: revision.parentID = Digits.number(value).flatMap { $0 == 0 ? nil : $0 }
        case .timestamp: revision.timestamp = takeString()
        case .comment: revision.comment = XMLText(xml: takeValue())
        case .origin: revision.main.origin = Digits.number(value)
        case .model: revision.main.model = takeString()
        case .format: revision.main.format = takeString()
        case .sha1: revision.sha1 = value.isEmpty ? nil : takeString()
        case .text:
            revision.main.text = endOfText(revision.main)
        case .content: revision.slots.append(slot)
        default: break
        }
    }

    private mutating func endOfContributor(_ element: ExportElement) {
        switch element {
        case .username: revision.userName = XMLText(xml: takeValue())
        case .ip: revision.userAddress = XMLText(xml: takeValue())
        case .id: revision.userID = Digits.number(value)
        default: break
        }
    }

    private mutating func endOfContent(_ element: ExportElement) {
        switch element {
        case .role: slot.role = takeString()
        case .origin: slot.origin = Digits.number(value)
        case .model: slot.model = takeString()
        case .format: slot.format = takeString()
        case .text: slot.text = endOfText(slot)
        default: break
        }
    }

    private mutating func endOfText(_ slot: SlotRecord) -> XMLText? {
        let text = takeValue()
        if slot.isHidden { return nil }
        // A stub names where the text is. Without that, a text that is not there was lost.
        if text.isEmpty, isStub, slot.byteCount != 0 { return nil }
        return XMLText(xml: text)
    }

    /// Tells of the page, if that has not been done.
    private mutating func tellPage(at offset: Int64) throws(BzError) {
        guard let page, !isPageTold else { return }
        guard hasPageID else {
            throw BzError(
                .damaged, "the page at byte \(page.offset) of the text has no id before its revisions",
                remedy: "use another copy of the dump")
        }
        isPageTold = true
        records.append(.page(page))
    }

    // MARK: Values

    private mutating func takeValue() -> [UInt8] {
        defer { value = [] }
        return value
    }

    private mutating func takeString() -> String { XMLText(xml: takeValue()).description }
}

extension BzError {
    /// An error about data that does not begin as an export does.
    fileprivate static func noExport(_ what: String) -> BzError {
        BzError(
            .wrongFormat, "the content does not begin with <mediawiki but with \(what)",
            remedy: "check the file and its name", bitOffset: 0)
    }
}

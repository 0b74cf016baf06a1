internal import SystemPackage

/// Finds pages and revisions in the XML of an export, which comes in chunks of any size.
///
/// It reads tags, not lines, so CRLF, tabs and long lines do not matter. Escaped text is never taken for a tag, nor is the
/// content of an attribute, a comment or a CDATA section. It can begin anywhere in an export, even inside a page. It keeps
/// only the value being read, at most 4096 bytes of it.
///
/// It does not check that the XML is well formed. A CDATA section does not count as part of a title.
public struct PageScanner: Sendable {
    /// Longest value that is kept; a title has at most 255 bytes, each at most six as an entity.
    private static let longestValue = 4096
    private var tags: TagScanner
    private var value: [UInt8]?
    private var pageOffset: Int64?
    private var isPageTold = false
    private var title: [UInt8] = []
    private var namespace: Int64?
    private var revisionOffset: Int64?
    private var isRevisionTold = false
    private var isInContributor = false

    /// Makes a scanner.
    /// - Parameter offset: Where the first byte is in the decoded data.
    public init(startingAt offset: Int64 = 0) { tags = TagScanner(startingAt: offset) }

    /// Whether a page may have begun whose id has not been read yet.
    var isPageOpening: Bool { openingOffset != nil }

    /// Where a page may have begun whose id has not been read yet.
    var openingOffset: Int64? { pageOffset != nil && !isPageTold ? pageOffset : tags.openOffset(of: .page) }

    /// Scans the next bytes.
    /// - Returns: what was found, in order.
    public mutating func scan(_ bytes: [UInt8]) -> [ExportEvent] {
        var events: [ExportEvent] = []
        unsafe bytes.withUnsafeBufferPointer { buffer in
            var index = 0
            while index < buffer.count {
                let start = index
                let tag = unsafe tags.next(in: buffer, from: &index)
                if value != nil {
                    let text = unsafe UnsafeBufferPointer(rebasing: buffer[start..<max(start, tags.textEnd)])
                    unsafe keep(text)
                }
                if let tag { take(tag, into: &events) }
            }
            tags.pass(buffer.count)
        }
        return events
    }

    private mutating func keep(_ text: UnsafeBufferPointer<UInt8>) {
        let room = Self.longestValue - (value?.count ?? 0)
        unsafe value?.append(contentsOf: text.prefix(max(0, room)))
    }

    private mutating func take(_ tag: Tag, into events: inout [ExportEvent]) {
        let text = value ?? []
        value = nil
        switch tag.name {
        case .page where !tag.isEmpty:
            pageOffset = tag.offset
            isPageTold = false
            (title, namespace) = ([], nil)
            (revisionOffset, isInContributor) = (nil, false)
        case .pageEnd:
            (pageOffset, revisionOffset, isInContributor) = (nil, nil, false)
            events.append(.pageEnd(offset: tag.endOffset))
        case .revision: (revisionOffset, isRevisionTold, isInContributor) = (tag.offset, false, false)
        case .text where revisionOffset != nil: events.append(.text(byteCount: tag.byteCount))
        case .contributor: isInContributor = !tag.isEmpty
        case .contributorEnd: isInContributor = false
        case .headerEnd: events.append(.headerEnd(offset: tag.endOffset))
        case .exportEnd: events.append(.exportEnd(offset: tag.endOffset))
        case .title, .namespace, .id: value = tag.isEmpty ? nil : []
        case .titleEnd where revisionOffset == nil: title = text
        case .namespaceEnd where revisionOffset == nil: namespace = Digits.number(text)
        case .idEnd: takeID(text, into: &events)
        default: break
        }
    }

    private mutating func takeID(_ text: [UInt8], into events: inout [ExportEvent]) {
        guard !isInContributor else { return }
        let id = Digits.number(text)
        if let revisionOffset {
            guard !isRevisionTold else { return }
            events.append(
                id.map { .revision(id: $0, offset: revisionOffset) } ?? .unreadableID(offset: revisionOffset))
            isRevisionTold = true
        } else if let pageOffset, !isPageTold {
            events.append(
                id.map { .page(DumpPage(id: $0, namespace: namespace, title: title, offset: pageOffset)) }
                    ?? .unreadableID(offset: pageOffset))
            isPageTold = true
        }
    }
}

/// Cuts the first page out of a text that begins with it and arrives in pieces.
struct PageCutter {
    private var scanner = PageScanner()
    private var size: Int64 = 0
    private var id: Int64?
    /// Whether the page has ended.
    private(set) var isFinished = false

    /// The part of the next piece that belongs to the page.
    /// - Parameter file: Where it comes from, for errors.
    /// - Throws: ``BzError`` with code `damaged` if another page begins before it ends.
    mutating func cut(_ piece: ArraySlice<UInt8>, of file: FilePath) throws(BzError) -> ArraySlice<UInt8> {
        if isFinished { return [] }
        let start = size
        size += Int64(piece.count)
        for event in scanner.scan(Array(piece)) {
            switch event {
            case .pageEnd(let end):
                isFinished = true
                return piece.prefix(Int(end - start))
            case .page(let page) where id != nil:
                throw BzError(
                    .damaged, "page \(id ?? page.id) does not end before page \(page.id) begins",
                    remedy: "fetch or write the file again", file: file)
            case .page(let page): id = page.id
            default: break
            }
        }
        return piece
    }

    func noEnd(_ file: FilePath, _ id: Int64) -> BzError {
        BzError(.truncated, "page \(id) does not end", remedy: "fetch or write the file again", file: file)
    }
}

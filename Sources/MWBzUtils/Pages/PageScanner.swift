#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Finds pages and revisions in the XML of an export, which comes in chunks of any size.
///
/// Reads tags, not lines, so layout does not matter: CRLF, tabs, everything on one line. Text that was escaped can never
/// look like a tag; comments and CDATA sections are skipped. Can begin anywhere in an export, also inside a page. Keeps
/// nothing but the names of open elements and the value being read.
public struct PageScanner: Sendable {
    /// The longest name of an element that matters, with its slash.
    private static let longestName = 13
    /// Longest value that is kept; a title has at most 255 bytes, each at most six as an entity.
    private static let longestValue = 4096
    private var held: [UInt8] = []
    private var offset: Int64
    private var skipped: [UInt8]?
    private var value: [UInt8]?
    private var pageOffset: Int64?
    private var isPageTold = false
    private var title: [UInt8] = []
    private var namespace: Int64?
    private var revisionOffset: Int64?
    private var isRevisionTold = false
    private var isInContributor = false

    /// Makes a scanner.
    /// - Parameter offset: Where the first byte stands in the decoded data.
    public init(startingAt offset: Int64 = 0) { self.offset = offset }

    /// Whether a page may have begun of which the id has not been read.
    var isPageOpening: Bool { !held.isEmpty || pageOffset != nil && !isPageTold }

    /// Looks through the next bytes.
    /// - Returns: what was found, in order.
    public mutating func scan(_ bytes: [UInt8]) -> [DumpEvent] {
        var events: [DumpEvent] = []
        let all = held.isEmpty ? bytes : held + bytes
        let used = unsafe all.withUnsafeBufferPointer { unsafe scan($0, into: &events) }
        held = Array(all[used...])
        offset += Int64(used)
        return events
    }

    /// - Returns: how many bytes are done with.
    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, into events: inout [DumpEvent]) -> Int {
        var index = 0
        while index < bytes.count {
            if let end = skipped {
                guard let next = unsafe Self.find(end, in: bytes, from: index) else {
                    return max(index, bytes.count - end.count + 1)
                }
                index = next + end.count
                skipped = nil
            }
            let tag = unsafe Self.find(UInt8(ascii: "<"), in: bytes, from: index) ?? bytes.count
            if value != nil { unsafe keep(UnsafeBufferPointer(rebasing: bytes[index..<tag])) }
            guard tag < bytes.count else { return tag }
            var end = tag + 1
            var name: UInt128 = 0
            while end < bytes.count, end - tag <= Self.longestName, name != Names.comment,
                unsafe !Self.endsName(bytes[end])
            {
                name = unsafe name << 8 | UInt128(bytes[end])
                end += 1
            }
            // The name may go on in the next chunk.
            if end == bytes.count, end - tag <= Self.longestName { return tag }
            take(name, at: offset + Int64(tag), behindName: offset + Int64(end), into: &events)
            index = end
        }
        return index
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ">") || byte <= UInt8(ascii: " ") || byte == UInt8(ascii: "[")
    }

    private static func find(_ byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, start < bytes.count else { return nil }
        guard let found = unsafe memchr(base + start, Int32(byte), bytes.count - start) else { return nil }
        return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    private static func find(_ text: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var index = start
        while let next = unsafe find(text[0], in: bytes, from: index), next + text.count <= bytes.count {
            if unsafe bytes[next..<next + text.count].elementsEqual(text) { return next }
            index = next + 1
        }
        return nil
    }

    private mutating func keep(_ text: UnsafeBufferPointer<UInt8>) {
        let room = Self.longestValue - (value?.count ?? 0)
        unsafe value?.append(contentsOf: text.prefix(max(0, room)))
    }

    // MARK: Tags

    /// Takes a tag. Behind its name stand the rest of the tag and then the text of the element.
    private mutating func take(_ name: UInt128, at tag: Int64, behindName end: Int64, into events: inout [DumpEvent]) {
        let text = value.map { $0.drop { $0 != UInt8(ascii: ">") }.dropFirst() } ?? []
        value = nil
        switch name {
        case Names.page:
            pageOffset = tag
            isPageTold = false
            (title, namespace) = ([], nil)
            (revisionOffset, isInContributor) = (nil, false)
        case Names.pageEnd:
            (pageOffset, revisionOffset, isInContributor) = (nil, nil, false)
            events.append(.pageEnd(offset: end + 1))
        case Names.revision:
            (revisionOffset, isRevisionTold, isInContributor) = (tag, false, false)
        case Names.contributor: isInContributor = true
        case Names.contributorEnd: isInContributor = false
        case Names.exportEnd: events.append(.exportEnd(offset: end + 1))
        case Names.title, Names.namespace, Names.id: value = []
        case Names.titleEnd where revisionOffset == nil: title = Array(text)
        case Names.namespaceEnd where revisionOffset == nil: namespace = Self.number(text)
        case Names.idEnd: takeID(text, into: &events)
        case Names.comment: skipped = Array("-->".utf8)
        case Names.data: skipped = Array("]]>".utf8)
        default: break
        }
    }

    private mutating func takeID(_ text: ArraySlice<UInt8>, into events: inout [DumpEvent]) {
        guard !isInContributor, let id = Self.number(text) else { return }
        if let revisionOffset {
            if !isRevisionTold { events.append(.revision(id: id, offset: revisionOffset)) }
            isRevisionTold = true
        } else if let pageOffset, !isPageTold {
            events.append(.page(DumpPage(id: id, namespace: namespace, title: title, offset: pageOffset)))
            isPageTold = true
        }
    }

    /// The number that stands between blanks; nil if something else does, or it needs more than 64 bits.
    private static func number(_ text: ArraySlice<UInt8>) -> Int64? {
        let isBlank = { (byte: UInt8) in byte <= UInt8(ascii: " ") }
        let digits = text.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        return Int64(String(decoding: digits, as: UTF8.self))
    }

    private enum Names {
        static let page = packed("page")
        static let pageEnd = packed("/page")
        static let revision = packed("revision")
        static let contributor = packed("contributor")
        static let contributorEnd = packed("/contributor")
        static let exportEnd = packed("/mediawiki")
        static let title = packed("title")
        static let titleEnd = packed("/title")
        static let namespace = packed("ns")
        static let namespaceEnd = packed("/ns")
        static let id = packed("id")
        static let idEnd = packed("/id")
        /// Needs nothing to end it.
        static let comment = packed("!--")
        /// `<![CDATA[`: the first bracket ends the name.
        static let data = packed("!")

        private static func packed(_ name: StaticString) -> UInt128 {
            "\(name)".utf8.reduce(0) { $0 << 8 | UInt128($1) }
        }
    }
}

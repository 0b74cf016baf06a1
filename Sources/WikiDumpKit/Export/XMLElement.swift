/// The tags of an element with text, including the indent before and the line end after them.
struct XMLElement: Sendable {
    let open: StaticString
    let close: StaticString
    let empty: StaticString

    /// Makes an element from its tags, and from the short tag for an element without text.
    init(_ open: StaticString, _ close: StaticString, empty: StaticString) {
        self.open = open
        self.close = close
        self.empty = empty
    }
}

/// Writes elements that exports of pages and of the log share.
struct ElementWriter: Sendable {
    let style: ExportStyle
    let form: TextForm
    let scanner: TextScanner
    private let fixes: TextFixes

    init(style: ExportStyle, fixes: TextFixes = []) {
        self.style = style
        self.fixes = fixes
        form = TextForm(style)
        scanner = TextScanner(form: form)
    }

    /// Writes cleaned text, with the corrections for the wiki's language.
    func clean(_ text: [UInt8], _ buffer: inout XMLBuffer) {
        let start = buffer.bytes.count
        buffer.clean(text, scanner)
        fixes.apply(to: &buffer.bytes, from: start)
    }

    /// Writes an element with cleaned text.
    func clean(_ element: XMLElement, _ text: [UInt8], _ buffer: inout XMLBuffer) {
        if text.isEmpty { return buffer.literal(element.empty) }
        buffer.literal(element.open)
        clean(text, &buffer)
        buffer.literal(element.close)
    }

    /// Writes an element with text that is only escaped.
    func raw(_ element: XMLElement, _ text: some Collection<UInt8>, _ buffer: inout XMLBuffer) {
        if text.isEmpty { return buffer.literal(element.empty) }
        let start = buffer.bytes.count
        buffer.literal(element.open)
        let textStart = buffer.bytes.count
        buffer.raw(text, form)
        if buffer.bytes.count == textStart, style == .pages {
            // If the text becomes empty, PHP writes a pair of tags, which the text pass merges into one.
            buffer.bytes.removeSubrange(start...)
            return buffer.literal(element.empty)
        }
        buffer.literal(element.close)
    }

}

/// The local names of the namespaces, as title prefixes.
struct NamespaceNames: Sendable {
    private let prefixes: [Int: [UInt8]]

    init(_ siteInfo: SiteInfo) {
        var prefixes: [Int: [UInt8]] = [:]
        for namespace in siteInfo.namespaces where !namespace.name.isEmpty {
            prefixes[namespace.id] = Array((namespace.name + ":").utf8)
        }
        self.prefixes = prefixes
    }

    /// The title with its namespace prefix and with spaces. As in MediaWiki, a namespace that is not configured has no
    /// prefix; whoever reads the rows reports that.
    func text(of title: PageTitle) -> [UInt8] {
        let prefix = prefixes[title.namespace] ?? []
        var text: [UInt8] = []
        text.reserveCapacity(prefix.count + title.title.count)
        text.append(contentsOf: prefix)
        for byte in title.title { text.append(byte == UInt8(ascii: "_") ? UInt8(ascii: " ") : byte) }
        return text
    }
}

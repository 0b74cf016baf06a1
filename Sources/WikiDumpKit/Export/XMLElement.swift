/// The tags of an element with text, as they stand in the output: with the indent before and the line end after them.
struct XMLElement: Sendable {
    let open: StaticString
    let close: StaticString
    let empty: StaticString

    /// Takes the tags, and the short tag for an element without text.
    init(_ open: StaticString, _ close: StaticString, empty: StaticString) {
        self.open = open
        self.close = close
        self.empty = empty
    }
}

/// Writes the parts that exports of pages and of the log have in common.
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

    /// Text that is cleaned, as the language of the wiki wants it.
    func clean(_ text: [UInt8], _ buffer: inout XMLBuffer) {
        let start = buffer.bytes.count
        buffer.clean(text, scanner)
        fixes.apply(to: &buffer.bytes, from: start)
    }

    /// An element with text that is cleaned.
    func clean(_ element: XMLElement, _ text: [UInt8], _ buffer: inout XMLBuffer) {
        if text.isEmpty { return buffer.literal(element.empty) }
        buffer.literal(element.open)
        clean(text, &buffer)
        buffer.literal(element.close)
    }

    /// An element with text that is escaped only.
    func raw(_ element: XMLElement, _ text: some Collection<UInt8>, _ buffer: inout XMLBuffer) {
        if text.isEmpty { return buffer.literal(element.empty) }
        let start = buffer.bytes.count
        buffer.literal(element.open)
        let textStart = buffer.bytes.count
        buffer.raw(text, form)
        if buffer.bytes.count == textStart, style == .pages {
            // PHP leaves a pair of tags when the text vanishes; the parser of the text pass makes them one.
            buffer.bytes.removeSubrange(start...)
            return buffer.literal(element.empty)
        }
        buffer.literal(element.close)
    }

}

/// The local names of the namespaces, as prefixes of titles.
struct NamespaceNames: Sendable {
    private let prefixes: [Int: [UInt8]]

    init(_ siteInfo: SiteInfo) {
        var prefixes: [Int: [UInt8]] = [:]
        for namespace in siteInfo.namespaces where !namespace.name.isEmpty {
            prefixes[namespace.id] = Array((namespace.name + ":").utf8)
        }
        self.prefixes = prefixes
    }

    /// The title with spaces, behind the name of its namespace. A namespace that is not configured has no name, as in
    /// MediaWiki; who reads the rows tells of that.
    func text(of title: PageTitle) -> [UInt8] {
        let prefix = prefixes[title.namespace] ?? []
        var text: [UInt8] = []
        text.reserveCapacity(prefix.count + title.title.count)
        text.append(contentsOf: prefix)
        for byte in title.title { text.append(byte == UInt8(ascii: "_") ? UInt8(ascii: " ") : byte) }
        return text
    }
}

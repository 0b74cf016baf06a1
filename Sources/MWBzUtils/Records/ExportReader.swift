/// Reads the XML of an export as values: the wiki, pages, and revisions with all that is said of them.
///
/// The XML comes in chunks of any size, from the beginning of an export. References, attributes in either quotes, CDATA
/// sections, comments and prefixes of namespaces are read as by a parser. Tags that are not nested end the reading, so a page
/// without its end never swallows the next. Two exports one behind the other are read as one. It keeps one revision at a time.
///
/// It does not check that characters are UTF-8: ``IntegrityCheck`` does.
public struct ExportReader: Sendable {
    private var scanner = MarkupScanner()
    private var builder = RecordBuilder()

    /// Makes a reader.
    public init() {}

    /// Reads the next bytes.
    /// - Returns: what was complete, in order.
    /// - Throws: ``BzError`` with code `damaged` if the XML is not well-formed, or an id is no number or not there; with code
    ///   `wrongFormat` if it is no export of pages. What came before it in this chunk is lost; see ``read(_:into:)``.
    public mutating func read(_ bytes: [UInt8]) throws(BzError) -> [ExportRecord] {
        var records: [ExportRecord] = []
        try read(bytes, into: &records)
        return records
    }

    /// The same, and what was read before a problem is in the list too.
    public mutating func read(_ bytes: [UInt8], into records: inout [ExportRecord]) throws(BzError) {
        defer {
            records += builder.records
            builder.records.removeAll(keepingCapacity: true)
        }
        try scanner.scan(bytes, into: &builder)
    }

    /// Ends the data.
    /// - Throws: ``BzError`` with code `truncated` if the export is not complete; with code `wrongFormat` if there was none.
    public func finish() throws(BzError) {
        if builder.isComplete { return }
        guard builder.hasBegun else {
            throw BzError(
                .wrongFormat, "the content does not begin with <mediawiki", remedy: "check the file and its name",
                bitOffset: 0)
        }
        throw BzError(
            .truncated, "the export ends \(builder.place)", remedy: "fetch or write the dump again", bitOffset: nil)
    }
}

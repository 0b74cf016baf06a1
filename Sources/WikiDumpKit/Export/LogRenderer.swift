/// Writes log entries as XML in MediaWiki's export format 0.11, as `dumpBackup.php --logs` does.
public struct LogRenderer: Sendable {
    private let siteInfo: SiteInfo
    private let names: NamespaceNames
    private let writer: ElementWriter
    private let withholds: Bool

    private let comment = XMLElement("    <comment>", "</comment>\n", empty: "")
    private let type = XMLElement("    <type>", "</type>\n", empty: "    <type />\n")
    private let action = XMLElement("    <action>", "</action>\n", empty: "    <action />\n")
    private let title = XMLElement("    <logtitle>", "</logtitle>\n", empty: "    <logtitle />\n")
    private let parameters = XMLElement(
        "    <params xml:space=\"preserve\">", "</params>\n", empty: "    <params xml:space=\"preserve\" />\n")

    /// Makes a renderer.
    /// - Parameters:
    ///   - siteInfo: Names and namespaces of the wiki.
    ///   - hiddenDetails: Whether an entry shows parts that MediaWiki hides elsewhere, as MediaWiki does. Hidden parts of the
    ///     entry itself are never written.
    public init(siteInfo: SiteInfo, hiddenDetails: HiddenDetails) {
        self.siteInfo = siteInfo
        names = NamespaceNames(siteInfo)
        writer = ElementWriter(style: .stub, fixes: siteInfo.textFixes)
        withholds = hiddenDetails == .withhold
    }

    /// The text before the first entry: the root element and the description of the wiki.
    public func header() -> [UInt8] {
        ExportHeader(siteInfo, style: .stub).bytes()
    }

    /// The text after the last entry.
    public func footer() -> [UInt8] {
        Array("</mediawiki>\n".utf8)
    }

    /// Writes a batch.
    public func render(_ batch: LogBatch) -> RenderedBatch {
        var buffer = XMLBuffer()
        for entry in batch.entries { write(entry, &buffer) }
        let ids = batch.entries.reduce(nil as ClosedRange<Int64>?) { $0.including($1.id...$1.id) }
        return RenderedBatch(bytes: buffer.bytes, items: Int64(batch.entries.count), itemIDs: ids)
    }

    private func write(_ entry: LogEntry, _ buffer: inout XMLBuffer) {
        let hidden = withholds ? entry.hidden.union(entry.hiddenElsewhere) : entry.hidden
        buffer.literal("  <logitem>\n    <id>")
        buffer.number(entry.id)
        buffer.literal("</id>\n    <timestamp>")
        buffer.timestamp(entry.timestamp)
        buffer.literal("</timestamp>\n")
        if hidden.contains(.contributor) {
            ContributorElement.ofLogEntry.writeHidden(&buffer)
        } else {
            ContributorElement.ofLogEntry.write(entry.contributor.id, entry.contributor.name, writer, &buffer)
        }
        if hidden.contains(.comment) {
            buffer.literal("    <comment deleted=\"deleted\" />\n")
        } else if !entry.comment.isEmpty {
            writer.clean(comment, entry.comment, &buffer)
        }
        writer.raw(type, entry.type, &buffer)
        writer.raw(action, entry.action, &buffer)
        if hidden.contains(.content) {
            buffer.literal("    <text deleted=\"deleted\" />\n")
        } else {
            writer.clean(title, names.text(of: entry.title), &buffer)
            writer.clean(parameters, entry.parameters, &buffer)
        }
        buffer.literal("  </logitem>\n")
    }
}

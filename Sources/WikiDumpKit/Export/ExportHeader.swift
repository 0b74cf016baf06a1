/// Writes the start of an export: the root element and the description of the wiki.
struct ExportHeader {
    private let siteInfo: SiteInfo
    private let writer: ElementWriter

    init(_ siteInfo: SiteInfo, style: ExportStyle) {
        self.siteInfo = siteInfo
        writer = ElementWriter(style: style, fixes: siteInfo.textFixes)
    }

    /// The bytes up to and including `</siteinfo>` and its line end.
    func bytes() -> [UInt8] {
        var buffer = XMLBuffer()
        buffer.literal(
            """
            <mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" \
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
            xsi:schemaLocation="http://www.mediawiki.org/xml/export-0.11/ \
            http://www.mediawiki.org/xml/export-0.11.xsd" version="0.11" xml:lang="
            """)
        buffer.attribute(siteInfo.language.utf8)
        buffer.literal("\">\n  <siteinfo>\n")
        for (element, text) in [
            (XMLElement("    <sitename>", "</sitename>\n", empty: "    <sitename />\n"), siteInfo.siteName),
            (XMLElement("    <dbname>", "</dbname>\n", empty: "    <dbname />\n"), siteInfo.databaseName),
            (XMLElement("    <base>", "</base>\n", empty: "    <base />\n"), siteInfo.base),
            (XMLElement("    <generator>", "</generator>\n", empty: "    <generator />\n"), siteInfo.generator),
            (XMLElement("    <case>", "</case>\n", empty: "    <case />\n"), siteInfo.capitalization),
        ] { writer.raw(element, text.utf8, &buffer) }
        buffer.literal("    <namespaces>\n")
        for namespace in siteInfo.namespaces {
            buffer.literal("      <namespace key=\"")
            buffer.number(Int64(namespace.id))
            buffer.literal("\" case=\"")
            buffer.attribute(namespace.capitalization.utf8)
            writer.raw(XMLElement("\">", "</namespace>\n", empty: "\" />\n"), namespace.name.utf8, &buffer)
        }
        buffer.literal("    </namespaces>\n  </siteinfo>\n")
        return buffer.bytes
    }
}

/// How an export of pages is written.
public enum ExportStyle: Sendable, Hashable {
    /// As MediaWiki's `dumpBackup.php --stub` writes it: without texts, but with their sizes and storage addresses.
    case stub
    /// As MediaWiki's `dumpTextPass.php` writes it from a stub: with texts.
    case pages
}

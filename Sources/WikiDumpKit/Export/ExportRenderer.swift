/// Writes revisions as XML in MediaWiki's export format 0.11.
///
/// With ``HiddenDetails/mediawiki``, the bytes are those that MediaWiki 1.39 writes for the same database. The renderer is
/// stateless: a page may span batches, and batches may be rendered concurrently.
public struct ExportRenderer: Sendable {
    private let siteInfo: SiteInfo
    private let style: ExportStyle
    private let names: NamespaceNames
    private let writer: ElementWriter
    private let revisionElement: RevisionElement
    private let hiddenDetails: HiddenDetails

    private let title = XMLElement("    <title>", "</title>\n", empty: "    <title />\n")

    /// Makes a renderer.
    /// - Parameters:
    ///   - siteInfo: What the wiki says about itself.
    ///   - style: Whether texts are written.
    ///   - hiddenDetails: How much to write of hidden parts.
    ///   - contentFormats: The formats of content models that are not built in, by model.
    public init(
        siteInfo: SiteInfo, style: ExportStyle, hiddenDetails: HiddenDetails,
        contentFormats: [String: String] = [:]
    ) {
        self.siteInfo = siteInfo
        self.style = style
        names = NamespaceNames(siteInfo)
        writer = ElementWriter(style: style, fixes: siteInfo.textFixes)
        revisionElement = RevisionElement(
            writer: writer, hiddenDetails: hiddenDetails, formats: ContentFormats(contentFormats),
            stubIDStyle: StubIDStyle(generator: siteInfo.generator))
        self.hiddenDetails = hiddenDetails
    }

    /// The text before the first page: the root element and the description of the wiki.
    public func header() -> [UInt8] {
        ExportHeader(siteInfo, style: style).bytes()
    }

    /// The text after the last page. Only a stub ends with a line end.
    public func footer() -> [UInt8] {
        Array((style == .stub ? "</mediawiki>\n" : "</mediawiki>").utf8)
    }

    /// Writes a batch for several files at once. Content shared by several files is rendered only once.
    /// - Returns: One result for each selection, in the same order.
    public func render(_ batch: RevisionBatch, for selections: [ExportSelection]) -> [RenderedBatch] {
        var outputs = [RenderedBatch](repeating: RenderedBatch(), count: selections.count)
        var page = XMLBuffer()
        var item = XMLBuffer()
        for run in batch.runs {
            let wanted = selections.indices.filter { selections[$0].includes(namespace: run.page.title.namespace) }
            if wanted.isEmpty { continue }
            let titleRange = writeStart(of: run.page, &page)
            let title = Array(page.bytes[titleRange])
            if run.startsPage {
                for index in wanted where selections[index].extent == .all { outputs[index].bytes += page.bytes }
            }
            for revision in run.revisions {
                let isCurrent = revision.id == run.page.latestRevision
                let takers = isCurrent ? wanted : wanted.filter { selections[$0].extent == .all }
                if takers.isEmpty { continue }
                for index in takers where selections[index].extent == .current { outputs[index].bytes += page.bytes }
                // The first file gets the bytes directly; the others copy them from it.
                let first = takers[0]
                let start = outputs[first].bytes.count
                swap(&item.bytes, &outputs[first].bytes)
                revisionElement.write(revision, of: run.page, &item)
                swap(&item.bytes, &outputs[first].bytes)
                let size = revisionElement.textSize(of: revision, of: run.page)
                for index in takers {
                    if index != first { outputs[index].bytes += outputs[first].bytes[start...] }
                    outputs[index].count(item: revision.id, textBytes: size)
                }
                for index in takers where selections[index].extent == .current {
                    outputs[index].endPage(run.page.id, title)
                }
            }
            if run.endsPage {
                for index in wanted where selections[index].extent == .all {
                    outputs[index].endPage(run.page.id, title)
                }
            }
        }
        return outputs
    }

    /// Writes a page up to its first revision.
    /// - Returns: The range of the title in the buffer.
    private func writeStart(of page: Page, _ buffer: inout XMLBuffer) -> Range<Int> {
        buffer.bytes.removeAll(keepingCapacity: true)
        buffer.literal("  <page>\n")
        let text = names.text(of: page.title)
        var titleRange = 0..<0
        if text.isEmpty {
            buffer.literal("    <title />\n")
        } else {
            buffer.literal("    <title>")
            let start = buffer.bytes.count
            writer.clean(text, &buffer)
            titleRange = start..<buffer.bytes.count
            buffer.literal("</title>\n")
        }
        buffer.literal("    <ns>")
        buffer.number(Int64(page.title.namespace))
        buffer.literal("</ns>\n    <id>")
        buffer.number(page.id)
        buffer.literal("</id>\n")
        if let redirect = page.redirect, !page.redirectIsHidden || hiddenDetails == .mediawiki {
            buffer.literal("    <redirect title=\"")
            buffer.attribute(redirect)
            buffer.literal("\" />\n")
        }
        return titleRange
    }
}

extension ExportSelection {
    /// Whether pages of a namespace are included. As in MediaWiki, a namespace is a talk namespace if it is odd and above 0.
    public func includes(namespace: Int) -> Bool {
        !articlesOnly || !(namespace == 2 || namespace > 0 && namespace % 2 == 1)
    }
}

extension RenderedBatch {
    fileprivate mutating func endPage(_ id: Int64, _ title: [UInt8]) {
        bytes += "  </page>\n".utf8
        pages.append(Page(id: id, title: title, end: bytes.count))
    }
}

import MWBzUtils
import SystemPackage

/// What is printed about a page that was found.
struct FoundPageLine: Encodable {
    var found = true
    var pageId: Int64
    var revisionId: Int64?
    var namespace: Int64?
    var title: String
    var file: String
    var blockBitOffset: Int64
    var offsetInBlock: Int64
    var uncompressedOffset: Int64?

    init(_ page: FoundPage) {
        pageId = page.page.id
        revisionId = page.revision
        namespace = page.page.namespace
        title = page.page.plainTitle
        file = page.file.string
        blockBitOffset = page.blockOffset
        offsetInBlock = page.page.offset
        uncompressedOffset = page.uncompressedOffset
    }

    func text(json: Bool) -> [UInt8] {
        if json { return Array(JSONText.line(self).utf8) }
        var line = "page_id:\(pageId)"
        if let revisionId { line += " rev_id:\(revisionId)" }
        if let namespace { line += " ns:\(namespace)" }
        line += " block:\(blockBitOffset) offset:\(offsetInBlock)"
        if let uncompressedOffset { line += " uncompressed:\(uncompressedOffset)" }
        return Array("\(line) file:\(file) title:\(title)\n".utf8)
    }
}

/// What is printed as JSON about a page that is not there.
struct AbsentPageLine: Encodable {
    var found = false
    var pageId: Int64?
    var revisionId: Int64?
    var title: String?
    /// The pages between which it would be.
    var afterPageId: Int64?
    var beforePageId: Int64?

    init(_ target: PageTarget, _ gap: PageGap) {
        pageId = target.id
        revisionId = target.revision
        title = target.title
        afterPageId = gap.after
        beforePageId = gap.before
    }
}

/// What is printed about a revision.
struct RevisionLine: Encodable {
    var revisionId: Int64
    var parentId: Int64?
    var timestamp: String
    /// Nil if it is hidden.
    var contributor: String?
    var contributorId: Int64?
    var minor: Bool
    var bytes: Int64?

    init(_ revision: RevisionSummary) {
        revisionId = revision.id
        parentId = revision.parentID
        timestamp = revision.timestamp
        contributor = revision.contributor
        contributorId = revision.contributorID
        minor = revision.isMinor
        bytes = revision.byteCount
    }

    func text(json: Bool) -> [UInt8] {
        if json { return Array(JSONText.line(self).utf8) }
        let size = bytes.map { String($0) } ?? "-"
        return Array("\(revisionId)\t\(timestamp)\t\(contributor ?? "-")\t\(size)\t\(minor ? "m" : "-")\n".utf8)
    }
}

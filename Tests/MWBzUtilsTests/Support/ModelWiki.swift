/// A small wiki in memory, to be exported in the old form and in that of File Exports.
struct ModelWiki {
    struct Revision: Equatable {
        var text: String
        var comment: String
        var user: String
        var isHidden = false
    }

    struct Page {
        var title: String
        var namespace: Int64
        var redirect: String?
        var revisions: [Int64: Revision] = [:]
    }

    var pages: [Int64: Page] = [:]

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    /// - Parameter isV2: Whether empty elements and hidden items are written as in File Exports.
    func export(isV2: Bool, shuffledBy random: inout SeededGenerator) -> String {
        let ids = pages.keys.sorted().shuffled(using: &random)
        return export(ids, isV2: isV2)
    }

    func export(isV2: Bool) -> String { export(pages.keys.sorted(), isV2: isV2) }

    private func export(_ ids: [Int64], isV2: Bool) -> String {
        var text = isV2 ? "" : "<?xml version=\"1.0\"?>\n"
        text += "<mediawiki>\n <siteinfo>\n  <dbname>w</dbname>\n </siteinfo>\n"
        for id in ids {
            guard let page = pages[id] else { continue }
            let title = isV2 ? page.title.replacing(" ", with: "_") : page.title
            text += " <page>\n  <title>\(Self.escaped(title))</title>\n  <ns>\(page.namespace)</ns>\n  <id>\(id)</id>\n"
            if let redirect = page.redirect {
                text += "  <redirect title=\(isV2 ? "'\(redirect)'" : "\"\(redirect)\"") />\n"
            }
            for (revision, content) in page.revisions.sorted(by: { $0.key < $1.key }) {
                text +=
                    "  <revision>\n   <id>\(revision)</id>\n   <contributor>\n    <username>\(content.user)</username>\n"
                text += "    <id>7</id>\n   </contributor>\n"
                if !content.comment.isEmpty || !isV2 {
                    text += "   <comment>\(Self.escaped(content.comment))</comment>\n"
                }
                text += Self.text(content, isV2: isV2) + "  </revision>\n"
            }
            text += " </page>\n"
        }
        return text + "</mediawiki>\n"
    }

    private static func text(_ content: Revision, isV2: Bool) -> String {
        if content.isHidden {
            return isV2
                ? "   <text bytes=\"-1\" deleted=\"deleted\" />\n   <sha1 />\n"
                : "   <text deleted=\"deleted\"/>\n   <sha1/>\n"
        }
        let size = content.text.utf8.count
        if content.text.isEmpty { return isV2 ? "   <text />\n" : "   <text xml:space=\"preserve\"></text>\n" }
        return isV2
            ? "   <text bytes=\"\(size)\"><![CDATA[\(content.text)]]></text>\n"
            : "   <text xml:space='preserve' bytes='\(size)'>\(escaped(content.text))</text>\n"
    }

    /// What differs, told as the tests of the comparison tell it.
    func differences(from other: ModelWiki) -> [String] {
        var lines: [String] = []
        for id in Set(pages.keys).union(other.pages.keys) {
            guard let page = pages[id] else {
                lines.append("gained \(id)")
                continue
            }
            guard let next = other.pages[id] else {
                lines.append("lost \(id)")
                continue
            }
            let heads = (page.title == next.title ? "" : " title") + (page.redirect == next.redirect ? "" : " redirect")
            if !heads.isEmpty {
                lines.append("changed \(id)" + heads.split(separator: " ").sorted().map { " " + $0 }.joined())
            }
            for revision in Set(page.revisions.keys).union(next.revisions.keys) {
                switch (page.revisions[revision], next.revisions[revision]) {
                case (let one?, let two?):
                    let fields = Self.fields(one, two)
                    if !fields.isEmpty {
                        lines.append("changed \(id)/\(revision)" + fields.sorted().map { " " + $0 }.joined())
                    }
                case (nil, _): lines.append("gained \(id)/\(revision)")
                case (_, nil): lines.append("lost \(id)/\(revision)")
                }
            }
        }
        return lines.sorted()
    }

    private static func fields(_ one: Revision, _ two: Revision) -> [String] {
        var fields: [String] = []
        if one.comment != two.comment { fields.append("comment") }
        if one.user != two.user { fields.append("author") }
        if one.isHidden != two.isHidden { fields.append("hidden") }
        if !one.isHidden, !two.isHidden, one.text != two.text {
            fields.append("text")
            // An empty text has no size in one of the forms.
            if !one.text.isEmpty, !two.text.isEmpty { fields.append("size") }
        }
        return fields
    }
}

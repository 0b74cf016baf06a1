/// A revision with all that its line of JSON says. `Documentation/export.schema.json` describes the lines.
struct RevisionLine: Sendable {
    /// What is the same for all lines of a file.
    struct Source: Sendable {
        var wiki: String?
        var date: String?
        var file: String
    }

    var source: Source
    var page: PageRecord
    /// The bit of the file where the block begins that has the beginning of the page; nil if the file has no blocks.
    var block: Int64?
    var revision: RevisionRecord

    /// About how much memory it takes.
    var weight: Int {
        revision.slots.reduce(500 + (revision.main.text?.xml.count ?? 0)) { $0 + ($1.text?.xml.count ?? 0) }
    }

    func write(to json: inout JSONText) {
        json.beginObject()
        json.add("wiki", source.wiki)
        json.add("date", source.date)
        json.add("file", source.file)
        json.add("block", block)
        json.add("offset", page.offset)
        json.beginObject("page")
        json.add("id", page.id)
        json.add("namespace", page.namespace)
        json.add("title", page.title)
        json.add("redirect", page.redirect)
        json.endObject()
        json.beginObject("revision")
        json.add("id", revision.id)
        json.add("parent", revision.parentID)
        json.add("timestamp", revision.timestamp)
        json.add("minor", revision.isMinor)
        json.add("comment", revision.isCommentHidden ? nil : revision.comment)
        json.add("commentHidden", revision.isCommentHidden)
        json.add("sha1", revision.sha1)
        Self.write(revision.main, to: &json)
        json.endObject()
        json.beginObject("user")
        json.add("id", revision.isUserHidden ? nil : revision.userID)
        json.add("name", revision.isUserHidden ? nil : revision.userName)
        json.add("ip", revision.isUserHidden ? nil : revision.userAddress)
        json.add("hidden", revision.isUserHidden)
        json.endObject()
        json.add("text", revision.main.text)
        json.beginList("slots")
        for slot in revision.slots {
            json.beginObject()
            json.add("role", slot.role)
            json.add("sha1", slot.sha1)
            Self.write(slot, to: &json)
            json.add("text", slot.text)
            json.endObject()
        }
        json.endList()
        json.endObject()
        json.endLine()
    }

    private static func write(_ slot: SlotRecord, to json: inout JSONText) {
        json.add("model", slot.model)
        json.add("format", slot.format)
        json.add("origin", slot.origin)
        json.add("size", slot.byteCount)
        json.add("textHidden", slot.isHidden)
    }
}

/// Turns packed revisions into revisions, and reports what is wrong with those that cannot be unpacked.
struct RevisionUnpacker<Connection: TableConnection> {
    enum Outcome {
        /// It was added. The sizes are those of its comment, and of its texts according to the tables.
        case written(comment: Int, text: Int64)
        /// It was left out. `opensPage` tells whether MediaWiki would still write the page.
        case omitted(opensPage: Bool)
    }

    private let names: NameTables
    private let formats: ContentFormats
    private var actors: ActorCache<Connection>

    init(_ connection: Connection, names: NameTables, formats: ContentFormats) throws(DumpError) {
        self.names = names
        self.formats = formats
        actors = try ActorCache(connection)
    }

    /// Unpacks a revision and adds it to `revisions`. Adds problems to `problems`.
    mutating func unpack(
        _ entry: PackedRevisions.Entry, from packed: borrowing PackedRevisions, into revisions: inout [Revision],
        problems: inout [ContentProblem]
    ) throws(DumpError) -> Outcome {
        var reader = packed.reader(at: entry)
        let parent = reader.number()
        let minor = reader.number()
        let hidden = reader.number()
        let actor = reader.number()
        let timestamp = reader.short()
        let sha1 = reader.short()
        let hasComment = reader.number() != 0
        let comment = reader.array()
        var faults = Faults(page: entry.page, revision: entry.revision)
        var main: Slot?
        var others: [Slot] = []
        var contents = 0
        var size: Int64 = 0
        while reader.number() != 0 {
            guard let slot = slot(&reader, revision: entry.revision, contents: &contents, faults: &faults) else {
                continue
            }
            // A damaged size must not make the total overflow.
            size += min(max(slot.size, 0), 1 << 32)
            if slot.role == "main" { main = slot } else { others.append(slot) }
        }
        let contributor = try actors.contributor(actor)
        // MediaWiki's inner joins drop a revision without these, so nothing of it appears.
        let joins = entry.isInReach && hasComment && contributor != nil && contents > 0
        if !entry.isInReach { faults.omit("has an id that MediaWiki never assigns, and that its export does not read") }
        if !hasComment { faults.omit("has no comment row") }
        if contributor == nil { faults.omit("has no actor row \(actor)") }
        if main == nil { faults.omit("has no main slot") }
        let time = timestamp.isCut ? nil : DatabaseTime.time(timestamp.value)
        if time == nil {
            faults.omit("has the invalid timestamp \"\(timestamp.value)\"")
        } else if time != timestamp.value {
            faults.note("has the timestamp \"\(timestamp.value)\", which is not fourteen digits but could be read")
        }
        if sha1.isCut { faults.note("has a SHA-1 that is too long; it was truncated") }
        if !faults.list.isEmpty { problems += faults.settled }
        guard !faults.isOmitted, let main, let contributor, let time else { return .omitted(opensPage: joins) }
        if others.count > 1 { others.sort { $0.role.utf8.lexicographicallyPrecedes($1.role.utf8) } }
        revisions.append(
            Revision(
                id: entry.revision, parent: parent, timestamp: time, isMinor: minor != 0,
                hidden: HiddenParts(rawValue: Int(hidden)), contributor: contributor, comment: comment,
                sha1: sha1.value, main: main, otherSlots: others))
        return .written(comment: comment.count, text: size)
    }

    private func slot(
        _ reader: inout PackedRevisions.Reader, revision: Int64, contents: inout Int, faults: inout Faults
    ) -> Slot? {
        let role = reader.number()
        let origin = reader.number()
        let content = reader.number()
        guard reader.number() != 0 else {
            faults.lose("has a slot whose content row \(content) is missing; the slot was left out")
            return nil
        }
        contents += 1
        let size = reader.number()
        let model = reader.number()
        let sha1 = reader.short()
        let address = reader.string()
        if sha1.isCut { faults.note("has a content SHA-1 that is too long; it was truncated") }
        guard let roleName = names.role(role) else {
            faults.lose("has a slot of the unknown role \(role); the slot was left out")
            return nil
        }
        guard let modelName = names.model(model) else {
            faults.lose("has a slot \(roleName) of the unknown content model \(model); the slot was left out")
            return nil
        }
        if modelName != "wikitext", formats.format(of: modelName) == nil {
            faults.note(
                """
                has a slot \(roleName) of the content model \(modelName), whose format is unknown; it was written as \
                \(ContentFormats.unknownModel) (name the format in contentformats of [source])
                """)
        }
        return Slot(
            role: roleName, origin: origin, model: modelName, size: size, sha1: sha1.value, address: address)
    }

    /// What is wrong with a revision.
    private struct Faults {
        let page: Int64
        let revision: Int64
        var list: [ContentProblem] = []
        var isOmitted = false

        /// The problems. If the revision was left out, its partial losses are not counted again.
        var settled: [ContentProblem] {
            guard isOmitted else { return list }
            return list.map { problem in
                ContentProblem(
                    page: problem.page, revision: problem.revision, message: problem.message,
                    isOmission: problem.isOmission)
            }
        }

        /// Records a part that the revision lacks.
        mutating func lose(_ message: String) {
            list.append(ContentProblem(page: page, revision: revision, message: message, isLoss: true))
        }

        mutating func note(_ message: String) {
            list.append(ContentProblem(page: page, revision: revision, message: message))
        }

        /// Records why the revision is left out. Only the first reason counts as an omission.
        mutating func omit(_ message: String) {
            let words = isOmitted ? message : message + "; the revision was left out"
            list.append(ContentProblem(page: page, revision: revision, message: words, isOmission: !isOmitted))
            isOmitted = true
        }
    }
}

extension PackedRevisions.Entry {
    /// Whether MediaWiki's export reaches this revision. The export starts after page 0 and revision 0, in this order.
    fileprivate var isInReach: Bool { (page, revision) > (0, 0) }
}

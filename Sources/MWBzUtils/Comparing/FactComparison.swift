/// Tells what of a page or revision differs between two dumps.
struct FactComparison: Sendable {
    let ignored: Set<DumpDifference.Field>

    /// Titles are compared as MediaWiki takes them: underscores are blanks.
    func changes(_ before: PageRecord, _ after: PageRecord) -> [DumpDifference.Change] {
        var changes: [DumpDifference.Change] = []
        note(
            .title, before.title, after.title, areSame: Self.spaced(before.title) == Self.spaced(after.title), &changes)
        // Old exports have no namespaces.
        if let one = before.namespace, let other = after.namespace {
            note(.namespace, String(one), String(other), areSame: one == other, &changes)
        }
        note(
            .redirect, before.redirect, after.redirect,
            areSame: before.redirect.map(Self.spaced) == after.redirect.map(Self.spaced), &changes)
        return changes
    }

    func changes(_ before: RevisionFacts, _ after: RevisionFacts) -> [DumpDifference.Change] {
        var changes: [DumpDifference.Change] = []
        note(.timestamp, before.timestamp, after.timestamp, &changes)
        note(.minor, String(before.isMinor), String(after.isMinor), &changes)
        note(.parent, Self.id(before.parentID), Self.id(after.parentID), &changes)
        note(.hidden, Self.hidden(before), Self.hidden(after), &changes)
        let hidden = before.hidden | after.hidden
        if hidden & RevisionFacts.hiddenUser == 0 {
            note(
                .author, Self.author(before), Self.author(after),
                areSame: Self.areSame(before.user, after.user) && before.userID == after.userID, &changes)
        }
        if hidden & RevisionFacts.hiddenComment == 0 { note(.comment, before.comment, after.comment, &changes) }
        if hidden & RevisionFacts.hiddenText == 0 {
            // Not every export says it.
            if let one = before.sha1, let other = after.sha1 { note(.hash, one, other, &changes) }
            compare(before.slots, after.slots, &changes)
        }
        return changes
    }

    /// Whether nothing tells if the texts of a revision are the same.
    static func isBlind(_ before: RevisionFacts, _ after: RevisionFacts) -> Bool {
        guard (before.hidden | after.hidden) & RevisionFacts.hiddenText == 0 else { return false }
        if before.sha1 != nil, after.sha1 != nil { return false }
        return !zip(before.slots, after.slots).allSatisfy { $0.text != nil && $1.text != nil }
    }

    private func compare(
        _ before: [RevisionFacts.Slot], _ after: [RevisionFacts.Slot], _ changes: inout [DumpDifference.Change]
    ) {
        guard before.map(\.role).sorted() == after.map(\.role).sorted() else {
            let (one, other) = (before.map(\.role).joined(separator: ","), after.map(\.role).joined(separator: ","))
            return note(.text, "slots \(one)", "slots \(other)", &changes)
        }
        for slot in before {
            guard let other = after.first(where: { $0.role == slot.role }) else { continue }
            if let model = slot.model, let otherModel = other.model { note(.model, model, otherModel, &changes) }
            if let format = slot.format, let otherFormat = other.format { note(.format, format, otherFormat, &changes) }
            if let size = slot.byteCount, let otherSize = other.byteCount {
                note(.size, String(size), String(otherSize), &changes)
            }
            if let text = slot.text, let otherText = other.text {
                note(.text, nil, nil, areSame: text == otherText, &changes)
            }
        }
    }

    private func note(
        _ field: DumpDifference.Field, _ before: String?, _ after: String?, _ changes: inout [DumpDifference.Change]
    ) {
        note(field, before, after, areSame: Self.areSame(before, after), &changes)
    }

    /// Notes a field once, even if it differs in several slots.
    private func note(
        _ field: DumpDifference.Field, _ before: String?, _ after: String?, areSame: Bool,
        _ changes: inout [DumpDifference.Change]
    ) {
        guard !areSame, !ignored.contains(field), !changes.contains(where: { $0.field == field }) else { return }
        changes.append(DumpDifference.Change(field: field, before: before, after: after))
    }

    /// By bytes: Swift takes texts for equal that are so to the eye only.
    private static func areSame(_ one: String?, _ other: String?) -> Bool {
        guard let one, let other else { return one == nil && other == nil }
        return one.utf8.elementsEqual(other.utf8)
    }

    private static func spaced(_ title: String) -> [UInt8] { TitleKey.plain(title) }

    private static func id(_ id: Int64) -> String? { id == 0 ? nil : String(id) }

    private static func author(_ facts: RevisionFacts) -> String? {
        guard let user = facts.user else { return facts.userID == 0 ? nil : "#\(facts.userID)" }
        return facts.userID == 0 ? user : "\(user) (#\(facts.userID))"
    }

    private static func hidden(_ facts: RevisionFacts) -> String? {
        let names = [
            (RevisionFacts.hiddenUser, "author"), (RevisionFacts.hiddenComment, "comment"),
            (RevisionFacts.hiddenText, "text"),
        ]
        let hidden = names.filter { facts.hidden & $0.0 != 0 }.map(\.1)
        return hidden.isEmpty ? nil : hidden.joined(separator: ",")
    }
}

import MWBzUtils

/// What `dumpctl diff` prints.
struct DiffReport {
    private struct Group: Hashable {
        let kind: DumpDifference.Kind
        let isPage: Bool
    }

    /// How many examples of a kind are kept.
    let limit: Int
    private var examples: [Group: [String]] = [:]

    init(limit: Int) { self.limit = limit }

    mutating func add(_ difference: DumpDifference) {
        let group = Group(kind: difference.kind, isPage: difference.revision == nil)
        guard examples[group, default: []].count < limit else { return }
        examples[group, default: []].append(Self.line(difference))
    }

    /// Counts, and then examples.
    func text(_ summary: DumpComparison.Summary, _ kinds: Set<DumpDifference.Kind>) -> String {
        let chosen = DumpDifference.Kind.allCases.filter(kinds.contains)
        let (before, after) = (summary.before, summary.after)
        func counts(_ what: String, _ counts: DumpComparison.Counts, _ one: Int64, _ other: Int64) -> String {
            "\(what): " + chosen.map { "\(counts[$0]) \($0)" }.joined(separator: ", ")
                + " (\(one) and \(other) in all)\n"
        }
        var text = counts("pages", summary.pages, before.pageCount, after.pageCount)
        text += counts("revisions", summary.revisions, before.revisionCount, after.revisionCount)
        if kinds.contains(.changed), !summary.fields.isEmpty {
            let fields = DumpDifference.Field.allCases.compactMap { field in
                summary.fields[field].map { "\(field) \($0)" }
            }
            text += "changed fields: " + fields.joined(separator: ", ") + "\n"
        }
        for kind in chosen {
            for isPage in [true, false] {
                guard let lines = examples[Group(kind: kind, isPage: isPage)], !lines.isEmpty else { continue }
                text += "\(isPage ? "pages" : "revisions") \(kind):\n" + lines.map { "  \($0)\n" }.joined()
            }
        }
        return text
    }

    private static func line(_ difference: DumpDifference) -> String {
        var line = "page \(difference.page)"
        if let revision = difference.revision { line = "revision \(revision) of " + line }
        line += " (\(difference.title))"
        if let count = difference.revisionCount { line += ", \(count) revision\(count == 1 ? "" : "s")" }
        let changes = difference.changes.map { change in
            guard change.before != nil || change.after != nil else { return change.field.rawValue }
            return "\(change.field) \(short(change.before)) -> \(short(change.after))"
        }
        return (line + (changes.isEmpty ? "" : ": " + changes.joined(separator: "; "))).withoutControls
    }

    private static func short(_ value: String?) -> String {
        guard let value else { return "none" }
        return value.count > 60 ? "\"\(value.prefix(60))...\"" : "\"\(value)\""
    }

    static func json(_ difference: DumpDifference) -> JSONObject {
        [
            "kind": difference.kind.rawValue, "page": difference.page, "namespace": difference.namespace,
            "title": difference.title, "revision": difference.revision, "revisions": difference.revisionCount,
            "changes": difference.changes.isEmpty
                ? nil
                : difference.changes.map {
                    ["field": $0.field.rawValue, "before": $0.before, "after": $0.after] as JSONObject
                },
        ]
    }

    static func json(_ summary: DumpComparison.Summary) -> JSONObject {
        [
            "before": json(summary.before), "after": json(summary.after), "pages": json(summary.pages),
            "revisions": json(summary.revisions),
            "fields": Dictionary(uniqueKeysWithValues: summary.fields.map { ($0.rawValue, $1) }),
            "inDoubt": summary.isInDoubt, "remarks": summary.remarks,
        ]
    }

    private static func json(_ totals: DumpComparison.Totals) -> JSONObject {
        [
            "pages": totals.pageCount, "revisions": totals.revisionCount, "texts": totals.textCount,
            "wikis": totals.dbnames,
        ]
    }

    private static func json(_ counts: DumpComparison.Counts) -> JSONObject {
        ["lost": counts.lost, "gained": counts.gained, "changed": counts.changed]
    }
}

extension String {
    /// The text with a `?` for each control character, so that a dump cannot steer a terminal.
    var withoutControls: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}

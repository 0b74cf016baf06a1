/// The values for the template of the farm's index page.
enum SiteIndexContext {
    static func values(_ site: SiteRecord, order: SiteRecord.Order, farm: FarmSettings) -> [String: Any] {
        [
            "status": templateText(site.status),
            "summary": summary(site.entries),
            "otherIndex": addressPart(farm.indexName(order == .date ? .name : .date)),
            "otherOrder": order == .date ? "wiki name" : "dump date",
            "wikis": site.entries.map { wiki($0, farm: farm) },
            "written": site.updated.statusText,
            "writtenISO": site.updated.iso8601,
        ]
    }

    private static func wiki(_ entry: SiteRecord.Entry, farm: FarmSettings) -> [String: Any] {
        let name = entry.wiki.description
        var links: [[String: Any]] = []
        var notes: [String] = []
        if entry.isPrivate {
            notes = ["private data"]
        } else {
            if let date = entry.date {
                let page = addressPart(farm.runIndexName)
                links = [["href": "\(addressPart(name))/\(date)/\(page)"]]
            } else if entry.statusClass == StatusLine.State.neverDumped.name {
                notes = ["new"]
            }
            if entry.isClosed { notes.append("closed") }
        }
        let active = entry.isPrivate ? [] : entry.activeJobs
        return [
            "db": name,
            "links": links,
            "note": notes.isEmpty ? [] : [notes.joined(separator: ", ")],
            "statusClass": templateText(entry.statusClass),
            "statusText": templateText(entry.statusText),
            "statusRemark": templateText(entry.statusRemark),
            "updatedTimes": entry.isPrivate ? [] : entry.updated.map { [$0.statusText] } ?? [],
            "hasActiveJobs": !active.isEmpty,
            "activeJobs": active.map { job in
                ["title": templateText(job.title), "progress": job.message.map { [templateText($0)] } ?? []]
                    as [String: Any]
            },
        ]
    }

    /// The number of wikis in each state, such as `3 wikis: 2 complete, 1 in progress.`
    private static func summary(_ entries: [SiteRecord.Entry]) -> String {
        let states: [(String, (SiteRecord.Entry) -> Bool)] = [
            ("complete", { $0.statusClass == "done" }),
            ("in progress", { $0.statusClass == "in-progress" }),
            ("partial", { $0.statusClass == "partial-dump" }),
            ("with failures", { $0.statusClass.hasSuffix("failed") }),
            ("not yet dumped", { $0.statusClass == "missing" }),
        ]
        let parts = states.compactMap { name, belongs in
            let count = entries.count(where: belongs)
            return count == 0 ? nil : "\(count) \(name)"
        }
        let total = entries.count == 1 ? "1 wiki" : "\(entries.count) wikis"
        return parts.isEmpty ? total + "." : "\(total): \(parts.joined(separator: ", "))."
    }
}

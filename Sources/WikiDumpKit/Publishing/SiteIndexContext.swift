/// The values for the template of the farm's index page.
enum SiteIndexContext {
    static func values(_ site: SiteRecord, order: SiteRecord.Order, farm: FarmSettings) -> [String: Any] {
        let values: [String: Any] = [
            "title": templateText(farm.siteTitle),
            "status": templateText(site.status),
            "summary": summary(site.entries),
            "otherIndex": addressPart(farm.indexName(order == .date ? .name : .date)),
            "otherOrder": order == .date ? "wiki name" : "dump date",
            "order": order == .date ? "dump date" : "wiki name",
            "lateAfter": farm.lateAge,
            "hasWikis": !site.entries.isEmpty,
            "wikis": site.entries.map { wiki($0, farm: farm) },
        ]
        // Not the time of the sweep: a page on which nothing else changes stays as it is.
        let changed = site.entries.filter { !$0.isPrivate }.compactMap(\.updated).max()
        return values.merging(
            PageFrame.values(
                farm, above: "", isPrivate: false, feeds: "", of: templateText(farm.siteTitle),
                changed: changed.map { ("Newest change:", $0) })
        ) { own, _ in own }
    }

    private static func wiki(_ entry: SiteRecord.Entry, farm: FarmSettings) -> [String: Any] {
        let name = entry.wiki.description
        var links: [[String: Any]] = []
        var notes: [String] = []
        if entry.isPrivate {
            notes = ["private data"]
        } else {
            if let date = entry.date {
                // Programs take this address and append the name of a file.
                links = [["href": "\(addressPart(name))/\(date)"]]
            } else if entry.statusClass == StatusLine.State.neverDumped.name {
                notes = ["new"]
            }
            if entry.isClosed { notes.append("closed") }
        }
        let active = entry.isPrivate ? [] : entry.activeJobs
        var remarks = entry.statusRemark.isEmpty ? [] : [templateText(String(entry.statusRemark.trimmingColon))]
        if !entry.isPrivate, entry.missingItems > 0 {
            remarks.append(counted(entry.missingItems, "item") + " missing")
        }
        let complete = entry.isPrivate ? nil : entry.complete
        return [
            "db": name,
            "links": links,
            "note": notes.isEmpty ? [] : [notes.joined(separator: ", ")],
            "statusClass": templateText(entry.statusClass),
            "statusText": templateText(entry.statusText),
            "remarks": remarks,
            "isPrivate": entry.isPrivate,
            "complete": complete.map { run in
                [["ended": run.ended.minuteText, "date": run.date.dashed, "size": sizeText(run.bytes)]]
            } ?? [],
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

extension String {
    /// The text without a colon and blanks at its beginning.
    fileprivate var trimmingColon: Substring { drop { $0 == ":" || $0 == " " } }
}

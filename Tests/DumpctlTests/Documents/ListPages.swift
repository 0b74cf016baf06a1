import WikiDumpKit

/// Pages that are plain lists.
struct ListPages: IndexRenderer {
    func runPage(_ run: RunRecord, farm: FarmSettings) throws(DumpError) -> [UInt8] {
        var lines = [run.notice ?? "", run.previous.map { "before this: \(link("../\($0)/", "\($0)"))" } ?? ""]
        lines[0] = escaped(lines[0])
        for job in run.jobs {
            lines.append(escaped("\(job.title): \(job.status.rawValue) \(job.message ?? "")"))
            for file in job.files {
                // A file is offered only when its job is done.
                lines.append(job.status == .done ? link(file.name, file.name) : escaped(file.name))
            }
        }
        return page("\(run.wiki) \(run.date)", lines)
    }

    func siteIndex(_ site: SiteRecord, order: SiteRecord.Order, farm: FarmSettings) throws(DumpError) -> [UInt8] {
        var lines = [escaped(site.status)]
        for entry in site.entries {
            // Of a private wiki, the page shows the name and the state only.
            let date = entry.isPrivate ? nil : entry.date
            let name = date.map { link("\(entry.wiki)/\($0)/", "\(entry.wiki)") } ?? escaped("\(entry.wiki)")
            lines.append(name + escaped(": \(entry.statusText)"))
            for job in entry.activeJobs where !entry.isPrivate {
                lines.append(escaped("\(job.title): \(job.message ?? "")"))
            }
        }
        return page("Dumps", lines)
    }

    private func page(_ title: String, _ lines: [String]) -> [UInt8] {
        let rows = lines.map { "<li>\($0)\n" }.joined()
        return Array("<!DOCTYPE html><meta charset=utf-8><title>\(escaped(title))</title><ul>\n\(rows)</ul>\n".utf8)
    }

    private func link(_ address: String, _ text: String) -> String {
        "<a href=\"\(escaped(address))\">\(escaped(text))</a>"
    }

    /// Every text may hold anything. It is escaped by its code units, as a quote may be a part of a composed character.
    private func escaped(_ text: String) -> String {
        let marks: [Unicode.Scalar: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "\0": ""]
        return text.unicodeScalars.map { marks[$0] ?? String($0) }.joined()
    }
}

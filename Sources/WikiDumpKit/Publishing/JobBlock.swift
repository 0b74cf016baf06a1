/// The list item about one job in `status.html`. Programs look for its class names.
package enum JobBlock {
    /// The HTML of a job, without a newline at the end.
    package static func html(_ job: JobRecord, names: PublishedNames) -> String {
        let status = job.status.rawValue
        var out = "<li class='\(status)'><span class='updates'>\(job.updated?.statusText ?? "")</span> "
        out += "<span class='status'>\(status)</span> <span class='title'>\(htmlEscaped(job.title))</span>"
        if job.status == .inProgress, let progress = job.message, !progress.isEmpty {
            out += "<div class='progress'>\(htmlEscaped(progress))</div>\n"
        }
        if !job.files.isEmpty || job.detail != nil {
            out += "<ul>"
            if let detail = job.detail { out += "<li class='detail'>\(htmlEscaped(detail))</li>\n" }
            out += job.files.map { line($0, of: job, names: names) }.joined(separator: "\n")
            out += "</ul>"
        }
        return out + "</li>"
    }

    private static func line(_ file: FileRecord, of job: JobRecord, names: PublishedNames) -> String {
        let name = htmlEscaped(file.name)
        return switch FileShowing(file, of: job) {
        case .offered(let size):
            "<li class='file'><a href=\"\(htmlEscaped(names.path(file.name)))\">\(name)</a> \(sizeText(size))</li>"
        case .growing(let size): "<li class='file'>\(name) \(sizeText(size)) (written) </li>"
        case .missing: "<li class='missing'>\(name)</li>"
        }
    }
}

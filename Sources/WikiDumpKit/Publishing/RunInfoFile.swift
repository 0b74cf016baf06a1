import SystemPackage

/// `dumpruninfo.txt` and `dumpruninfo.json`: the status of each job of a run.
///
/// A later run of the same date restores its state from the text form.
enum RunInfoFile {
    static let textName = "dumpruninfo.txt"
    static let jsonName = "dumpruninfo.json"

    struct Entry: Sendable, Hashable {
        let status: JobStatus
        let updated: UTCTime?
    }

    /// The text form: one line for each job, the last job first.
    static func text(_ run: RunRecord) -> [UInt8] {
        var out: [UInt8] = []
        for job in run.jobs.reversed() {
            out += "name:\(job.name); status:\(job.status.rawValue); updated:\(job.updated?.statusText ?? "")\n".utf8
        }
        return out
    }

    /// The JSON form: the jobs by name, descending. No newline at the end.
    static func json(_ run: RunRecord) -> [UInt8] {
        let jobs = run.jobs.sortedByNameDescending().map { job in
            JSONValue.Member(
                job.name,
                ["status": .string(job.status.rawValue), "updated": .string(job.updated?.statusText ?? "")])
        }
        return JSONValue.object([JSONValue.Member("jobs", .object(jobs))]).bytes
    }

    /// Reads the text form back.
    ///
    /// Whitespace around lines and fields, the order of the fields, unknown fields and carriage returns are ignored. So are
    /// lines without a name or with an unknown status.
    static func parse(_ text: String) -> [String: Entry] {
        Dictionary(lines(text), uniquingKeysWith: { _, last in last })
    }

    /// The jobs of the run in a folder; none if there is no file.
    static func read(in folder: FilePath, on fileSystem: FileSystem) throws(DumpError) -> [String: Entry] {
        parse(try fileSystem.text(folder.appending(textName)) ?? "")
    }

    /// The entries in the order of the lines.
    static func lines(_ text: String) -> [(String, Entry)] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            var fields: [String: String] = [:]
            for field in line.split(separator: ";", maxSplits: 2) {
                guard let colon = field.firstIndex(of: ":") else { continue }
                let value = field[field.index(after: colon)...].trimmingBlanks()
                fields[String(field[..<colon].trimmingBlanks())] = String(value)
            }
            // The last field holds the rest of the line. A semicolon in a name would begin a field when it is written again.
            guard let name = fields["name"], !name.isEmpty, !name.utf8.contains(UInt8(ascii: ";")),
                let status = fields["status"].flatMap(JobStatus.init)
            else { return nil }
            return (name, Entry(status: status, updated: fields["updated"].flatMap { UTCTime(statusText: $0) }))
        }
    }
}

extension [JobRecord] {
    func sortedByNameDescending() -> [JobRecord] {
        sorted { $1.name.utf8.lexicographicallyPrecedes($0.name.utf8) }
    }
}

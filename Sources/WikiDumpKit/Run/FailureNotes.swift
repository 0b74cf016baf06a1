import SystemPackage

/// Why jobs of a run failed, in full: `failures.json` in the private folder of the run, until the jobs are done.
///
/// ``FailedAttempts`` knows only the latest failure of a wiki. These notes stay with their run.
struct FailureNotes: Sendable, Hashable {
    struct Note: Sendable, Hashable {
        var job: String
        var time: UTCTime
        var reason: String
    }

    static let fileName = "failures.json"

    /// The most bytes of a reason that are kept. Some programs print without end; what went wrong comes last.
    static let longest = 16_384

    private(set) var notes: [Note] = []

    /// Reads the notes of a run. If the file is missing or damaged, there are none.
    init(_ wiki: any Wiki, _ date: DumpDate) throws(DumpError) {
        let path = Self.path(wiki, date)
        guard try wiki.fileSystem.status(path) != nil,
            case .array(let list)? = (try? wiki.fileSystem.json(path))?["jobs"]
        else { return }
        notes = list.compactMap { value in
            guard let job = value["job"]?.string, let reason = value["reason"]?.string,
                let time = value["time"]?.integer
            else { return nil }
            return Note(job: job, time: UTCTime(seconds: time), reason: reason)
        }
    }

    /// The note about a job.
    subscript(job: String) -> Note? { notes.first { $0.job == job } }

    /// Takes over what a record says: the reasons of jobs that failed in this process. Jobs that are done are forgotten.
    mutating func update(_ record: RunRecord, at now: UTCTime) {
        for job in record.jobs {
            if job.status == .failed, job.failure != nil {
                set(job.privateMessage ?? job.message ?? "no reason given", for: job.name, at: now)
            } else if job.status == .done {
                set(nil, for: job.name, at: now)
            }
        }
    }

    /// Notes why a job failed; nil if it did not.
    mutating func set(_ reason: String?, for job: String, at now: UTCTime) {
        notes.removeAll { $0.job == job }
        if let reason { notes.append(Note(job: job, time: now, reason: Self.end(of: reason))) }
    }

    /// Writes the file, or removes it if there is nothing to tell.
    func write(_ wiki: any Wiki, _ date: DumpDate) throws(DumpError) {
        let path = Self.path(wiki, date)
        if notes.isEmpty { return try wiki.fileSystem.remove(path) }
        let list = notes.map { note -> JSONValue in
            ["job": .string(note.job), "time": .integer(note.time.seconds), "reason": .string(note.reason)]
        }
        let json: JSONValue = ["schema": 1, "jobs": .array(list)]
        try wiki.fileSystem.write(
            json.bytes + [UInt8(ascii: "\n")], to: path, permissions: WikiDirectories.privateFilePermissions,
            durable: false)
    }

    /// The end of a text that is too long, with a mark of what is left out.
    static func end(of text: String) -> String {
        guard text.utf8.count > longest else { return text }
        return "… " + String(decoding: Array(text.utf8.suffix(longest)), as: UTF8.self)
    }

    private static func path(_ wiki: any Wiki, _ date: DumpDate) -> FilePath {
        wiki.directories.privateRun(date).appending(fileName)
    }
}

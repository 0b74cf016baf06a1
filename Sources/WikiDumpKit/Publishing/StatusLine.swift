/// `status.html`: a list item about a run, which the monitor and other programs read.
enum StatusLine {
    static let fileName = "status.html"

    /// The class name and the text for a run's state.
    struct State: Sendable, Hashable {
        /// The class name: `done`, `in-progress`, `partial-dump`, `done failed`, `partial-dump failed`, `failed`, `missing`.
        let name: String
        /// The text, such as `Dump complete, 1 item failed`.
        let text: String
        /// The addition to the text, such as `: 2 jobs done without damaged items`. Plain text.
        ///
        /// It must not contain the words that programs look for in the whole line (failed, missing, complete and others).
        let remark: String

        init(name: String, text: String, remark: String = "") {
            self.name = name
            self.text = text
            self.remark = remark
        }

        /// The beginning of a remark if no job is left to do.
        private static let allDone = ": all jobs done, "

        /// Whether no job is left to do, although the files lack damaged items of the wiki.
        var isDoneWithOmissions: Bool { remark.hasPrefix(Self.allDone) }

        /// The state of a run whose process died.
        static let aborted = State(name: "failed", text: "dump aborted")
        static let unknown = State(name: "missing", text: "missing status record")
        /// The state of a wiki without a run.
        static let neverDumped = State(name: "missing", text: "has not yet been dumped")

        init(_ run: RunRecord) {
            guard run.isFinished else {
                self.init(name: "in-progress", text: "Dump in progress")
                return
            }
            guard !run.isAborted else {
                self = .aborted
                return
            }
            let isWhole = run.isComplete && run.lackingJobs == 0
            let (name, text) = isWhole ? ("done", "Dump complete") : ("partial-dump", "Partial dump")
            let remark = Self.remark(run)
            switch run.failures {
            case 0: self.init(name: name, text: text, remark: remark)
            case 1: self.init(name: name + " failed", text: text + ", 1 item failed", remark: remark)
            case let count: self.init(name: name + " failed", text: text + ", \(count) items failed", remark: remark)
            }
        }

        private static func remark(_ run: RunRecord) -> String {
            let count = run.lackingJobs
            if count == 0 { return "" }
            if run.isComplete, run.failures == 0 { return allDone + "\(count) without damaged items" }
            return ": \(count == 1 ? "1 job" : "\(count) jobs") done without damaged items"
        }

        var isAborted: Bool { text == Self.aborted.text }
        /// Whether the run is going on, or its process died without recording that.
        var isInProgress: Bool {
            // Older programs append a count of failures to the class name and the text.
            name == "in-progress" || name.hasPrefix("in-progress ") || text.hasPrefix("Dump in progress")
        }

        /// The text in its `span`, followed by the remark.
        var html: String { "<span class='\(name)'>\(text)</span>\(remark)" }
    }

    struct Parsed: Sendable, Hashable {
        /// When it was written.
        let updated: UTCTime?
        let state: State
    }

    /// The fragment for a run. While the run is going on, it is followed by the jobs in progress.
    static func html(_ run: RunRecord, farm: FarmSettings) -> [UInt8] {
        var out = line(
            wiki: run.wiki, date: run.date, isPrivate: run.isPrivate, isClosed: run.isClosed, updated: run.updated,
            state: State(run).html)
        let active = run.isFinished ? [] : run.jobs.filter { $0.status == .inProgress }
        if !active.isEmpty {
            let names = PublishedNames(run, farm: farm)
            out += "<ul>" + active.map { JobBlock.html($0, names: names) }.joined(separator: "\n") + "</ul>"
        }
        return Array(out.utf8)
    }

    /// The fragment for a run whose process died. Its quotes differ from the others because programs expect them like this.
    static func aborted(
        wiki: WikiName, date: DumpDate, isPrivate: Bool, isClosed: Bool, updated: UTCTime
    ) -> [UInt8] {
        Array(
            line(
                wiki: wiki, date: date, isPrivate: isPrivate, isClosed: isClosed, updated: updated,
                state: "<span class=\"\(State.aborted.name)\">\(State.aborted.text)</span>"
            ).utf8)
    }

    /// Reads a fragment back.
    ///
    /// Only the `span` of the first list item counts, so that names of wikis or jobs have no influence. nil if there is no
    /// `span`, as in an empty or truncated file.
    static func parse(_ text: String) -> Parsed? {
        // Bytes, because CR LF is one character and would not end the line.
        let isEnd = { (byte: UInt8) in byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
        let bytes = Array(text.utf8.drop(while: isEnd).prefix { !isEnd($0) })
        guard let quote = bytes.firstRange(of: Array("<span class=".utf8))?.upperBound else { return nil }
        guard quote < bytes.count, bytes[quote] == UInt8(ascii: "'") || bytes[quote] == UInt8(ascii: "\""),
            let close = bytes[(quote + 1)...].firstIndex(of: bytes[quote]), close + 1 < bytes.count,
            bytes[close + 1] == UInt8(ascii: ">"),
            let end = bytes[(close + 2)...].firstIndex(of: UInt8(ascii: "<")),
            bytes[end...].starts(with: "</span>".utf8)
        else { return nil }
        let name = String(decoding: bytes[(quote + 1)..<close], as: UTF8.self)
        let words = String(decoding: bytes[(close + 2)..<end], as: UTF8.self)
        let remark = bytes[(end + "</span>".utf8.count)...].prefix { $0 != UInt8(ascii: "<") }
        var updated: UTCTime?
        if bytes.starts(with: "<li>".utf8), bytes.count >= 23 {
            updated = UTCTime(statusText: String(decoding: bytes[4..<23], as: UTF8.self))
        }
        return Parsed(
            updated: updated, state: State(name: name, text: words, remark: String(decoding: remark, as: UTF8.self)))
    }

    private static func line(
        wiki: WikiName, date: DumpDate, isPrivate: Bool, isClosed: Bool, updated: UTCTime, state: String
    ) -> String {
        let closed = isClosed ? " (closed)" : ""
        let link = isPrivate ? "\(wiki) (private data)" : "<a href=\"\(wiki)/\(date)\">\(wiki)</a>\(closed)"
        return "<li>\(updated.statusText) \(link): \(state)</li>\n"
    }
}

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

/// The state of a wiki's newest run according to its status file, as far as it matters for choosing the next wiki.
enum RunState: String, Sendable, Hashable, CaseIterable {
    /// There is no run.
    case never
    /// The run ended early: its process died, or it has no status file.
    case interrupted
    /// The run is finished, but some of its jobs failed.
    case failed
    /// Some jobs of the run were done; the others were never asked for.
    case partial
    /// Every job is done. Damaged items of the wiki may be missing, but another run would not bring them back.
    case complete

    /// Reads the line of a status file; nil stands for a missing file.
    ///
    /// A run that claims to be in progress counts as interrupted. The process that decides what to do with the run holds the
    /// lock of the wiki, so no other process can be working on it.
    init(statusLine: String?) {
        guard let state = statusLine.flatMap(StatusLine.parse)?.state else {
            self = .interrupted
            return
        }
        self.init(state)
    }

    /// Judges the state in such a line.
    init(_ state: StatusLine.State) {
        guard !state.isInProgress, !state.isAborted else {
            self = .interrupted
            return
        }
        switch state.name {
        case "done": self = .complete
        case "partial-dump": self = state.isDoneWithOmissions ? .complete : .partial
        case "done failed", "partial-dump failed": self = .failed
        default: self = .interrupted
        }
    }
}

/// A mail to the operator about a failed run.
package struct FailureMail: Sendable, Hashable {
    /// A failure of one or more jobs.
    package struct Failure: Sendable, Hashable {
        /// The jobs that failed; empty if the run as a whole failed.
        package let jobs: [String]
        /// The reason, with every detail.
        package let reason: String

        /// Creates a failure.
        package init(jobs: [String], reason: String) {
            self.jobs = jobs
            self.reason = reason
        }
    }

    /// The wiki.
    package let wiki: WikiName
    /// The date of the run.
    package let date: DumpDate
    /// The failures.
    package let failures: [Failure]
    /// The address of the page of the run; nil if it has no public page.
    package let page: String?
    /// The command that continues the run.
    package let resume: String
    /// The last lines of the log.
    package let log: [String]

    /// Creates a message.
    package init(
        wiki: WikiName, date: DumpDate, failures: [Failure], page: String?, resume: String, log: [String]
    ) {
        self.wiki = wiki
        self.date = date
        self.failures = failures
        self.page = page
        self.resume = resume
        self.log = log
    }

    /// The failures of a run in this process. Jobs that failed together are reported together.
    package static func failures(of run: RunRecord) -> [Failure] {
        run.jobs.filter { $0.status == .failed && $0.failure != nil && !$0.isToldAlong }.map {
            Failure(jobs: [$0.name] + $0.failedAlong, reason: $0.privateMessage ?? $0.message ?? "no reason given")
        }
    }

    /// The message as it is sent, with CR LF line endings.
    func text(_ settings: MailSettings, at time: UTCTime, host: String) -> [UInt8] {
        let id = "\(wiki).\(date).\(time.seconds)@\(host)"
        let headers = [
            "From: \(settings.sender)", "To: \(settings.recipients.joined(separator: ", "))",
            "Subject: Dump failure for \(wiki)", "Date: \(time.rfc822.dropLast(3))+0000", "Message-ID: <\(id)>",
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
        ]
        return Array((headers + [""] + body).map { Self.cut($0) + "\r\n" }.joined().utf8)
    }

    private var body: [String] {
        var lines = ["The dump of \(wiki) of \(date.dashed) failed.", ""]
        for failure in failures {
            switch failure.jobs.count {
            case 0: lines.append("The run:")
            case 1: lines.append("Job \(failure.jobs[0]):")
            default: lines.append("Jobs \(failure.jobs.joined(separator: ", ")):")
            }
            lines += failure.reason.split(whereSeparator: \.isNewline).map { "    \($0)" } + [""]
        }
        if let page { lines += ["Its page:", "    \(page)", ""] }
        lines += ["When the cause is put right, go on with:", "    \(resume)", ""]
        if !log.isEmpty { lines += ["The end of the log:"] + log.map { "    \($0)" } }
        return lines
    }

    /// Shortens a line, because a line of mail has at most 998 bytes. Newlines are replaced, so that the text cannot start
    /// another line.
    private static func cut(_ line: String) -> String {
        var cut = ""
        var count = 0
        for character in line {
            let size = character.utf8.count
            if count + size > 900 { return cut + " ..." }
            cut.append(character.isNewline ? " " : character)
            count += size
        }
        return cut
    }
}

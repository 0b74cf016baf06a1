package import Logging
package import SystemPackage

/// Sends mail to the operator about failed runs, once for each failure of a run.
///
/// Reported failures are noted in the private folder of the run, so that a run that is retried and fails again in the same job
/// sends no second mail. A refused run has no folder; for it, the private folder of the wiki is used.
package struct FailureReporter: Sendable {
    static let memoryName = "mailed.txt"

    private let settings: MailSettings
    private let curl: String
    private let fileSystem: FileSystem
    private let clock: any WallClock
    private let logger: Logger

    /// Creates a reporter.
    /// - Parameters:
    ///   - settings: Who gets mail, and how.
    ///   - curl: The path of curl.
    ///   - fileSystem: The file system of the private folders.
    ///   - clock: The clock for the date of the message.
    ///   - logger: Where to log that a message was sent, or why not.
    package init(
        _ settings: MailSettings, curl: String, on fileSystem: FileSystem,
        clock: any WallClock = SystemWallClock(), logger: Logger
    ) {
        self.settings = settings
        self.curl = curl
        self.fileSystem = fileSystem
        self.clock = clock
        self.logger = logger
    }

    /// Sends a message, unless nobody wants mail or everything in it was reported before. If sending fails, that is only
    /// logged.
    /// - Parameters:
    ///   - mail: The message.
    ///   - folder: The private folder of the run, or of the wiki.
    /// - Returns: Whether the message was sent.
    @discardableResult
    package func report(_ mail: FailureMail, folder: FilePath) async -> Bool {
        guard !settings.recipients.isEmpty, !mail.failures.isEmpty else { return false }
        do throws(DumpError) {
            let memory = folder.appending(Self.memoryName)
            let prefix = "\(mail.date) "
            // Reports about other runs of the wiki are dropped.
            let told = Set(
                (try fileSystem.text(memory) ?? "").split(separator: "\n").map(String.init).filter {
                    $0.hasPrefix(prefix)
                })
            let suffix = mail.isDamage ? " lacks items" : ""
            let names = Set(mail.failures.flatMap { $0.jobs.isEmpty ? ["run"] : $0.jobs }.map { prefix + $0 + suffix })
            guard !names.isSubset(of: told) else { return false }
            try await send(mail)
            try fileSystem.write(
                Array(told.union(names).sorted().map { $0 + "\n" }.joined().utf8), to: memory,
                permissions: WikiDirectories.privateFilePermissions, durable: false)
            logger.notice("told \(settings.recipients.joined(separator: ", ")) of the failure by mail")
            return true
        } catch {
            logger.warning("cannot send mail about the failure: \(error)")
            return false
        }
    }

    /// Sends a message that only says that mail arrives.
    /// - Returns: Who gets it; nobody if no address is configured.
    /// - Throws: ``DumpError`` that says why it cannot be sent.
    package func sendTest() async throws(DumpError) -> [String] {
        guard !settings.recipients.isEmpty else { return [] }
        try await send(FailureMail.test(settings, at: clock.now(), host: ProcessIdentity.current.host))
        return settings.recipients
    }

    private func send(_ mail: FailureMail) async throws(DumpError) {
        try await send(mail.text(settings, at: clock.now(), host: ProcessIdentity.current.host))
    }

    private func send(_ message: [UInt8]) async throws(DumpError) {
        var text = message
        // Programs that take mail like sendmail expect the line endings of this system.
        if settings.server.hasPrefix("/") { text.removeAll { $0 == UInt8(ascii: "\r") } }
        let command = settings.command(curl: curl)
        let message = text
        _ = try await CommandRunner().write(Invocation("failure mail", command)) {
            (target) async throws(DumpError) in try await target.write(message)
        }
    }
}

extension MailSettings {
    /// The command that reads a message from standard input and sends it.
    /// - Parameter curl: The path of curl, which talks to mail servers.
    func command(curl: String) -> Command {
        // A server that does not answer must not keep a loop from its next dump.
        let limits = Command.Limits(time: .seconds(180))
        if program != nil {
            return Command(server, ["-i", "-f", sender, "--"] + recipients, limits: limits)
        }
        var arguments = [
            "--silent", "--show-error", "--connect-timeout", "20", "--max-time", "60", "--retry", "2",
            "--proto", "=smtp,smtps", "--mail-rcpt-allowfails", "--url",
            server.contains("://") ? server : "smtp://\(server)",
        ]
        if let credentials {
            arguments += ["--netrc-file", credentials.string]
            // A password is sent only over an encrypted connection, unless the address specifies the protocol.
            if !server.contains("://") { arguments.append("--ssl-reqd") }
        }
        // One address that the server refuses must not cost the others their mail.
        arguments.append("--mail-rcpt-allowfails")
        arguments += ["--mail-from", sender] + recipients.flatMap { ["--mail-rcpt", $0] }
        return Command(curl, arguments + ["--upload-file", "-"], limits: limits)
    }
}

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
    /// Whether the run is complete but for items that are damaged in the wiki.
    package let isDamage: Bool
    /// The address of the page of the run; nil if it has no public page.
    package let page: String?
    /// The command that continues the run.
    package let resume: String
    /// The last lines of the log.
    package let log: [String]

    /// Creates a message.
    package init(
        wiki: WikiName, date: DumpDate, failures: [Failure], isDamage: Bool = false, page: String?, resume: String,
        log: [String]
    ) {
        self.isDamage = isDamage
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

    /// A message that only says that mail arrives.
    static func test(_ settings: MailSettings, at time: UTCTime, host: String) -> [UInt8] {
        text(
            settings, at: time, id: "test.\(time.seconds)@\(host)", subject: "Test of the dumps on \(host)",
            ["This message was asked for. Failures of dumps are told to this address."])
    }

    /// The message as it is sent, with CR LF line endings.
    func text(_ settings: MailSettings, at time: UTCTime, host: String) -> [UInt8] {
        Self.text(
            settings, at: time, id: "\(wiki).\(date).\(time.seconds)@\(host)",
            subject: isDamage ? "Items missing from the dump of \(wiki)" : "Dump failure for \(wiki)", body)
    }

    private static func text(
        _ settings: MailSettings, at time: UTCTime, id: String, subject: String, _ body: [String]
    ) -> [UInt8] {
        let headers = [
            "From: \(settings.sender)", "To: \(settings.recipients.joined(separator: ", "))",
            "Subject: \(subject)", "Date: \(time.rfc822.dropLast(3))+0000", "Message-ID: <\(id)>",
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
        ]
        return Array((headers + [""] + body).map { cut($0) + "\r\n" }.joined().utf8)
    }

    private var body: [String] {
        var lines = [
            isDamage
                ? "The dump of \(wiki) of \(date.dashed) is done, but lacks items that are damaged in the wiki."
                : "The dump of \(wiki) of \(date.dashed) failed.", "",
        ]
        for failure in failures {
            switch failure.jobs.count {
            case 0: lines.append("The run:")
            case 1: lines.append("Job \(failure.jobs[0]):")
            default: lines.append("Jobs \(failure.jobs.joined(separator: ", ")):")
            }
            lines += failure.reason.split(whereSeparator: \.isNewline).map { "    \($0)" } + [""]
        }
        if let page { lines += ["Its page:", "    \(page)", ""] }
        lines += [
            isDamage ? "When the wiki is repaired, type:" : "Once the cause is fixed, continue with:", "    \(resume)",
            "",
        ]
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

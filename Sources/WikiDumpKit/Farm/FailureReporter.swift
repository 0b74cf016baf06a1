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
    private let clock: any WallClock
    private let logger: Logger

    /// Creates a reporter.
    /// - Parameters:
    ///   - settings: Who gets mail, and how.
    ///   - curl: The path of curl.
    ///   - clock: The clock for the date of the message.
    ///   - logger: Where to log that a message was sent, or why not.
    package init(
        _ settings: MailSettings, curl: String, clock: any WallClock = SystemWallClock(), logger: Logger
    ) {
        self.settings = settings
        self.curl = curl
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
                (try FileSystem.text(memory) ?? "").split(separator: "\n").map(String.init).filter {
                    $0.hasPrefix(prefix)
                })
            let names = Set(mail.failures.flatMap { $0.jobs.isEmpty ? ["run"] : $0.jobs }.map { prefix + $0 })
            guard !names.isSubset(of: told) else { return false }
            try await send(mail)
            try FileSystem.write(
                Array(told.union(names).sorted().map { $0 + "\n" }.joined().utf8), to: memory,
                permissions: WikiDirectories.privateFilePermissions, durable: false)
            logger.notice("told \(settings.recipients.joined(separator: ", ")) of the failure by mail")
            return true
        } catch {
            logger.warning("cannot send mail about the failure: \(error)")
            return false
        }
    }

    private func send(_ mail: FailureMail) async throws(DumpError) {
        var text = mail.text(settings, at: clock.now(), host: ProcessIdentity.current.host)
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
            "--proto", "=smtp,smtps", "--url", server.contains("://") ? server : "smtp://\(server)",
        ]
        if let credentials {
            arguments += ["--netrc-file", credentials.string]
            // A password is sent only over an encrypted connection, unless the address specifies the protocol.
            if !server.contains("://") { arguments.append("--ssl-reqd") }
        }
        arguments += ["--mail-from", sender] + recipients.flatMap { ["--mail-rcpt", $0] }
        return Command(curl, arguments + ["--upload-file", "-"], limits: limits)
    }
}

package import Logging
package import SystemPackage

/// Tells the operator by mail that a run failed: once for each failure of a run.
///
/// What was told is noted in the private folder of the run, so that a run that is tried again and fails the same way
/// sends nothing. A run that was refused has no folder, and the private folder of the wiki takes its place.
package struct FailureReporter: Sendable {
    static let memoryName = "mailed.txt"

    private let settings: MailSettings
    private let curl: String
    private let clock: any WallClock
    private let logger: Logger

    /// Makes a reporter.
    /// - Parameters:
    ///   - settings: who gets mail, and how.
    ///   - curl: the path of curl.
    ///   - clock: tells the time of the message.
    ///   - logger: where to tell that a message was sent, or why not.
    package init(
        _ settings: MailSettings, curl: String, clock: any WallClock = SystemWallClock(), logger: Logger
    ) {
        self.settings = settings
        self.curl = curl
        self.clock = clock
        self.logger = logger
    }

    /// Sends a message, unless nobody wants mail or all of it was told before. That it cannot be sent is logged, and
    /// changes nothing else.
    /// - Parameters:
    ///   - mail: the message.
    ///   - folder: the private folder of the run, or of the wiki.
    /// - Returns: whether it was sent.
    @discardableResult
    package func report(_ mail: FailureMail, folder: FilePath) async -> Bool {
        guard !settings.recipients.isEmpty, !mail.failures.isEmpty else { return false }
        do throws(DumpError) {
            let memory = folder.appending(Self.memoryName)
            let prefix = "\(mail.date) "
            // What was told of other runs of the wiki is not asked for any more.
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
        // What takes mail as sendmail does wants the lines of this system.
        if settings.server.hasPrefix("/") { text.removeAll { $0 == UInt8(ascii: "\r") } }
        let command = settings.command(curl: curl)
        let message = text
        _ = try await CommandRunner().write(Invocation("failure mail", command)) {
            (target) async throws(DumpError) in try await target.write(message)
        }
    }
}

extension MailSettings {
    /// The command that sends a message which it reads from its standard input.
    /// - Parameter curl: the path of curl, which talks to mail servers.
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
            // Unless the address says how, a password goes over an encrypted connection only.
            if !server.contains("://") { arguments.append("--ssl-reqd") }
        }
        arguments += ["--mail-from", sender] + recipients.flatMap { ["--mail-rcpt", $0] }
        return Command(curl, arguments + ["--upload-file", "-"], limits: limits)
    }
}

public import SystemPackage

/// How failures are told by mail, section `[reporting]`.
public struct MailSettings: Sendable, Hashable {
    /// Who gets mail, `adminmail`; empty for nobody.
    public var recipients: [String] = []
    /// Who it is from, `mailfrom`.
    public var sender = "root@localhost"
    /// The mail server, `smtpserver`: its name, an address that begins with `smtp://` or `smtps://`, or the path of a
    /// program that takes mail as sendmail does.
    public var server = "localhost"
    /// A file in the form of netrc with the password for the server, `smtpcredentials`; nil for none.
    public var credentials: FilePath?

    /// Settings that send no mail.
    public init() {}

    init(_ lookup: OptionLookup) {
        let names = lookup.text("reporting", "adminmail").split { $0 == "," || $0.isWhitespace }.map(String.init)
        recipients = names.contains("nomail") ? [] : names
        sender = lookup.text("reporting", "mailfrom")
        server = lookup.text("reporting", "smtpserver")
        credentials = lookup.path("reporting", "smtpcredentials").flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The program of this machine that takes mail, if the server is one.
    var program: FilePath? { server.hasPrefix("/") ? FilePath(server) : nil }

    /// The command that sends a message which it reads from its standard input.
    /// - Parameter curl: the path of curl, which talks to mail servers.
    func command(curl: String) -> Command {
        // A server that does not answer must not keep a loop from its next dump.
        let limits = CommandLimits(time: .seconds(180))
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

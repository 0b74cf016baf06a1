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

    /// The program of this machine that takes mail, if the server is one.
    var program: FilePath? { server.hasPrefix("/") ? FilePath(server) : nil }
}

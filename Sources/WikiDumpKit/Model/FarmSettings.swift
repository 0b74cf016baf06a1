public import SystemPackage

/// What holds for the whole farm.
public struct FarmSettings: Sendable, Hashable {
    /// Root of the public tree, `[output] public`.
    public var publicTree: FilePath
    /// Root of the private tree, `[output] private`.
    public var privateTree: FilePath
    /// Root of the scratch tree, `[output] temp`.
    public var temporaryTree: FilePath
    /// URL of the public tree, without a trailing slash, `[output] webroot`.
    public var webRoot: String
    /// Name of the site-wide index page, `[output] index`.
    public var indexName: String
    /// Name of the page of a run, `[output] perdumpindex`.
    public var runIndexName: String
    /// Folder with templates that replace the built-in ones, `[output] templatedir`; nil for none.
    public var templateDirectory: FilePath?
    /// Permission bits of status and index files, `[output] fileperms`.
    public var filePermissions: UInt16
    /// A lock that was not touched for this many seconds is stale, `[reporting] staleage`.
    public var staleAge: Int64
    /// Name of the log of a run in its private folder, `[output] logfile`.
    public var logName: String
    /// How failures are told by mail, section `[reporting]`.
    package var mail = MailSettings()
    /// Take wikis in the order of the list and not by age, `[misc] fixeddumporder`.
    public var fixedDumpOrder: Bool

    /// Makes settings with the defaults of every option that has one.
    public init(publicTree: FilePath, privateTree: FilePath, temporaryTree: FilePath) {
        self.publicTree = publicTree
        self.privateTree = privateTree
        self.temporaryTree = temporaryTree
        webRoot = "http://localhost/dumps"
        indexName = "index.html"
        logName = "dumplog.txt"
        runIndexName = "index.html"
        templateDirectory = nil
        filePermissions = 0o644
        staleAge = 3600
        fixedDumpOrder = false
    }
}

extension FarmSettings {
    /// The name of the index for programs.
    static let indexJSONName = "index.json"

    /// The name of the index page in an order: `index.html` by date, `index-bydb.html` by name.
    package func indexName(_ order: SiteRecord.Order) -> String {
        switch order {
        case .date: return indexName
        case .name:
            guard let dot = indexName.lastIndex(of: "."), dot > indexName.startIndex else { return indexName + "-bydb" }
            return indexName[..<dot] + "-bydb" + indexName[dot...]
        }
    }
}

/// How failures are told by mail, section `[reporting]`.
package struct MailSettings: Sendable, Hashable {
    /// Who gets mail, `adminmail`; empty for nobody.
    package var recipients: [String] = []
    /// Who it is from, `mailfrom`.
    package var sender = "root@localhost"
    /// The mail server, `smtpserver`: its name, an address that begins with `smtp://` or `smtps://`, or the path of a
    /// program that takes mail as sendmail does.
    package var server = "localhost"
    /// A file in the form of netrc with the password for the server, `smtpcredentials`; nil for none.
    package var credentials: FilePath?

    /// Settings that send no mail.
    package init() {}

    /// The program of this machine that takes mail, if the server is one.
    var program: FilePath? { server.hasPrefix("/") ? FilePath(server) : nil }
}

public import SystemPackage

/// Settings of the whole farm.
public struct FarmSettings: Sendable, Hashable {
    /// The root of the public tree, `[output] public`.
    public var publicTree: FilePath
    /// The root of the private tree, `[output] private`.
    public var privateTree: FilePath
    /// The root of the scratch tree, `[output] temp`.
    public var temporaryTree: FilePath
    /// The URL of the public tree without a trailing slash, `[output] webroot`.
    public var webRoot = "http://localhost/dumps"
    /// The name of the site-wide index page, `[output] index`.
    public var indexName = "index.html"
    /// The name of each run's page, `[output] perdumpindex`.
    public var runIndexName = "index.html"
    /// The folder with templates that replace the built-in ones, `[output] templatedir`; nil for none.
    public var templateDirectory: FilePath?
    /// The heading of the site-wide index page, `[output] sitetitle`.
    public var siteTitle = "Wiki dumps"
    /// What readers are told about the dumps on every page, `[output] about`; empty for nothing.
    public var about = ""
    /// What readers are told about the licence of the content, `[output] licence`; empty for nothing.
    public var licence = ""
    /// The file that the monitor writes for Prometheus, `[output] metricsfile`; nil for none.
    public var metricsFile: FilePath?
    /// The permission bits of status and index files, `[output] fileperms`.
    public var filePermissions: UInt16 = 0o644
    /// The number of seconds after which an untouched lock is stale, `[reporting] staleage`.
    public var staleAge: Int64 = 3600
    /// The age in seconds at which the newest complete run of a wiki is late, `[reporting] lateage`; 0 for never.
    public var lateAge: Int64 = 3_024_000
    /// The name of a run's log in its private folder, `[output] logfile`.
    public var logName = "dumplog.txt"
    /// How failures are reported by mail, section `[reporting]`.
    package var mail = MailSettings()
    /// Whether wikis are taken in the order of the list instead of by age, `[misc] fixeddumporder`.
    public var fixedDumpOrder = false

    /// Makes settings with the default of every option that has one.
    public init(publicTree: FilePath, privateTree: FilePath, temporaryTree: FilePath) {
        self.publicTree = publicTree
        self.privateTree = privateTree
        self.temporaryTree = temporaryTree
    }

    static let indexJSONName = "index.json"
    /// The names of the files of a farm in the public tree, besides its pages.
    static let fileNames: Set = [
        indexJSONName, "status.json", "atom.xml", "feed.json", "robots.txt", "sitemap.xml", "favicon.svg",
    ]
    /// The name of the page of a wiki, in its folder.
    static let wikiIndexName = "index.html"

    /// The name of the index page for an order: `index.html` by date, `index-bydb.html` by name.
    package func indexName(_ order: SiteRecord.Order) -> String {
        switch order {
        case .date: return indexName
        case .name:
            guard let dot = indexName.lastIndex(of: "."), dot > indexName.startIndex else { return indexName + "-bydb" }
            return indexName[..<dot] + "-bydb" + indexName[dot...]
        }
    }
}

/// How failures are reported by mail, section `[reporting]`.
package struct MailSettings: Sendable, Hashable {
    /// The recipients, `adminmail`; empty for no mail.
    package var recipients: [String] = []
    /// The sender, `mailfrom`.
    package var sender = "root@localhost"
    /// The mail server, `smtpserver`: a name, a URL that begins with `smtp://` or `smtps://`, or the path of a program that
    /// works like sendmail.
    package var server = "localhost"
    /// A file in netrc format with the password for the server, `smtpcredentials`; nil for none.
    package var credentials: FilePath?

    /// Makes settings without recipients, so that no mail is sent.
    package init() {}

    /// The local mail program, if the server setting names one.
    var program: FilePath? { server.hasPrefix("/") ? FilePath(server) : nil }
}

extension FarmSettings {
    /// An error saying that a private wiki has runs in the public tree; nil if it has none.
    ///
    /// When a wiki becomes private, its runs stay where they are. Only a person may decide what to do with them.
    /// - Throws: ``DumpError`` with code `fileSystem` or `permission` if the folder cannot be read.
    func exposure(of wiki: WikiName, on fileSystem: FileSystem) throws(DumpError) -> DumpError? {
        let folder = publicTree.appending(wiki.description)
        guard try !RunDirectories(root: folder, on: fileSystem).dates().isEmpty else { return nil }
        return DumpError(
            .configuration, "the private wiki \(wiki) has runs in the public tree, in \(folder)",
            remedy: "move the folders in it to \(privateTree.appending(wiki.description)), or remove it")
    }
}

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
    /// Name of the log file in the private folder of a run, `[output] logfile`.
    public var logName: String
    /// Permission bits of status and index files, `[output] fileperms`.
    public var filePermissions: UInt16
    /// A lock that was not touched for this many seconds is stale, `[reporting] staleage`.
    public var staleAge: Int64
    /// Take wikis in the order of the list and not by age, `[misc] fixeddumporder`.
    public var fixedDumpOrder: Bool

    /// Makes settings with the defaults of every option that has one.
    public init(publicTree: FilePath, privateTree: FilePath, temporaryTree: FilePath) {
        self.publicTree = publicTree
        self.privateTree = privateTree
        self.temporaryTree = temporaryTree
        webRoot = "http://localhost/dumps"
        indexName = "index.html"
        runIndexName = "index.html"
        templateDirectory = nil
        logName = "dumplog.txt"
        filePermissions = 0o644
        staleAge = 3600
        fixedDumpOrder = false
    }
}

/// What holds for one wiki.
public struct WikiSettings: Sendable, Hashable {
    /// How many older runs to keep, `[cleanup] keep`.
    public var keep: Int
    /// Whether to write the multistream articles file and its index, `[otherformats] multistream`.
    public var multistream: Bool
    /// Jobs that are left out of the job list altogether, `[misc] skipjobs`.
    public var skippedJobs: [String]
    /// Where the content comes from, `[source]`.
    public var source: SourceSettings
    /// Table jobs from the YAML list, in order.
    public var tableJobs: [TableJobDefinition]
    /// API jobs from the YAML list, in order.
    public var apiJobs: [APIJobDefinition]

    /// Makes settings with the defaults of every option that has one.
    public init(source: SourceSettings) {
        keep = 3
        multistream = false
        skippedJobs = ["sitelistdump"]
        self.source = source
        tableJobs = []
        apiJobs = []
    }
}

/// Where the content of a wiki comes from, section `[source]`.
public struct SourceSettings: Sendable, Hashable {
    /// The kind of place.
    public enum Kind: String, Sendable, CaseIterable {
        /// A MediaWiki database in an SQLite file.
        case sqlite
    }

    /// What to write of revisions and log entries with hidden parts.
    public enum HiddenDetails: String, Sendable, CaseIterable {
        /// Neither text, size nor hash of anything hidden appears.
        case withhold
        /// What MediaWiki's own export writes: size and hash appear, and the text of a hidden current revision.
        case mediawiki
    }

    /// The kind of place.
    public var kind: Kind
    /// The SQLite file.
    public var databasePath: FilePath
    /// A file with the answer of the wiki's `meta=siteinfo` API.
    public var siteInfoPath: FilePath
    /// What to write of hidden parts.
    public var hiddenDetails: HiddenDetails
    /// A folder for what does not fit into memory while a big wiki is read; nothing in it has a name or outlives us.
    public var scratch: FilePath = "/var/tmp"

    /// Makes the settings of an SQLite source.
    public init(databasePath: FilePath, siteInfoPath: FilePath, hiddenDetails: HiddenDetails = .withhold) {
        kind = .sqlite
        self.databasePath = databasePath
        self.siteInfoPath = siteInfoPath
        self.hiddenDetails = hiddenDetails
    }
}

/// One table to dump, from the tables YAML.
public struct TableJobDefinition: Sendable, Hashable {
    /// The SQL name of the table, without prefix; also the base of the file name.
    public var table: String
    /// The job name, ending in `table`.
    public var job: String
    /// What the run page says about it.
    public var description: String
    /// Whether the file belongs into the private tree.
    public var isPrivate: Bool

    /// Makes a definition; `table` is appended to the job name unless it ends so.
    public init(table: String, job: String, description: String, isPrivate: Bool = false) {
        self.table = table
        self.job = job.hasSuffix("table") ? job : job + "table"
        self.description = description
        self.isPrivate = isPrivate
    }
}

/// One siteinfo request to dump, from the API YAML.
public struct APIJobDefinition: Sendable, Hashable {
    /// The job name; the file is called `siteinfo-JOB` or `siteinfo2-JOB`.
    public var job: String
    /// What the run page says about it.
    public var description: String
    /// The `siprop` properties asked for.
    public var properties: [String]
    /// 1 or 2.
    public var formatVersion: Int

    /// Makes a definition.
    public init(job: String, description: String, properties: [String], formatVersion: Int) {
        self.job = job
        self.description = description
        self.properties = properties
        self.formatVersion = formatVersion
    }
}

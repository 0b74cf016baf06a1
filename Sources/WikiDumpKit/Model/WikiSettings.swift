import SystemPackage

/// What holds for one wiki.
public struct WikiSettings: Sendable, Hashable {
    /// How many older runs to keep, `[cleanup] keep`.
    public var keep: Int
    /// Whether and how content is written in pieces, `[chunks]`.
    var parts = PartSettings()
    /// Whether and how several processes share its history, `[chunks]`.
    var batches = BatchSettings()
    /// Whether to write the multistream articles file and its index, `[otherformats] multistream`.
    public var multistream: Bool
    /// Jobs that are left out of the job list altogether, `[misc] skipjobs`.
    public var skippedJobs: [String]
    /// Where the content comes from, `[source]`.
    public var source: SourceSettings
    /// Table jobs from the YAML list, in order.
    var tableJobs: [TableJobDefinition]
    /// API jobs from the YAML list, in order.
    var apiJobs: [APIJobDefinition]
    /// The operator's own jobs from the YAML list, in order.
    var customJobs: [CustomJobDefinition] = []
    /// Whether the wiki is in `[wiki] flowlist`.
    public var usesFlow = false
    /// The programs that jobs start, `[tools]`.
    package var tools = ToolPaths()
    /// How often a command that failed is tried again, `[misc] maxretries`.
    public var maximumRetries = 3
    /// Seconds before a run that failed is tried again in the same night, `[misc] failedwait`.
    public var failedWait = 600
    /// How much of a file may be missing, `[misc] maxdamaged`.
    var damageLimit = DamageLimit()

    /// Makes settings with the defaults of every option that has one.
    public init(source: SourceSettings = SourceSettings()) {
        keep = 3
        multistream = false
        skippedJobs = ["sitelistdump"]
        self.source = source
        tableJobs = []
        apiJobs = []
    }
}

/// The programs that some jobs start, section `[tools]`.
package struct ToolPaths: Sendable, Hashable {
    /// Asks web servers.
    package var curl = "/usr/bin/curl"
    /// Writes 7z files; empty for none.
    var sevenZip = "/bin/7za"

    /// The usual paths.
    init() {}

    /// Where a program stands that no configuration names: packages call some of them by several names.
    static let places: [String: [FilePath]] = [
        "curl": ["/usr/bin/curl"],
        "php": ["/usr/bin/php"],
        "sevenzip": ["/bin/7za", "/usr/bin/7z", "/usr/bin/7zz", "/usr/bin/7zr"],
    ]
}

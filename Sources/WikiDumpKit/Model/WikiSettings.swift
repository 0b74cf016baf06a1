import SystemPackage

/// Settings of one wiki.
public struct WikiSettings: Sendable, Hashable {
    /// The number of older runs to keep, `[cleanup] keep`.
    public var keep = 3
    var parts = PartSettings()
    /// Whether and how several processes share the wiki's history, `[chunks]`.
    var batches = BatchSettings()
    /// Whether to write the multistream articles file and its index, `[otherformats] multistream`.
    public var multistream = false
    /// Jobs that are removed from the job list, `[misc] skipjobs`.
    public var skippedJobs = ["sitelistdump"]
    /// Where the content comes from, `[source]`.
    public var source: SourceSettings
    /// The table jobs from the YAML list, in order.
    var tableJobs: [TableJobDefinition] = []
    /// The API jobs from the YAML list, in order.
    var apiJobs: [APIJobDefinition] = []
    /// The operator's own jobs from the YAML list, in order.
    var customJobs: [CustomJobDefinition] = []
    /// Whether the wiki is in `[wiki] flowlist`.
    public var usesFlow = false
    /// The programs that jobs start, `[tools]`.
    package var tools = ToolPaths()
    /// How often a failed command is retried, `[misc] maxretries`.
    public var maximumRetries = 3
    /// Seconds before a failed run is retried in the same night, `[misc] failedwait`.
    public var failedWait = 600
    /// How much may be missing from a file, `[misc] maxdamaged`.
    var damageLimit = DamageLimit()

    /// Makes settings with the default of every option that has one.
    public init(source: SourceSettings = SourceSettings()) { self.source = source }
}

/// The programs that some jobs start, section `[tools]`.
package struct ToolPaths: Sendable, Hashable {
    /// The program that sends web requests.
    package var curl = "/usr/bin/curl"
    /// The program that writes 7z files; empty for none.
    var sevenZip = "/bin/7za"

    /// The places to look for a program that no configuration names. Packages install some programs under different names.
    static let places: [String: [FilePath]] = [
        "curl": ["/usr/bin/curl"],
        "php": ["/usr/bin/php"],
        "sevenzip": ["/bin/7za", "/usr/bin/7z", "/usr/bin/7zz", "/usr/bin/7zr"],
    ]
}

/// One table to dump, from the tables YAML.
struct TableJobDefinition: Sendable, Hashable {
    /// The SQL name of the table, without prefix; also the base of the file name.
    var table: String
    /// The job name, ending in `table`.
    var job: String
    /// What the run page says about it.
    var description: String
    /// Whether the file belongs into the private tree.
    var isPrivate: Bool

    /// Makes a definition; `table` is appended to the job name unless it ends so.
    init(table: String, job: String, description: String, isPrivate: Bool = false) {
        self.table = table
        self.job = job.hasSuffix("table") ? job : job + "table"
        self.description = description
        self.isPrivate = isPrivate
    }
}

/// One siteinfo request to dump, from the API YAML.
struct APIJobDefinition: Sendable, Hashable {
    /// The job name; the file is called `siteinfo-JOB` or `siteinfo2-JOB`.
    var job: String
    /// What the run page says about it.
    var description: String
    /// The `siprop` properties asked for.
    var properties: [String]
    /// 1 or 2.
    var formatVersion: Int

    /// Makes a definition.
    init(job: String, description: String, properties: [String], formatVersion: Int) {
        self.job = job
        self.description = description
        self.properties = properties
        self.formatVersion = formatVersion
    }

    /// What is asked for.
    var request: SiteInfoRequest { SiteInfoRequest(properties: properties, formatVersion: formatVersion) }
}

extension APIJobDefinition {
    /// The jobs there are unless a file says otherwise.
    static let builtIn: [APIJobDefinition] = [
        ("namespaces", "Namespaces, their other names, and magic words.", 1),
        ("namespacesv2", "Namespaces, their other names, and magic words, in the newer JSON format.", 2),
    ].map {
        APIJobDefinition(
            job: $0.0, description: $0.1, properties: ["namespaces", "namespacealiases", "magicwords", "general"],
            formatVersion: $0.2)
    }
}

/// A table to dump, from the YAML file of tables.
struct TableJobDefinition: Sendable, Hashable {
    /// The SQL name of the table without the prefix. It is also the base of the file name.
    var table: String
    /// The job name, ending in `table`.
    var job: String
    /// What the run page says about it.
    var description: String
    /// Whether the file belongs in the private tree.
    var isPrivate: Bool

    /// Makes a definition. `table` is appended to the job name unless it already ends with it.
    init(table: String, job: String, description: String, isPrivate: Bool = false) {
        self.table = table
        self.job = job.hasSuffix("table") ? job : job + "table"
        self.description = description
        self.isPrivate = isPrivate
    }
}

/// A siteinfo request to dump, from the YAML file of API jobs.
struct APIJobDefinition: Sendable, Hashable {
    /// The job name. The file is called `siteinfo-JOB` or `siteinfo2-JOB`.
    var job: String
    /// What the run page says about it.
    var description: String
    /// The requested `siprop` properties.
    var properties: [String]
    /// The format of the answer: 1 or 2.
    var formatVersion: Int

    /// The request to the API.
    var request: SiteInfoRequest { SiteInfoRequest(properties: properties, formatVersion: formatVersion) }
}

extension APIJobDefinition {
    /// The default jobs, unless a file defines others.
    static let builtIn: [APIJobDefinition] = [
        ("namespaces", "Namespaces, their other names, and magic words.", 1),
        ("namespacesv2", "Namespaces, their other names, and magic words, in the newer JSON format.", 2),
    ].map {
        APIJobDefinition(
            job: $0.0, description: $0.1, properties: ["namespaces", "namespacealiases", "magicwords", "general"],
            formatVersion: $0.2)
    }
}

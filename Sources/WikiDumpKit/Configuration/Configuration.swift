public import SystemPackage

/// The contents of the configuration files: the settings of the farm and of each wiki, and the problems in the files.
///
/// ``ConfigurationLoader`` makes it. A configuration from ``ConfigurationLoader/load(_:)`` has no problem of severity
/// `error`. One from ``ConfigurationLoader/inspect(_:)`` may have some, and is only for display.
public struct Configuration: Sendable {
    /// The files that were read, in rising order of precedence.
    public let files: [FilePath]
    /// The section in `FILE:SECTION`; nil if none was named.
    public let overrideSection: String?
    /// The settings of the whole farm.
    public let farm: FarmSettings
    /// The wikis to dump, sorted bytewise.
    public let wikis: [WikiName]
    /// The wikis to dump, in the order of the list, for `fixeddumporder`.
    public let wikisInListOrder: [WikiName]
    /// All problems, by kind, file and line.
    public let problems: [ConfigurationProblem]

    /// What the trees of the farm lie on.
    public let fileSystem: FileSystem
    private let lookup: OptionLookup
    private let lists: WikiLists
    private let tableJobs: [TableJobDefinition]
    private let apiJobs: [APIJobDefinition]
    private let customJobs: [CustomJobDefinition]

    /// Makes a configuration.
    /// - Parameters:
    ///   - reading: Problems with files that could be skipped.
    ///   - looksAround: Whether to check the files and folders that the options name.
    init(
        document: INIDocument, files: [FilePath], overrideSection: String?, workingDirectory: FilePath,
        fileSystem: FileSystem, reading: [ConfigurationProblem] = [], looksAround: Bool = false
    ) {
        lookup = OptionLookup(
            document: document, overrideSection: overrideSection, workingDirectory: workingDirectory)
        self.files = files
        self.fileSystem = fileSystem
        self.overrideSection = overrideSection
        lists = WikiLists(lookup, on: fileSystem)
        wikisInListOrder = lists.wikis
        wikis = lists.wikis.sorted()
        farm = FarmSettings(lookup)
        let tables = TableJobList(
            lookup.path("wiki", "tablejobs"), place: lookup.place("wiki", "tablejobs"), on: fileSystem)
        let requests = APIJobList(
            lookup.path("wiki", "apijobs"), place: lookup.place("wiki", "apijobs"), on: fileSystem)
        tableJobs = tables.jobs
        apiJobs = requests.jobs
        let custom = CustomJobList(
            lookup.path("wiki", "customjobs"), place: lookup.place("wiki", "customjobs"), on: fileSystem,
            others: JobList.everything(tables: tables.jobs, requests: requests.jobs))
        customJobs = custom.jobs
        let check = DocumentCheck(lookup: lookup, wikis: lists.allNames)
        let consistency = ConsistencyCheck(lookup: lookup, lists: lists, farm: farm, fileSystem: fileSystem)
        let installation = InstallationCheck(lookup: lookup, lists: lists, farm: farm, fileSystem: fileSystem)
        problems =
            reading + check.problems() + lists.problems + tables.problems + requests.problems
            + custom.problems + consistency.problems()
            + ToolCheck(lookup: lookup, lists: lists, farm: farm).problems()
            + (looksAround ? installation.problems() : [])
    }

    /// The problems that every user of the configuration must be told: the warnings, and notes about the lists of wikis and
    /// the programs of this machine. Other notes are only for those who look for mistakes.
    public var notices: [ConfigurationProblem] {
        let own = Set(files.map(\.string))
        return problems.filter { problem in
            problem.severity == .warning || problem.severity == .note && problem.file.map { !own.contains($0) } ?? true
        }
    }

    /// Where an option is set; nil if it is not set.
    func place(of key: String, in section: String) -> INIDocument.Place? { lookup.place(section, key) }

    /// Whether everything of a wiki belongs in the private tree.
    public func isPrivate(_ wiki: WikiName) -> Bool { lists.isPrivate(wiki) }

    /// Whether a wiki is closed.
    public func isClosed(_ wiki: WikiName) -> Bool { lists.closedWikis.contains(wiki) }

    /// The settings of a wiki.
    ///
    /// A wiki without a database or siteinfo file gets empty paths, which are never read.
    public func settings(for wiki: WikiName) -> WikiSettings {
        var settings = WikiSettings(source: SourceSettings(lookup, wiki: wiki))
        settings.keep = Int(lookup.integer("cleanup", "keep", wiki: wiki))
        settings.parts = PartSettings(lookup, wiki: wiki)
        settings.batches = BatchSettings(lookup, wiki: wiki)
        settings.multistream = lookup.integer("otherformats", "multistream", wiki: wiki) != 0
        settings.skippedJobs = lookup.list("misc", "skipjobs", wiki: wiki)
        settings.tableJobs = tableJobs
        settings.apiJobs = apiJobs
        settings.customJobs = customJobs
        settings.usesFlow = lists.flowWikis.contains(wiki)
        settings.source.siteInfoRequests = apiJobs.map(\.request)
        settings.tools = ToolPaths(lookup)
        settings.damageLimit = DamageLimit(lookup.text("misc", "maxdamaged", wiki: wiki)) ?? settings.damageLimit
        settings.failedWait = Int(clamping: lookup.integer("misc", "failedwait", wiki: wiki))
        settings.maximumRetries = Int(clamping: lookup.integer("misc", "maxretries", wiki: wiki))
        return settings
    }

    /// The value of every option, and where it was set.
    /// - Parameter wiki: The wiki whose values to return; nil for the values without wiki sections.
    package func effectiveValues(for wiki: WikiName? = nil) -> [EffectiveValue] {
        KnownOptions.all.map { option in
            let found = lookup.find(option, wiki: wiki)
            // An invalid value is shown as written. The problems say why it is invalid.
            let text = (try? lookup.parse(found, as: option, wiki: wiki))?.description ?? found.text
            let shown = option.kind == .secret && !text.isEmpty ? "***" : text
            return EffectiveValue(
                section: option.section, key: option.key,
                value: option.kind == .permissions ? Self.octal(shown) : shown,
                origin: found.place?.description ?? "built-in default", foundIn: found.section,
                unusedBecause: option.unusedBecause)
        }
    }

    private static func octal(_ text: String) -> String { Int(text).map { "0o" + String($0, radix: 8) } ?? text }
}

extension FarmSettings {
    init(_ lookup: OptionLookup) {
        // An empty path is reported by the consistency check. Nothing is ever written into the root directory.
        self.init(
            publicTree: lookup.path("output", "public") ?? "", privateTree: lookup.path("output", "private") ?? "",
            temporaryTree: lookup.path("output", "temp") ?? "")
        webRoot = lookup.text("output", "webroot")
        indexName = lookup.text("output", "index")
        logName = lookup.text("output", "logfile")
        mail = MailSettings(lookup)
        runIndexName = lookup.text("output", "perdumpindex")
        templateDirectory = lookup.path("output", "templatedir")
        filePermissions = UInt16(truncatingIfNeeded: lookup.integer("output", "fileperms"))
        siteTitle = lookup.text("output", "sitetitle")
        about = lookup.text("output", "about")
        licence = lookup.text("output", "licence")
        metricsFile = lookup.path("output", "metricsfile")
        lateAge = lookup.integer("reporting", "lateage")
        staleAge = lookup.integer("reporting", "staleage")
        fixedDumpOrder = lookup.integer("misc", "fixeddumporder") != 0
    }
}

extension ToolPaths {
    init(_ lookup: OptionLookup) {
        self.init()
        curl = lookup.tool("curl")?.string ?? curl
        sevenZip = lookup.tool("sevenzip")?.string ?? ""
    }
}

extension SourceSettings {
    init(_ lookup: OptionLookup, wiki: WikiName) {
        self.init(placeIn: lookup, wiki: wiki)
        texts = TextSettings(lookup, wiki: wiki, tablePrefix: tablePrefix)
        hiddenDetails = HiddenDetails(rawValue: lookup.text("source", "hiddendetails", wiki: wiki)) ?? .withhold
        sqlQuotes = SQLQuotes(rawValue: lookup.text("source", "sqlquotes", wiki: wiki)) ?? .doubled
        publicLogTypes = lookup.list("source", "publiclogs", wiki: wiki)
        api.curl = lookup.tool("curl")?.string ?? api.curl
        let agent = lookup.text("wiki", "useragent", wiki: wiki)
        api.userAgent = agent.isEmpty ? Program.userAgent(lookup.text("output", "webroot")) : agent
        mediaWiki.php = lookup.tool("php") ?? mediaWiki.php
        producer = Producer(rawValue: lookup.text("source", "producer", wiki: wiki)) ?? .native
        mediaWiki.retries = Int(clamping: lookup.integer("misc", "maxretries", wiki: wiki))
        mediaWiki.retryWait = Int(clamping: lookup.integer("chunks", "retrywait", wiki: wiki))
        mediaWiki.hangLimit = Int(clamping: lookup.integer("source", "hanglimit", wiki: wiki))
        mediaWiki.prefersSevenZip = lookup.integer("misc", "sevenzipprefetch", wiki: wiki) != 0
        mediaWiki.timeLimit = Int(clamping: lookup.integer("source", "timelimit", wiki: wiki))
    }

    /// Makes settings of only the location of the content. The checks of a large farm need no more than that for each wiki.
    init(placeIn lookup: OptionLookup, wiki: WikiName) {
        self.init(
            databasePath: lookup.path("source", "databasepath", wiki: wiki) ?? "",
            siteInfoPath: lookup.path("source", "siteinfo", wiki: wiki) ?? "")
        mediaWiki.directory = lookup.path("wiki", "dir", wiki: wiki)
        mediaWiki.multiversion = lookup.path("wiki", "multiversion", wiki: wiki)
        api = APISettings(
            address: OptionValue.replace(
                "{wiki}", by: wiki.description, in: lookup.text("wiki", "apiaddress", wiki: wiki)),
            host: OptionValue.replace("{wiki}", by: wiki.description, in: lookup.text("wiki", "apihost", wiki: wiki)))
        kind = Kind(rawValue: lookup.text("source", "contentsource", wiki: wiki)) ?? .sqlite
        tablePrefix = OptionValue.replace(
            "{wiki}", by: wiki.description, in: lookup.text("source", "tableprefix", wiki: wiki))
        guard kind == .mariadb else { return }
        mariaDB = MariaDBAddress(lookup, wiki: wiki)
    }
}

extension MariaDBAddress {
    init(_ lookup: OptionLookup, wiki: WikiName) {
        self.init(
            database: OptionValue.replace(
                "{wiki}", by: wiki.description, in: lookup.text("source", "databasename", wiki: wiki)),
            host: lookup.text("source", "databasehost", wiki: wiki),
            port: Int(clamping: lookup.integer("source", "databaseport", wiki: wiki)),
            socket: lookup.path("source", "databasesocket", wiki: wiki),
            optionFile: lookup.path("database", "client_config_file", wiki: wiki))
    }
}

extension MailSettings {
    init(_ lookup: OptionLookup) {
        let names = lookup.text("reporting", "adminmail").split { $0 == "," || $0.isWhitespace }.map(String.init)
        recipients = names.contains("nomail") ? [] : names
        sender = lookup.text("reporting", "mailfrom")
        server = lookup.text("reporting", "smtpserver")
        credentials = lookup.path("reporting", "smtpcredentials").flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension OptionLookup {
    /// The path of a program: the configured one, or else the first usual place that has it. nil if it is nowhere, or is
    /// configured as empty.
    func tool(_ name: String) -> FilePath? {
        if place("tools", name) != nil { return path("tools", name) }
        return ToolPaths.places[name]?.first(where: FileSystem.real.isProgram)
    }
}

/// The effective value of an option, and where it was set.
package struct EffectiveValue: Sendable, Hashable, Codable {
    /// The section that the option belongs to.
    package let section: String
    /// The name of the option in lower case.
    package let key: String
    /// The value, with placeholders replaced, absolute paths, and `***` for secrets.
    package let value: String
    /// `FILE:LINE`, or `built-in default`.
    package let origin: String
    /// The section where the value was found; nil for a default. It differs from ``section`` if a wiki's own section or the
    /// override section sets the option.
    package let foundIn: String?
    /// Why the option has no effect in this version; nil if it has an effect.
    package let unusedBecause: String?
}

extension PartSettings {
    init(_ lookup: OptionLookup, wiki: WikiName) {
        func number(_ key: String) -> Int64 { lookup.integer("chunks", key, wiki: wiki) }
        isEnabled = number("chunksenabled") != 0
        pages = Sizes(lookup.list("chunks", "pagesperchunkhistory", wiki: wiki)) ?? .one
        let logCount = number("chunksforpagelogs")
        logEntries =
            logCount > 0
            ? .count(Int(clamping: logCount))
            : Sizes(lookup.list("chunks", "logitemsperpagelogs", wiki: wiki)) ?? .one
        usesRanges = number("checkpointtime") != 0
        revisionsPerRange = max(1, number("revsperjob"))
        bytesPerRange = max(1, number("maxrevbytes"))
        recombinesCurrent = number("recombinemetacurrent") != 0
        recombinesHistory = number("recombinehistory") != 0
    }
}

extension BatchSettings {
    init(_ lookup: OptionLookup, wiki: WikiName) {
        isEnabled = lookup.integer("chunks", "contentbatchesenabled", wiki: wiki) != 0
        pause = lookup.integer("chunks", "testsleep", wiki: wiki)
        staleAge = lookup.integer("reporting", "batchjobsstaleage")
        for case .number(let job, let count) in lookup.list("chunks", "jobsperbatch", wiki: wiki).map(Entry.init)
        where job == JobList.metaHistory.name { rangesPerBatch = count }
    }

    /// A word of `jobsperbatch`.
    enum Entry {
        /// The most pieces in a batch of a job.
        case number(job: String, Int)
        /// An invalid word.
        case nonsense

        init(_ word: String) {
            let sides = word.split(separator: "=", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
            if sides.count == 2, !sides[0].isEmpty, let count = Int(sides[1]), count > 0 {
                self = .number(job: sides[0], count)
            } else {
                self = .nonsense
            }
        }
    }
}

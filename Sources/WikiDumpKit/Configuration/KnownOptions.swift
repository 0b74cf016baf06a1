/// Every option that exists or existed. Old options are listed so that old configuration files are understood.
package enum KnownOptions {
    /// The options, section by section.
    package static let all: [OptionDefinition] =
        wiki + output + reporting + database + tools + cleanup + chunks + others + source

    /// The names of the sections that options belong to, in the order of the table.
    package static let sections: [String] = all.reduce(into: []) { names, option in
        if names.last != option.section { names.append(option.section) }
    }

    private static let bySection: [String: [String: OptionDefinition]] = Dictionary(grouping: all, by: \.section)
        .mapValues { Dictionary($0.map { ($0.key, $0) }) { first, _ in first } }
    private static let byKey: [String: [OptionDefinition]] = Dictionary(grouping: all, by: \.key)

    /// The option with a name in a section; nil if there is none.
    package static func option(_ key: String, in section: String) -> OptionDefinition? { bySection[section]?[key] }

    /// The options with a name, in any section.
    package static func options(named key: String) -> [OptionDefinition] { byKey[key] ?? [] }

    /// Whether the dump scripts that this program replaces had the option. They had no section `[source]`.
    static func isOfOldScripts(_ option: OptionDefinition) -> Bool {
        option.section != "source" && !addedKeys.contains(option.key)
    }

    private static let addedKeys: Set = [
        "customjobs", "apiaddress", "apihost", "useragent", "smtpcredentials", "curl", "failedwait", "maxdamaged",
        "sitetitle", "about", "licence", "metricsfile", "lateage",
    ]

    private static let anyCount: ClosedRange<Int64> = 0...Int64.max

    // The functions below keep the table readable: one or two lines for each option.

    private static func used(
        _ section: String, _ key: String, _ kind: OptionDefinition.Kind, _ level: OptionDefinition.Level,
        _ defaultValue: String, _ meaning: String
    ) -> OptionDefinition {
        OptionDefinition(
            section: section, key: key, kind: kind, level: level, defaultValue: defaultValue, meaning: meaning,
            unusedBecause: nil)
    }

    private static func unused(
        _ section: String, _ key: String, _ kind: OptionDefinition.Kind, _ level: OptionDefinition.Level,
        _ defaultValue: String, _ meaning: String, because reason: String
    ) -> OptionDefinition {
        OptionDefinition(
            section: section, key: key, kind: kind, level: level, defaultValue: defaultValue, meaning: meaning,
            unusedBecause: reason)
    }

    private static let noMediaWiki = "content is read without MediaWiki's scripts"
    private static let noClient = "content is read without a database client"
    private static let noTool = "no outside program is started for this"
    private static let noDump = "tables are read from the database and written without mysqldump"
    private static let neverRead = "no version of the dump scripts ever read it"

    private static let wiki: [OptionDefinition] = [
        used("wiki", "dblist", .path, .override, "", "file with the names of the wikis to dump, one per line"),
        used("wiki", "skipdblist", .pathList, .override, "", "files with names of wikis to leave out"),
        used("wiki", "privatelist", .path, .override, "", "file with the wikis whose output is all private"),
        used("wiki", "closedlist", .path, .override, "", "file with the wikis that are closed"),
        used("wiki", "flowlist", .path, .override, "", "file with the wikis that use Flow"),
        used(
            "wiki", "dir", .path, .wiki, "", "folder of MediaWiki; its PHP is asked for facts about the wiki"),
        used(
            "wiki", "tablejobs", .path, .override, "",
            "YAML file with the table jobs, or with changes to the built-in list; empty for the built-in list"),
        used("wiki", "apijobs", .path, .override, "", "YAML file with the API jobs; empty for the built-in list"),
        used("wiki", "customjobs", .path, .override, "", "YAML file with jobs of your own; empty for none"),
        used(
            "wiki", "apiaddress", .text, .wiki, "",
            "address of api.php, which is asked for facts about the wiki if its PHP cannot be; {wiki} stands for its name"
        ),
        used(
            "wiki", "apihost", .text, .wiki, "",
            "host name to ask for, if apiaddress names a machine instead of the wiki"),
        used(
            "wiki", "useragent", .text, .wiki, "",
            "user agent of requests to the API; empty for dumpctl, its version and webroot"),
        used("wiki", "multiversion", .path, .global, "", "folder of MWScript.php"),
    ]

    private static let output: [OptionDefinition] = [
        used("output", "public", .path, .override, "/dumps/public", "root of the public tree, which everybody may see"),
        used(
            "output", "private", .path, .override, "/dumps/private",
            "root of the private tree: locks, logs and private wikis"),
        used("output", "temp", .path, .override, "/dumps/temp", "folder for scratch files"),
        used("output", "webroot", .url, .override, "http://localhost/dumps", "web address of the public tree"),
        used("output", "index", .fileName, .override, "index.html", "file name of the index page of all wikis"),
        used("output", "templatedir", .path, .override, "", "folder with templates that replace built-in ones"),
        used("output", "perdumpindex", .fileName, .override, "index.html", "file name of the page of a run"),
        used(
            "output", "logfile", .fileName, .override, "dumplog.txt",
            "file name of the log of a run, in its private folder"),
        used("output", "fileperms", .permissions, .override, "0o644", "mode of status and index files"),
        used("output", "sitetitle", .text, .override, "Wiki dumps", "heading of the index page of all wikis"),
        used("output", "about", .text, .override, "", "what every page tells about the dumps; empty for nothing"),
        used(
            "output", "licence", .text, .override, "",
            "what every page tells about the licence of the content; empty for nothing"),
        used(
            "output", "metricsfile", .path, .override, "",
            "file with metrics for Prometheus, which the monitor writes, such as dumps.prom in the folder of node_exporter; empty for none"
        ),
    ]

    private static let reporting: [OptionDefinition] = [
        used(
            "reporting", "adminmail", .text, .global, "nomail",
            "addresses that get mail about failures; nomail for none"),
        used("reporting", "mailfrom", .text, .global, "root@localhost", "sender of that mail"),
        used(
            "reporting", "smtpserver", .text, .global, "localhost",
            "mail server: a name, an smtp:// or smtps:// address, or the path of a sendmail program"),
        used(
            "reporting", "smtpcredentials", .path, .global, "",
            "netrc file with the password for the mail server; empty for none"),
        used(
            "reporting", "staleage", .integer(60...Int64(Int32.max)), .global, "3600",
            "seconds without a refresh until a lock counts as stale"),
        used(
            "reporting", "lateage", .integer(0...Int64(Int32.max)), .global, "3024000",
            "seconds after which a wiki without a new complete run is late; 0 for never"),
        used(
            "reporting", "batchjobsstaleage", .integer(60...Int64(Int32.max)), .global, "3600",
            "seconds without a refresh until a claimed batch counts as stale"),
        unused(
            "reporting", "skipprivatetables", .flag, .global, "0", "was meant to skip private tables",
            because: neverRead),
    ]

    private static let database: [OptionDefinition] = [
        unused("database", "user", .secret, .global, "", "database user", because: neverRead),
        unused("database", "password", .secret, .global, "", "database password", because: neverRead),
        unused(
            "database", "max_allowed_packet", .text, .wiki, "16M", "largest packet that mysqldump accepts",
            because: noDump),
        used(
            "database", "client_config_file", .path, .global, "",
            "option file of MariaDB: its section [client] gives user and password, and whatever [source] does not set"),
    ]

    private static let tools: [OptionDefinition] = [
        ("php", "/usr/bin/php"), ("gzip", "/usr/bin/gzip"), ("bzip2", "/usr/bin/bzip2"), ("lbzip2", "/usr/bin/lbzip2"),
        ("sevenzip", "/bin/7za"), ("curl", "/usr/bin/curl"), ("dd", "/bin/dd"), ("mysql", "/usr/bin/mysql"),
        ("mysqldump", "/usr/bin/mysqldump"),
        ("head", "/usr/bin/head"), ("tail", "/usr/bin/tail"), ("cat", "/bin/cat"), ("grep", "/bin/grep"),
        ("checkforbz2footer", "/usr/local/bin/checkforbz2footer"),
        ("dumplastbz2block", "/usr/local/bin/dumplastbz2block"),
        ("writeuptopageid", "/usr/local/bin/writeuptopageid"), ("revsperpage", "/usr/local/bin/revsperpage"),
        ("recompressxml", "/usr/local/bin/recompressxml"),
    ].map { name, path in
        startedTools.contains(name)
            ? used("tools", name, .path, .global, path, "path of \(name)")
            : unused(
                "tools", name, .path, .global, path, "path of \(name)",
                because: name == "mysqldump" ? noDump : noTool)
    }
    private static let startedTools: Set = ["curl", "php", "sevenzip"]

    private static let cleanup: [OptionDefinition] = [
        used("cleanup", "keep", .integer(0...Int64(Int32.max)), .wiki, "3", "how many older runs to keep")
    ]

    private static let chunks: [OptionDefinition] = [
        used("chunks", "chunksenabled", .flag, .wiki, "0", "write content in numbered parts"),
        used(
            "chunks", "pagesperchunkhistory", .list, .wiki, "0",
            "how many page ids each part has, the last part being open-ended; a single number for parts of that size"),
        unused("chunks", "revsperchunkhistory", .list, .wiki, "0", "revisions of each part", because: neverRead),
        used("chunks", "recombinemetacurrent", .flag, .wiki, "1", "join the pieces of the current revisions"),
        used("chunks", "recombinehistory", .flag, .wiki, "1", "join the pieces of the history"),
        used("chunks", "checkpointtime", .flag, .wiki, "0", "write page texts as files of page ranges"),
        used(
            "chunks", "chunksforpagelogs", .integer(0...Int64(PartSettings.mostParts)), .wiki, "0",
            "how many parts the log has"),
        used(
            "chunks", "logitemsperpagelogs", .list, .wiki, "0",
            "how many log ids each part has, the last part being open-ended; a single number for parts of that size"),
        used(
            "chunks", "jobsperbatch", .list, .wiki, "",
            "most page ranges in a batch, written metahistorybz2dump=N; without it, as many as there are parts"),
        used(
            "chunks", "revsperjob", .integer(1...Int64.max), .wiki, "1000000",
            "most revisions in a page range of the history; for other files, most page ids in a range"),
        used(
            "chunks", "retrywait", .integer(0...86_400), .wiki, "30",
            "seconds before a failed script of MediaWiki is run again, doubled each time"),
        unused(
            "chunks", "revsmargin", .integer(anyCount), .wiki, "100", "tolerance when looking for the end of a range",
            because: "the revisions of a range are counted"),
        used(
            "chunks", "maxrevbytes", .integer(1...Int64.max), .wiki, "35000000000",
            "most bytes of text in a page range of the history"),
        unused("chunks", "lbzip2threads", .text, .wiki, "0", "threads of lbzip2", because: noTool),
        unused(
            "chunks", "revinfostash", .flag, .wiki, "0", "count revisions beforehand",
            because: "the database is asked for counts"),
        used("chunks", "testsleep", .integer(0...86_400), .wiki, "0", "seconds to sleep between batches"),
        used(
            "chunks", "contentbatchesenabled", .flag, .wiki, "0",
            "let several processes share the page ranges of the history"),
    ]

    private static let others: [OptionDefinition] = [
        used("otherformats", "multistream", .flag, .wiki, "0", "write the multistream articles file and its index"),
        unused("query", "queryfile", .path, .global, "wikiquery.sql", "query for all wikis", because: noClient),
        unused("stubs", "minpages", .integer(anyCount), .wiki, "1", "fewest pages per query", because: noMediaWiki),
        unused(
            "stubs", "maxrevs", .integer(anyCount), .wiki, "50000", "most revisions per query", because: noMediaWiki),
        used("misc", "fixeddumporder", .flag, .override, "0", "dump the wikis in the order of the list"),
        used(
            "misc", "sevenzipprefetch", .flag, .override, "0",
            "take texts from the 7z files of older runs, if there are any"),
        unused("misc", "lbzip2forhistory", .flag, .override, "0", "compress the history with lbzip2", because: noTool),
        used(
            "misc", "maxretries", .integer(0...100), .wiki, "3",
            "how often to retry reading the database or the wiki, and how often to retry a failed run in the same night"
        ),
        used(
            "misc", "failedwait", .integer(0...86_400), .wiki, "600",
            "seconds before a failed run is tried again in the same night; doubled each time"),
        used(
            "misc", "maxdamaged", .damageLimit, .wiki, "1%",
            "largest share of its items that a file may lack before it is withheld; a number beside it is a stricter limit"
        ),
        used("misc", "skipjobs", .list, .wiki, "sitelistdump", "jobs that are never done"),
    ]

    private static let source: [OptionDefinition] = [
        used(
            "source", "contentsource", .choice(SourceSettings.Kind.allCases.map(\.rawValue)), .wiki, "sqlite",
            "kind of database that the content is read from"),
        used(
            "source", "producer", .choice(SourceSettings.Producer.allCases.map(\.rawValue)), .wiki, "native",
            "what writes the exports: this program, or the scripts of MediaWiki"),
        used(
            "source", "hanglimit", .integer(0...Int64(Int32.max)), .wiki, "1800",
            "seconds without a sign of life after which a command is stopped, except commands of your own jobs; 0 for never"
        ),
        used(
            "source", "timelimit", .integer(0...Int64(Int32.max)), .wiki, "0",
            "seconds that a script of MediaWiki may take; 0 for no limit"),
        used("source", "databasepath", .wikiPath, .wiki, "", "SQLite file of a wiki; {wiki} stands for its name"),
        used(
            "source", "databasename", .text, .wiki, "{wiki}",
            "database of a wiki on a MariaDB server; {wiki} stands for its name"),
        used(
            "source", "databasehost", .text, .wiki, "",
            "host of the MariaDB server; empty for the one in client_config_file, or else this machine"),
        used("source", "databaseport", .integer(0...65_535), .wiki, "0", "port of that server; 0 for the default one"),
        used("source", "databasesocket", .path, .wiki, "", "socket of a MariaDB server on this machine"),
        used(
            "source", "tableprefix", .text, .wiki, "",
            "prefix of the names of all tables; {wiki} stands for the name of the wiki"),
        used(
            "source", "siteinfo", .wikiPath, .wiki, "",
            "file with the answer of the wiki's siteinfo API, for when the wiki cannot be asked; {wiki} stands for its name"
        ),
        used(
            "source", "legacyencoding", .text, .wiki, "",
            "encoding of texts without the flag utf-8, such as windows-1252; empty for what the wiki says"),
        used(
            "source", "externalstores", .list, .wiki, "",
            "external stores of texts: name, then host=, port=, socket=, database=, table= or file=; {wiki} stands for the name of the wiki"
        ),
        used(
            "source", "contentformats", .list, .wiki, "",
            "formats of content models that the program does not know: MODEL=FORMAT"),
        used(
            "source", "sqlquotes", .choice(SQLQuotes.allCases.map(\.rawValue)), .wiki, "doubled",
            "how quotes are written within SQL strings: doubled for every reader of SQL, or with a backslash as mysqldump does"
        ),
        used(
            "source", "hiddendetails", .choice(HiddenDetails.allCases.map(\.rawValue)), .wiki,
            "withhold",
            "what to write about hidden content: nothing, or the details that MediaWiki shows to everybody"),
        used(
            "source", "publiclogs", .list, .wiki, "",
            "types of log entries that anybody may see, besides those of MediaWiki; for when the wiki cannot be asked"),
    ]
}

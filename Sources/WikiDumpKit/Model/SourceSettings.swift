public import SystemPackage

/// Where the content of a wiki comes from, section `[source]`.
public struct SourceSettings: Sendable, Hashable {
    /// The kind of place.
    public enum Kind: String, Sendable, CaseIterable {
        /// A MediaWiki database in an SQLite file.
        case sqlite
        /// A MediaWiki database on a MariaDB server.
        case mariadb
    }

    /// What writes the exports.
    public enum Producer: String, Sendable, CaseIterable {
        /// This program, from the database.
        case native
        /// The maintenance scripts of MediaWiki, for texts that only PHP can read.
        case mediawiki
    }

    /// The kind of place.
    public var kind: Kind
    /// What writes the exports.
    public var producer = Producer.native
    /// The SQLite file.
    public var databasePath: FilePath
    /// The database on a MariaDB server.
    var mariaDB = MariaDBAddress(database: "")
    /// How texts stand between quotes in the SQL text of tables.
    var sqlQuotes = SQLQuotes.doubled
    /// What the names of all tables begin with.
    public var tablePrefix = ""
    /// How texts are stored.
    var texts = TextSettings()
    /// MediaWiki itself, if it is installed here.
    var mediaWiki = MediaWikiSettings()
    /// The wiki's API, `[wiki] apiaddress` and `apihost`.
    var api = APISettings()
    /// What the siteinfo jobs want to know of the wiki.
    var siteInfoRequests = APIJobDefinition.builtIn.map(\.request)
    /// A file with an answer of the wiki's `meta=siteinfo` API, for when the wiki itself cannot be asked; empty for none.
    public var siteInfoPath: FilePath
    /// What to write of hidden parts.
    public var hiddenDetails: HiddenDetails
    /// Types of log entries that anybody may see, `publiclogs`, where the wiki does not say what it restricts.
    public var publicLogTypes: [String] = []
    /// A folder for what does not fit into memory while a big wiki is read; nothing in it has a name or outlives us.
    public var scratch: FilePath = "/var/tmp"

    /// What is missing to open the source: names of options in the section `[source]`.
    var missingOptions: [String] {
        let database =
            kind == .sqlite ? (databasePath.isEmpty, "databasepath") : (mariaDB.database.isEmpty, "databasename")
        return [database, (siteInfoPath.isEmpty && !asksWiki, "siteinfo")].filter(\.0).map(\.1)
    }

    /// Whether something says how the wiki is asked what it is. Else a file has to say it.
    var asksWiki: Bool { !api.address.isEmpty || mediaWiki.directory != nil || mediaWiki.multiversion != nil }

    /// Makes the settings of an SQLite source.
    public init(
        databasePath: FilePath = "", siteInfoPath: FilePath = "", hiddenDetails: HiddenDetails = .withhold
    ) {
        kind = .sqlite
        self.databasePath = databasePath
        self.siteInfoPath = siteInfoPath
        self.hiddenDetails = hiddenDetails
    }
}

/// The API of a wiki, section `[wiki]`.
struct APISettings: Sendable, Hashable {
    /// The address of `api.php`; empty if the wiki is not asked.
    var address: String
    /// The name to ask the server for (the header `Host`), where the address is that of a machine; empty for the name in
    /// the address.
    var host: String

    /// The curl that asks, `[tools] curl`.
    var curl: String
    /// What the request says of who asks, `[wiki] useragent`.
    var userAgent: String

    /// Makes settings.
    init(
        address: String = "", host: String = "", curl: String = ToolPaths().curl,
        userAgent: String = Program.userAgent()
    ) {
        self.address = address
        self.host = host
        self.curl = curl
        self.userAgent = userAgent
    }
}

/// Where MediaWiki is installed, sections `[wiki]` and `[tools]`, and how its scripts are run.
struct MediaWikiSettings: Sendable, Hashable {
    /// The folder of MediaWiki; nil if it is not here.
    var directory: FilePath?
    /// The folder of `MWScript.php`; nil without one.
    var multiversion: FilePath?
    /// The PHP that runs its scripts.
    var php: FilePath = "/usr/bin/php"
    /// How often a script that failed is run again, `[misc] maxretries`.
    var retries = 3
    /// Seconds before it is run again, doubled each time, `[chunks] retrywait`.
    var retryWait = 30
    /// Seconds without a sign of life after which a script is stopped, `[source] hanglimit`; 0 for never.
    var hangLimit = 1800

    /// Seconds that a script may take; 0 for no limit, `[source] timelimit`.
    var timeLimit = 0

    /// Whether texts of an older dump are taken from 7z files rather than from bzip2 files, `[misc] sevenzipprefetch`.
    var prefersSevenZip = false

    /// Makes settings of a MediaWiki that is not here.
    init() {}
}

/// How the texts of a wiki are stored, as far as its database does not tell, section `[source]`.
struct TextSettings: Sendable, Hashable {
    /// The encoding of texts without the flag `utf-8`, `$wgLegacyEncoding` of the wiki; nil if nobody said.
    var legacyEncoding: String?
    /// The external stores, by the names that addresses call them by.
    var externalStores: [String: ExternalStore]
    /// The formats of content models that are not built in, or that the wiki has changed.
    var contentFormats: [String: String]

    /// Makes settings; without arguments, of a wiki that has nothing out of the ordinary.
    init(
        legacyEncoding: String? = nil, externalStores: [String: ExternalStore] = [:],
        contentFormats: [String: String] = [:]
    ) {
        self.legacyEncoding = legacyEncoding
        self.externalStores = externalStores
        self.contentFormats = contentFormats
    }
}

/// Where an external store of texts is: a table with the columns `blob_id` and `blob_text`.
struct ExternalStore: Sendable, Hashable {
    /// The database that the table is in.
    enum Database: Sendable, Hashable {
        /// A database on a MariaDB server.
        case mariadb(MariaDBAddress)
        /// An SQLite file.
        case sqlite(FilePath)
    }

    /// The database.
    var database: Database
    /// The name of the table, with its prefix.
    var table: String

    /// Makes the place of a store.
    init(database: Database, table: String = "blobs") {
        self.database = database
        self.table = table
    }
}

/// Where a wiki's database is on a MariaDB server.
///
/// There is no password here: the library of MariaDB reads it, with whatever else is not said here, from an option file
/// that only its owner can read. So it is in no configuration of ours, on no command line and in no log.
struct MariaDBAddress: Sendable, Hashable, CustomStringConvertible {
    /// The name of the database.
    var database: String
    /// The server; empty to leave it to the option file, or to this machine.
    var host: String
    /// The port; 0 for the usual one.
    var port: Int
    /// The socket of a server on this machine; nil to leave it to the option file.
    var socket: FilePath?
    /// The option file with a section `[client]`; nil for none.
    var optionFile: FilePath?

    /// Makes an address.
    init(
        database: String, host: String = "", port: Int = 0, socket: FilePath? = nil, optionFile: FilePath? = nil
    ) {
        self.database = database
        self.host = host
        self.port = port
        self.socket = socket
        self.optionFile = optionFile
    }

    /// As messages call it: `enwiki on db1:3306`.
    var description: String { "\(database) on \(server)" }

    /// The server as messages call it.
    var server: String {
        if let socket { return socket.string }
        if host.isEmpty { return optionFile.map { "the server of \($0)" } ?? "this machine" }
        return port == 0 ? host : "\(host):\(port)"
    }
}

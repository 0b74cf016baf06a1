public import SystemPackage

/// Where the content of a wiki comes from, section `[source]`.
public struct SourceSettings: Sendable, Hashable {
    /// The kind of source.
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

    /// The kind of source.
    public var kind = Kind.sqlite
    /// What writes the exports.
    public var producer = Producer.native
    /// The SQLite file.
    public var databasePath: FilePath
    var mariaDB = MariaDBAddress(database: "")
    var sqlQuotes = SQLQuotes.doubled
    /// The prefix of all table names.
    public var tablePrefix = ""
    var texts = TextSettings()
    /// The installation of MediaWiki, if there is one here.
    var mediaWiki = MediaWikiSettings()
    /// The wiki's API, `[wiki] apiaddress` and `apihost`.
    var api = APISettings()
    /// The requests of the siteinfo jobs.
    var siteInfoRequests = APIJobDefinition.builtIn.map(\.request)
    /// A file with a saved answer of the wiki's `meta=siteinfo` API, used if the wiki itself cannot be asked; empty for none.
    public var siteInfoPath: FilePath
    /// How much to write of hidden parts.
    public var hiddenDetails: HiddenDetails
    /// Log types that are public, if the wiki does not say what it restricts, `publiclogs`.
    public var publicLogTypes: [String] = []
    /// A folder for data that does not fit into memory while a big wiki is read. Files there have no name, so none remain.
    public var scratch: FilePath = "/var/tmp"

    /// The options that must be set in the section `[source]` before the source can be opened.
    var missingOptions: [String] {
        let database =
            kind == .sqlite ? (databasePath.isEmpty, "databasepath") : (mariaDB.database.isEmpty, "databasename")
        return [database, (siteInfoPath.isEmpty && !asksWiki, "siteinfo")].filter(\.0).map(\.1)
    }

    /// Whether the settings say how to ask the wiki about itself. If not, a file must be given.
    var asksWiki: Bool { !api.address.isEmpty || mediaWiki.directory != nil || mediaWiki.multiversion != nil }

    /// Makes the settings of an SQLite source.
    public init(
        databasePath: FilePath = "", siteInfoPath: FilePath = "", hiddenDetails: HiddenDetails = .withhold
    ) {
        self.databasePath = databasePath
        self.siteInfoPath = siteInfoPath
        self.hiddenDetails = hiddenDetails
    }
}

/// The API of a wiki, section `[wiki]`.
struct APISettings: Sendable, Hashable {
    /// The URL of `api.php`; empty if the wiki is not asked.
    var address: String = ""
    var host: String = ""

    /// The path of curl, `[tools] curl`.
    var curl: String = ToolPaths().curl
    /// The user agent in requests, `[wiki] useragent`.
    var userAgent: String = Program.userAgent()
}

/// Where MediaWiki is installed, and how its scripts are run, sections `[wiki]` and `[tools]`.
struct MediaWikiSettings: Sendable, Hashable {
    /// The folder of MediaWiki; nil if it is not installed here.
    var directory: FilePath?
    /// The folder of `MWScript.php`; nil if there is none.
    var multiversion: FilePath?
    var php: FilePath = "/usr/bin/php"
    var retries = 3
    /// Seconds before the first retry, doubled each time, `[chunks] retrywait`.
    var retryWait = 30
    /// Seconds without a sign of life after which a script is killed, `[source] hanglimit`; 0 for never.
    var hangLimit = 1800

    /// The time limit of a script in seconds, `[source] timelimit`; 0 for none.
    var timeLimit = 0

    /// Whether texts of an older dump are read from 7z files instead of bzip2 files, `[misc] sevenzipprefetch`.
    var prefersSevenZip = false
}

struct TextSettings: Sendable, Hashable {
    /// The encoding of texts without the flag `utf-8`, the wiki's `$wgLegacyEncoding`; nil if it is not set.
    var legacyEncoding: String?
    /// The external stores, by the names in text addresses.
    var externalStores: [String: ExternalStore] = [:]
    /// The formats of content models that are not built in, or that the wiki has changed.
    var contentFormats: [String: String] = [:]
}

/// The location of an external store of texts: a table with the columns `blob_id` and `blob_text`.
struct ExternalStore: Sendable, Hashable {
    enum Database: Sendable, Hashable {
        /// A database on a MariaDB server.
        case mariadb(MariaDBAddress)
        case sqlite(FilePath)
    }

    var database: Database
    /// The name of the table with its prefix.
    var table: String = "blobs"
}

/// The location of a wiki's database on a MariaDB server.
///
/// There is no password here. MariaDB's library reads it, and everything else not given here, from an option file that only
/// its owner can read. So the password is in no configuration of ours, on no command line and in no log.
struct MariaDBAddress: Sendable, Hashable, CustomStringConvertible {
    var database: String
    /// The server; empty for the one in the option file, or else this machine.
    var host: String = ""
    /// The port; 0 for the default.
    var port: Int = 0
    /// The socket of a server on this machine; nil for the one in the option file.
    var socket: FilePath?
    /// An option file with a section `[client]`; nil for none.
    var optionFile: FilePath?

    /// The address in messages, such as `enwiki on db1:3306`.
    var description: String { "\(database) on \(server)" }

    /// The server in messages.
    var server: String {
        if let socket { return socket.string }
        if host.isEmpty { return optionFile.map { "the server of \($0)" } ?? "this machine" }
        return port == 0 ? host : "\(host):\(port)"
    }
}

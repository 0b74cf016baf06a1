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

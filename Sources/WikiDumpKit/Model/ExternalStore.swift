import SystemPackage

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

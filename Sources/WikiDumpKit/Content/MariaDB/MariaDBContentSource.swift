import Dispatch
import SystemPackage

/// The content of a wiki in a MariaDB database with the tables of MediaWiki 1.39.
///
/// One connection reads everything, in one transaction that begins with a consistent snapshot: tables of InnoDB are seen as
/// they were at that instant, and writers do not wait. Other kinds of tables are seen as they are when they are read.
public struct MariaDBContentSource: ContentSource {
    /// Where the database is.
    public let address: MariaDBAddress
    /// What the names of all tables begin with.
    public let tablePrefix: String
    /// Who says what the wiki is; its names and namespaces are no part of the database.
    public let inquiry: any WikiInquiry
    /// Writes a table as SQL text.
    public let dumpProgram: String
    /// The longest packet that program may get, as it understands it; empty for its own default.
    public var longestPacket = ""

    /// How many revisions are sorted in memory at once.
    var chunkLimit = RevisionSQL.chunkLimit

    /// Names a database. Nothing is opened yet.
    /// - Parameters:
    ///   - address: Where the database is.
    ///   - inquiry: Who says what the wiki is, for the heads of exports; ``WikiFacts`` if that is known.
    ///   - tablePrefix: What the names of all tables begin with.
    ///   - dumpProgram: The path of mariadb-dump or mysqldump.
    public init(
        address: MariaDBAddress, inquiry: any WikiInquiry, tablePrefix: String = "",
        dumpProgram: String = "/usr/bin/mysqldump"
    ) {
        self.address = address
        self.inquiry = inquiry
        self.tablePrefix = tablePrefix
        self.dumpProgram = dumpProgram
    }

    /// What the wiki says of itself.
    public func facts() async throws(DumpError) -> WikiFacts { try await inquiry.ask() }

    /// Connects, fixes the instant that everything read is of, and checks the tables.
    /// - Throws: ``DumpError`` with code `source` if the server or the database is not to be had, `configuration` if the
    ///   client library or the option file is missing, `schema` if tables or columns are.
    public func openSnapshot() async throws(DumpError) -> any ContentSnapshot {
        let (address, prefix, chunkLimit) = (address, tablePrefix, chunkLimit)
        let facts = try await facts()
        let opened = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    returning: Result { () throws(DumpError) in try MariaDBConnection(address) })
            }
        }
        let access = MariaDBAccess(try opened.get(), prefix: prefix)
        let context = try await access.access { (tables) throws(DumpError) in
            try TableContext(
                tables, name: address.description, facts: facts, scratch: "", chunkLimit: chunkLimit)
        }
        let (program, packet) = (dumpProgram, longestPacket)
        return TablesSnapshot(
            connection: access, context: context, facts: facts,
            ways: .init(command: { (table) throws(DumpError) in
                Command(
                    program,
                    address.arguments + (packet.isEmpty ? [] : ["--max_allowed_packet=\(packet)"]) + [
                        "--opt", "--quick", "--skip-add-locks", "--skip-lock-tables", "--single-transaction",
                        address.database, prefix + table,
                    ])
            }))
    }
}

import SystemPackage

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

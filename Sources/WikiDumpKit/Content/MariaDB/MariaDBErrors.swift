extension DumpError {
    /// A MariaDB error that names the server, the database and the remedy.
    static func mariadb(code: UInt32, message: String, address: MariaDBAddress) -> DumpError {
        let text = "\(message) (MariaDB error \(code))"
        switch code {
        case 2002, 2003, 2005:
            return DumpError(
                code == 2005 ? .source : .unavailable, "cannot reach \(address.server): \(text)",
                remedy: "check databasehost, databaseport and databasesocket in [source], and whether the server runs")
        case 1044, 1045, 1698:
            return DumpError(
                .source, "\(address.server) denies access to \(address.database): \(text)",
                remedy: "correct user and password in the file that [database] client_config_file names")
        case 1142, 1143:
            return DumpError(
                .source, "this user may not read from \(address): \(text)",
                remedy: "grant the user SELECT on the database")
        case 2026:
            // A server that is shutting down breaks off the TLS handshake too.
            let isBrokenOff = ["eof", "reset", "broken pipe", "shutdown", "closed"].contains {
                message.lowercased().contains($0)
            }
            return DumpError(
                isBrokenOff ? .unavailable : .source, "cannot encrypt the connection to \(address.server): \(text)",
                remedy:
                    "correct ssl-ca, ssl-cert and ssl-key in the file that [database] client_config_file names, or TLS on the server"
            )
        case 3159:
            return DumpError(
                .source, "\(address.server) requires TLS, which could not be used: \(text)",
                remedy: "set up TLS on the server (ssl_cert, ssl_key), or install a client library that has it")
        case 1049:
            return DumpError(
                .source, "there is no database \(address): \(text)", remedy: "correct databasename in [source]")
        case 1146, 1054:
            return DumpError(
                .schema, "\(address) lacks a table or column: \(text)",
                remedy: "run maintenance/update.php of MediaWiki, or correct tableprefix in [source]")
        case 2006, 2013, 2055, 1927, 1053, 1077, 1078, 1079, 1152, 1158, 1159, 1160, 1161, 1184, 4031:
            return DumpError(
                .unavailable, "\(address) went away: \(text)", remedy: "check the server's log, then run again")
        case 1040, 1203, 1226:
            return DumpError(
                .unavailable, "\(address.server) accepts no more connections: \(text)",
                remedy: "raise its connection limit, or the user's")
        case 1205, 1213:
            return DumpError(
                .unavailable, "\(address) is locked: \(text)",
                remedy:
                    "run again when its tables are no longer being changed; SHOW PROCESSLIST shows who is changing them"
            )
        case 1412:
            return DumpError(
                .unavailable, "a table of \(address) was changed while it was read: \(text)",
                remedy: "run again when maintenance/update.php of MediaWiki is done")
        case 1317, 1028:
            return DumpError(
                .unavailable, "the server ended the query that read \(address): \(text)",
                remedy: "find out what stops long queries, and exempt this user from it")
        case 3024, 1969:
            return DumpError(
                .source, "the server ended the query that read \(address): \(text)",
                remedy: "find out what stops long queries, and exempt this user from it")
        default: return DumpError(.source, "cannot read \(address): \(text)")
        }
    }
    /// The refusal, with the addition that the server offers no TLS.
    func withoutTLS(_ address: MariaDBAddress) -> DumpError {
        DumpError(
            code,
            "\(message); the server offers no TLS, so an account that must use it (REQUIRE SSL) is turned away too",
            remedy:
                "\(remedy), or set up TLS on the server (ssl_cert, ssl_key), or let the account in without (REQUIRE NONE)"
        )
    }
}

/// Reads the log, by rising id.
struct LogReader<Connection: TableConnection> {
    private static var countLimit: Int { 2000 }
    private static var byteLimit: Int { 1 << 20 }

    private let statement: Connection.Statement
    private let namespaces: NamespaceCheck

    init(_ connection: Connection, namespaces: NamespaceCheck) throws(DumpError) {
        self.namespaces = namespaces
        let tables = connection.dialect
        statement = try connection.statement(
            """
            SELECT log_id, log_timestamp, log_type, log_action, log_namespace, log_title, log_params, log_deleted,
                a.actor_id, a.actor_user, a.actor_name, c.comment_id, c.comment_text
            FROM \(tables.table("logging"))
            LEFT JOIN \(tables.table("actor")) a ON a.actor_id = log_actor
            LEFT JOIN \(tables.table("comment")) c ON c.comment_id = log_comment_id
            WHERE \(tables.publicLog) ORDER BY log_id
            """)
        statement.bind(EmptyCollection())
    }

    /// The next batch, or nil at the end.
    func next() throws(DumpError) -> LogBatch? {
        var batch = LogBatch(entries: [])
        var bytes = 0
        while batch.entries.count + batch.problems.count < Self.countLimit, bytes < Self.byteLimit,
            try statement.step()
        {
            guard let entry = entry(problems: &batch.problems) else { continue }
            bytes += entry.parameters.count + entry.comment.count
            batch.entries.append(entry)
        }
        return batch.entries.isEmpty && batch.problems.isEmpty ? nil : batch
    }

    private func entry(problems: inout [ContentProblem]) -> LogEntry? {
        let id = statement.int(0)
        let timestamp = unsafe statement.withBytes(1) { unsafe ShortBytes($0) }
        let time = DatabaseTime.time(timestamp)
        let fault: String? =
            if id <= 0 {
                "has a number that MediaWiki never gives, and its export does not read"
            } else if statement.isNull(8) {
                "has no actor row"
            } else if statement.isNull(11) {
                "has no comment row"
            } else if time == nil {
                "has the impossible time \"\(timestamp)\""
            } else {
                nil
            }
        if let fault {
            problems.append(
                ContentProblem(logEntry: id, message: fault + "; the entry was left out", isOmission: true))
            return nil
        }
        let title = PageTitle(namespace: Int(statement.int(4)), title: statement.bytes(5))
        let hidden = HiddenParts(rawValue: Int(statement.int(7)))
        // The title of an entry may be hidden, and then nothing is told of it.
        if !hidden.contains(.content), let message = namespaces.message(for: title.namespace) {
            problems.append(ContentProblem(logEntry: id, message: message, isOmission: false, isLoss: true))
        }
        return LogEntry(
            id: id, timestamp: time ?? timestamp,
            contributor: Contributor(id: statement.isNull(9) ? nil : statement.int(9), name: statement.bytes(10)),
            comment: statement.bytes(12), type: statement.bytes(2), action: statement.bytes(3),
            title: title, parameters: statement.bytes(6), hidden: hidden)
    }
}

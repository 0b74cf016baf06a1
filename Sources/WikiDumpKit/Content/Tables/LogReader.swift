/// Reads the log, by rising id.
struct LogReader<Connection: TableConnection> {
    private static var countLimit: Int { 2000 }
    private static var byteLimit: Int { 1 << 20 }

    private let statement: Connection.Statement
    private let namespaces: NamespaceCheck
    private let revisions: RevisionBits<Connection>
    private let titles: SuppressedTitles
    private let limit: Int64
    /// The number of rows since the statement was last started.
    private var count: Int64 = 0
    private var last: Int64 = .min

    init(_ connection: Connection, _ context: TableContext) throws(DumpError) {
        namespaces = context.namespaces
        let tables = connection.dialect
        limit = tables.rowLimit
        revisions = try RevisionBits(connection)
        titles = try SuppressedTitles(connection, context.log, context.namespaceNames)
        statement = try connection.statement(
            """
            SELECT log_id, log_timestamp, log_type, log_action, log_namespace, log_title, log_params, log_deleted,
                a.actor_id, a.actor_user, a.actor_name, c.comment_id, c.comment_text
            FROM \(tables.table("logging"))
            LEFT JOIN \(tables.table("actor")) a ON a.actor_id = log_actor
            LEFT JOIN \(tables.table("comment")) c ON c.comment_id = log_comment_id
            WHERE \(tables.condition(context.log)) AND log_id > ?1 ORDER BY log_id LIMIT ?2
            """)
        statement.bind([last, limit])
    }

    mutating func next() throws(DumpError) -> LogBatch? {
        var batch = LogBatch(entries: [])
        var about: [Int: Int64] = [:]
        var bytes = 0
        while batch.entries.count + batch.problems.count < Self.countLimit, bytes < Self.byteLimit, try step() {
            guard var entry = entry(problems: &batch.problems) else { continue }
            bytes += entry.parameters.count + entry.comment.count
            let parameters = LogParameters(entry.parameters)
            if titles.contains(entry.title, parameters) { entry.hiddenElsewhere = .content }
            if let revision = parameters.revision { about[batch.entries.count] = revision }
            batch.entries.append(entry)
        }
        let bits = try revisions.hidden(of: about.values)
        for (place, revision) in about {
            let hidden = bits[revision, default: []].intersection([.comment, .contributor])
            batch.entries[place].hiddenElsewhere.formUnion(hidden)
        }
        return batch.entries.isEmpty && batch.problems.isEmpty ? nil : batch
    }

    /// Goes to the next row, and restarts the statement if necessary.
    private mutating func step() throws(DumpError) -> Bool {
        while try !statement.step() {
            guard limit > 0, count == limit else { return false }
            count = 0
            statement.bind([last, limit])
        }
        count += 1
        last = statement.int(0)
        return true
    }

    private func entry(problems: inout [ContentProblem]) -> LogEntry? {
        let id = statement.int(0)
        let timestamp = unsafe statement.withBytes(1) { unsafe ShortBytes($0) }
        let time = DatabaseTime.time(timestamp)
        let fault: String? =
            if id <= 0 {
                "has an id that MediaWiki never assigns, and that its export does not read"
            } else if statement.isNull(8) {
                "has no actor row"
            } else if statement.isNull(11) {
                "has no comment row"
            } else if time == nil {
                "has the invalid timestamp \"\(timestamp)\""
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
        // If the title of an entry is hidden, nothing is reported about it.
        if !hidden.contains(.content), let message = namespaces.message(for: title.namespace) {
            problems.append(ContentProblem(logEntry: id, message: message, isLoss: true, isStrayTitle: true))
        }
        return LogEntry(
            id: id, timestamp: time ?? timestamp,
            contributor: Contributor(id: statement.isNull(9) ? nil : statement.int(9), name: statement.bytes(10)),
            comment: statement.bytes(12), type: statement.bytes(2), action: statement.bytes(3),
            title: title, parameters: statement.bytes(6), hidden: hidden)
    }
}

/// The small name tables, read whole: slot roles, content models, interwiki prefixes.
struct NameTables: Sendable {
    private let roles: [(id: Int64, name: String)]
    private let models: [(id: Int64, name: String)]
    let interwikis: Set<String>

    /// Reads the tables that exist.
    init(_ connection: some TableConnection, _ schema: TableSchema) throws(DumpError) {
        let tables = connection.dialect
        roles =
            schema.has("slot_roles", "role_id", "role_name")
            ? try Self.read(connection, "SELECT role_id, role_name FROM \(tables.table("slot_roles"))") : []
        models =
            schema.has("content_models", "model_id", "model_name")
            ? try Self.read(connection, "SELECT model_id, model_name FROM \(tables.table("content_models"))") : []
        var prefixes: Set<String> = []
        if schema.has("interwiki", "iw_prefix") {
            let statement = try connection.statement("SELECT iw_prefix FROM \(tables.table("interwiki"))")
            statement.bind(EmptyCollection())
            while try statement.step() { prefixes.insert(statement.string(0)) }
        }
        interwikis = prefixes
    }

    func role(_ id: Int64) -> String? { roles.first { $0.id == id }?.name }

    func model(_ id: Int64) -> String? { models.first { $0.id == id }?.name }

    // A wiki has only a few of each, so a linear search is faster than a hash lookup.
    private static func read(
        _ connection: some TableConnection, _ sql: String
    ) throws(DumpError) -> [(id: Int64, name: String)] {
        let statement = try connection.statement(sql)
        statement.bind(EmptyCollection())
        var names: [(id: Int64, name: String)] = []
        while try statement.step() { names.append((statement.int(0), statement.string(1))) }
        return names
    }
}

/// Looks up actors. Few actors make most revisions, so recent ones are cached.
struct ActorCache<Connection: TableConnection> {
    // About 10 MB at most.
    private static var capacity: Int { 100_000 }

    private let unknown = Contributor(id: 0, name: Array("Unknown user".utf8))
    private let statement: Connection.Statement
    private var known: [Int64: Contributor?] = [:]

    init(_ connection: Connection) throws(DumpError) {
        let actor = connection.dialect.table("actor")
        statement = try connection.statement("SELECT actor_user, actor_name FROM \(actor) WHERE actor_id = ?1")
    }

    /// The actor with an id, or nil if there is no such row.
    ///
    /// A row without a name stands for "Unknown user", as in MediaWiki.
    mutating func contributor(_ id: Int64) throws(DumpError) -> Contributor? {
        if let found = known[id] { return found }
        if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
        statement.bind(CollectionOfOne(id))
        defer { statement.reset() }
        var result: Contributor?
        if try statement.step() {
            let name = statement.bytes(1)
            let user = statement.isNull(0) ? nil : statement.int(0)
            result = name.isEmpty || id == 0 ? unknown : Contributor(id: user, name: name)
        }
        known[id] = .some(result)
        return result
    }
}

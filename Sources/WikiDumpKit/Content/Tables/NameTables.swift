/// The small name tables, read whole: slot roles, content models, interwiki prefixes.
struct NameTables: Sendable {
    private let roles: [(id: Int64, name: String)]
    private let models: [(id: Int64, name: String)]
    let interwikis: Set<String>

    /// Reads the tables that exist.
    init(_ connection: some TableConnection, _ schema: TableSchema) throws(DumpError) {
        let tables = connection.dialect
        func names(_ table: String, _ id: String, _ name: String) throws(DumpError) -> [(id: Int64, name: String)] {
            guard schema.has(table, id, name) else { return [] }
            return try connection.rows("SELECT \(id), \(name) FROM \(tables.table(table))") {
                (id: $0.int(0), name: $0.string(1))
            }
        }
        roles = try names("slot_roles", "role_id", "role_name")
        models = try names("content_models", "model_id", "model_name")
        let prefixes = "SELECT iw_prefix FROM \(tables.table("interwiki"))"
        interwikis = schema.has("interwiki", "iw_prefix") ? Set(try connection.rows(prefixes) { $0.string(0) }) : []
    }

    // A wiki has only a few of each, so a linear search is faster than a hash lookup.
    func role(_ id: Int64) -> String? { roles.first { $0.id == id }?.name }

    func model(_ id: Int64) -> String? { models.first { $0.id == id }?.name }
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

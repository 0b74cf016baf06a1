/// The small tables of names, read whole: roles of slots, content models, prefixes of other wikis.
struct NameTables: Sendable {
    private let roles: [(id: Int64, name: String)]
    private let models: [(id: Int64, name: String)]
    let interwikis: Set<String>

    /// Reads those that are there.
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

    /// The role of a number, or nil if it is unknown.
    func role(_ id: Int64) -> String? { roles.first { $0.id == id }?.name }

    /// The content model of a number, or nil if it is unknown.
    func model(_ id: Int64) -> String? { models.first { $0.id == id }?.name }

    // A wiki has a handful of either, so a walk is quicker than a hash.
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

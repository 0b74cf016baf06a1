import SystemPackage

/// The small tables of names, read whole: roles of slots, content models, prefixes of other wikis.
struct NameTables: Sendable {
    private let roles: [(id: Int64, name: String)]
    private let models: [(id: Int64, name: String)]
    let interwikis: Set<String>

    init(_ connection: SQLiteHandle, path: FilePath) throws(DumpError) {
        roles = try Self.read(connection, "SELECT role_id, role_name FROM slot_roles", path)
        models = try Self.read(connection, "SELECT model_id, model_name FROM content_models", path)
        let known = try SQLiteStatement(
            connection, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'interwiki'", path: path)
        var prefixes: Set<String> = []
        if try known.step(), known.int(0) > 0 {
            let statement = try SQLiteStatement(connection, "SELECT iw_prefix FROM interwiki", path: path)
            while try statement.step() { prefixes.insert(statement.string(0)) }
        }
        interwikis = prefixes
    }

    /// The role of a number, or nil if it is unknown.
    func role(_ id: Int64) -> String? { roles.first { $0.id == id }?.name }

    /// The content model of a number, or nil if it is unknown.
    func model(_ id: Int64) -> String? { models.first { $0.id == id }?.name }

    // A wiki has a handful of either, so a walk is quicker than a hash.
    private static func read(_ connection: SQLiteHandle, _ sql: String, _ path: FilePath)
        throws(DumpError) -> [(id: Int64, name: String)]
    {
        let statement = try SQLiteStatement(connection, sql, path: path)
        var names: [(id: Int64, name: String)] = []
        while try statement.step() { names.append((statement.int(0), statement.string(1))) }
        return names
    }
}

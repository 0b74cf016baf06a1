/// Who the actors are. Few of them make most revisions, so those seen last are remembered.
struct ActorCache<Connection: TableConnection> {
    // Some 10 MB at most.
    private static var capacity: Int { 100_000 }

    private let unknown = Contributor(id: 0, name: Array("Unknown user".utf8))
    private let statement: Connection.Statement
    private var known: [Int64: Contributor?] = [:]

    init(_ connection: Connection) throws(DumpError) {
        let actor = connection.dialect.table("actor")
        statement = try connection.statement("SELECT actor_user, actor_name FROM \(actor) WHERE actor_id = ?1")
    }

    /// The actor of an id, or nil if there is no such row.
    ///
    /// A row that names nobody stands for "Unknown user", as MediaWiki reads it.
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

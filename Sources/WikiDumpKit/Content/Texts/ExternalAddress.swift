/// Where a text lies in an external store: `DB://CLUSTER/ID` or, if it shares a row with others, `DB://CLUSTER/ID/ITEM`.
struct ExternalAddress: Sendable, Hashable {
    /// The name of the store.
    let cluster: String
    /// The row there.
    let id: Int64
    /// The key of the item; nil if the row is the text.
    let item: String?

    /// Takes an address apart, as `ExternalStoreDB::parseURL` does.
    init(_ address: String) throws(TextFault) {
        let parts = address.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0].last == ":", parts[1].isEmpty, !parts[2].isEmpty else {
            throw .externalAddress(address)
        }
        guard parts[0].lowercased() == "db:" else { throw .otherStore(address) }
        guard parts.count > 3, let id = Int64(parts[3]), id > 0, String(id) == parts[3] else {
            throw .externalAddress(address)
        }
        cluster = String(parts[2])
        self.id = id
        item = parts.count > 4 ? String(parts[4]) : nil
    }
}

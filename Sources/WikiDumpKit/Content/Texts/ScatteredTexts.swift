/// A text that is stored elsewhere, and the place its row or address refers to.
struct Reference {
    /// The row or address that the text belongs to.
    enum Owner { case row(Int64), address(String) }

    let owner: Owner
    let place: TextExpander.Place
    /// The flags that remain to be undone once the text is found.
    let flags: TextFlags
}

/// Fetches texts from external stores and from rows that hold many texts.
///
/// Many revisions share one blob, and most of these are consecutive. So each blob is read once for all its texts in a batch,
/// in the order of the rows, and then released. Only the last blob is kept for the next batch.
struct ScatteredTexts<Connection: TableConnection> {
    /// The location of a blob.
    private enum BlobPlace: Hashable {
        case row(Int64)
        case external(String, Int64)
    }

    /// The size limit for a blob that is kept.
    private static var keptLimit: Int { 1 << 25 }

    private let connection: Connection
    private let rows: RowGroups<Connection>
    private let context: TextContext
    private var kept: (place: BlobPlace, blob: any HistoryBlob)?

    init(_ connection: Connection, rows: RowGroups<Connection>, context: TextContext) {
        self.connection = connection
        self.rows = rows
        self.context = context
    }

    /// Finds the texts and adds them to `found`.
    mutating func read(_ references: [Reference], into found: inout FoundTexts) throws(DumpError) {
        var stubs: [Int64: [Request]] = [:]
        var external: [String: [Int64: [Request]]] = [:]
        var current: [Int64: [Request]] = [:]
        for reference in references {
            switch reference.place {
            case .stub(let row, let key): stubs[row, default: []].append(Request(reference, key: key))
            case .current(let row): current[row, default: []].append(Request(reference))
            case .external(let address):
                guard context.stores.has(address.cluster) else {
                    found.set(StoredText(.noCluster(address.cluster)), of: reference.owner)
                    continue
                }
                external[address.cluster, default: [:]][address.id, default: []].append(
                    Request(reference, key: address.item))
            }
        }
        try readStubs(stubs, &external, &found)
        for (cluster, requests) in external.sorted(by: { $0.key < $1.key }) {
            try read(cluster, requests, &found)
        }
        try readCurrent(current, &found)
    }

    /// A text that is wanted from a row.
    private struct Request {
        let owner: Reference.Owner
        let flags: TextFlags
        /// The key of the item; nil for the row itself.
        let key: String?
        /// Whether a stub led here. Then the row may be packed in additional ways.
        var isOfStub = false
        /// Whether the row named by the stub is compressed.
        var isCompressed = false

        init(_ reference: Reference, key: String? = nil) {
            owner = reference.owner
            flags = reference.flags
            self.key = key
        }
    }

    /// Reads the rows that stubs refer to. Rows whose data is in an external store are added to the requests for that store.
    private mutating func readStubs(
        _ stubs: [Int64: [Request]], _ external: inout [String: [Int64: [Request]]], _ found: inout FoundTexts
    ) throws(DumpError) {
        var ids: [Int64] = []
        for (row, requests) in stubs where !answer(requests, from: .row(row), &found) { ids.append(row) }
        if ids.isEmpty { return }
        for id in ids { for request in stubs[id] ?? [] { found.set(StoredText(.noRowForStub(id)), of: request.owner) } }
        var latest = kept
        try rows.read(ids.sorted()) { row in
            let id = row.int(0)
            let requests = stubs[id] ?? []
            let flags = unsafe row.withBytes(1) { unsafe TextFlags($0) }
            do throws(TextFault) {
                guard flags.isObject else { throw .stubLeadsAstray(id) }
                let bytes = row.bytes(2)
                if flags.isExternal {
                    let address = try ExternalAddress(String(decoding: bytes, as: UTF8.self))
                    guard context.stores.has(address.cluster) else { throw .noCluster(address.cluster) }
                    guard address.item == nil else { throw .stubLeadsAstray(id) }
                    external[address.cluster, default: [:]][address.id, default: []] += requests.map {
                        var request = $0
                        (request.isOfStub, request.isCompressed) = (true, flags.isCompressed)
                        return request
                    }
                    return
                }
                let blob = try Self.blob(bytes[...], isOfStub: true, isCompressed: flags.isCompressed, row: id)
                latest = (.row(id), blob)
                give(blob, to: requests, &found)
            } catch { for request in requests { found.set(StoredText(error), of: request.owner) } }
        }
        keep(latest)
    }

    private mutating func read(
        _ cluster: String, _ wanted: [Int64: [Request]], _ found: inout FoundTexts
    ) throws(DumpError) {
        var ids: [Int64] = []
        for (id, requests) in wanted where !answer(requests, from: .external(cluster, id), &found) { ids.append(id) }
        for id in ids {
            for request in wanted[id] ?? [] {
                found.set(StoredText(.noBlob(cluster: cluster, id: id)), of: request.owner)
            }
        }
        var latest = kept
        try unsafe context.stores.read(cluster, ids.sorted()) { id, memory in
            var blob: (any HistoryBlob)?
            for request in wanted[id] ?? [] {
                guard request.key != nil else {
                    found.set(unsafe text(memory, request.flags), of: request.owner)
                    continue
                }
                do throws(TextFault) {
                    if blob == nil {
                        blob = try unsafe Self.blob(
                            [UInt8](memory)[...], isOfStub: request.isOfStub, isCompressed: request.isCompressed,
                            row: id)
                    }
                    if let blob { give(blob, to: [request], &found) }
                } catch { found.set(StoredText(error), of: request.owner) }
            }
            if let blob { latest = (.external(cluster, id), blob) }
        }
        keep(latest)
    }

    private func readCurrent(_ wanted: [Int64: [Request]], _ found: inout FoundTexts) throws(DumpError) {
        if wanted.isEmpty { return }
        for (id, requests) in wanted {
            for request in requests { found.set(StoredText(.noCurTable(id)), of: request.owner) }
        }
        guard try connection.columns(of: "cur").isSuperset(of: ["cur_id", "cur_text"]) else { return }
        let table = connection.dialect.table("cur")
        let rows = try RowGroups(connection, "SELECT cur_id, cur_text FROM \(table) WHERE cur_id")
        try rows.read(wanted.keys.sorted()) { row in
            for request in wanted[row.int(0)] ?? [] {
                found.set(context.expander.decode(row.bytes(1), request.flags), of: request.owner)
            }
        }
    }

    /// A text that fills a whole row of an external store.
    private func text(_ memory: UnsafeRawBufferPointer, _ flags: TextFlags) -> StoredText {
        switch unsafe context.expander.expand(memory, flags) {
        case .text(let text): text
        case .elsewhere: StoredText(.badObject("it points out of the external store again"))
        }
    }

    /// Passes items of a blob to their owners.
    private func give(_ blob: any HistoryBlob, to requests: [Request], _ found: inout FoundTexts) {
        for request in requests {
            guard let key = request.key, let item = blob.item(key) else {
                found.set(StoredText(.noItem(request.key ?? "")), of: request.owner)
                continue
            }
            // The flags of the row that led here apply to the item.
            found.set(unsafe item.withUnsafeBytes { unsafe text($0, request.flags) }, of: request.owner)
        }
    }

    /// Answers requests from the kept blob, if it is the right one.
    private func answer(_ requests: [Request], from place: BlobPlace, _ found: inout FoundTexts) -> Bool {
        guard let kept, kept.place == place, requests.allSatisfy({ $0.key != nil }) else { return false }
        give(kept.blob, to: requests, &found)
        return true
    }

    private mutating func keep(_ latest: (place: BlobPlace, blob: any HistoryBlob)?) {
        kept = latest.flatMap { $0.blob.byteCount <= Self.keptLimit ? $0 : nil }
    }

    private static func blob(
        _ bytes: ArraySlice<UInt8>, isOfStub: Bool, isCompressed: Bool, row: Int64
    ) throws(TextFault) -> any HistoryBlob {
        let object = try TextObject(
            serialized: isOfStub && isCompressed ? try RawDeflate.inflated(bytes)[...] : bytes, allowsDouble: isOfStub)
        guard case .blob(let blob) = object else { throw .stubLeadsAstray(row) }
        return blob
    }
}

extension FoundTexts {
    fileprivate mutating func set(_ text: StoredText, of owner: Reference.Owner) {
        switch owner {
        case .row(let id): rows[id] = text
        case .address(let address): others[address] = text
        }
    }
}

/// Fetches the texts of a batch in the order in which the tables store them.
struct TextReader<Connection: TableConnection> {
    private let rows: RowGroups<Connection>
    private let expander: TextExpander
    private var scattered: ScatteredTexts<Connection>
    /// Whether to fetch only texts without a stored hash, to compute it.
    private let onlyWithoutSum: Bool

    init(_ connection: Connection, context: TextContext, onlyWithoutSum: Bool) throws(DumpError) {
        self.onlyWithoutSum = onlyWithoutSum
        expander = context.expander
        let text = connection.dialect.table("text")
        rows = try RowGroups(connection, "SELECT old_id, old_flags, old_text FROM \(text) WHERE old_id")
        scattered = ScatteredTexts(connection, rows: rows, context: context)
    }

    /// Puts the texts into the slots of a batch. Unreadable texts stay nil and become problems.
    mutating func fill(_ batch: inout RevisionBatch) throws(DumpError) {
        let wanted = Wanted(batch, onlyWithoutSum: onlyWithoutSum)
        if wanted.isEmpty { return }
        let texts = try read(wanted)
        // The arrays are changed in place, because each has only one owner.
        for run in batch.runs.indices {
            let page = batch.runs[run].page.id
            for place in batch.runs[run].revisions.indices {
                let id = batch.runs[run].revisions[place].id
                func set(_ slot: inout Slot, _ problems: inout [ContentProblem]) {
                    if onlyWithoutSum, !slot.sha1.isEmpty { return }
                    let result = texts.text(of: slot.address)
                    slot.text = result.text
                    if let fault = result.fault {
                        problems.append(
                            ContentProblem(
                                page: page, revision: id, message: "slot \(slot.role): \(fault.message)",
                                isLoss: fault.isLoss,
                                isKnownBad: fault.isKnownBad))
                    }
                }
                set(&batch.runs[run].revisions[place].main, &batch.problems)
                for other in batch.runs[run].revisions[place].otherSlots.indices {
                    set(&batch.runs[run].revisions[place].otherSlots[other], &batch.problems)
                }
            }
        }
    }

    private mutating func read(_ wanted: Wanted) throws(DumpError) -> FoundTexts {
        var found = FoundTexts()
        found.rows.reserveCapacity(wanted.rows.count)
        var elsewhere: [Reference] = []
        try rows.read(wanted.rows) { row in
            let id = row.int(0)
            if row.isNull(2) {
                found.rows[id] = StoredText(.nullRow(id))
                return
            }
            let flags = unsafe row.withBytes(1) { unsafe TextFlags($0) }
            switch unsafe row.withBytes(2, { unsafe expander.expand($0, flags) }) {
            case .text(let text): found.rows[id] = text
            case .elsewhere(let place, let flags):
                elsewhere.append(Reference(owner: .row(id), place: place, flags: flags))
            }
        }
        for (address, parts) in wanted.others {
            var flags = parts.flags
            flags.isExternal = true
            switch unsafe Array(parts.path.utf8).withUnsafeBytes({ unsafe expander.expand($0, flags) }) {
            case .text(let text): found.others[address] = text
            case .elsewhere(let place, let flags):
                elsewhere.append(Reference(owner: .address(address), place: place, flags: flags))
            }
        }
        if !elsewhere.isEmpty { try scattered.read(elsewhere, into: &found) }
        return found
    }
}

/// The texts that a batch needs.
private struct Wanted {
    /// The ids of text rows, rising and unique.
    var rows: [Int64] = []
    /// Addresses in external stores.
    var others: [String: TextAddress] = [:]
    private var isAnything = false

    init(_ batch: RevisionBatch, onlyWithoutSum: Bool) {
        for run in batch.runs {
            for revision in run.revisions {
                if !onlyWithoutSum || revision.main.sha1.isEmpty { add(revision.main.address) }
                for slot in revision.otherSlots where !onlyWithoutSum || slot.sha1.isEmpty { add(slot.address) }
            }
        }
        rows.sort()
        var last: Int64?
        rows.removeAll { number in
            defer { last = number }
            return number == last
        }
    }

    var isEmpty: Bool { !isAnything }

    private mutating func add(_ address: String) {
        isAnything = true
        if let row = TextAddress.quickRow(address) {
            rows.append(row)
        } else if let parts = TextAddress(address) {
            if let row = parts.row { rows.append(row) }
            if parts.scheme == "es" { others[address] = parts }
        }
    }
}

/// The texts that were found, and the faults of the others.
struct FoundTexts {
    var rows: [Int64: StoredText] = [:]
    var others: [String: StoredText] = [:]

    func text(of address: String) -> StoredText {
        if let row = TextAddress.quickRow(address) { return rows[row] ?? StoredText(.noRow(row)) }
        guard let parts = TextAddress(address) else { return StoredText(.notUnderstood(address: address)) }
        switch parts.scheme {
        case "tt":
            guard let row = parts.row else { return StoredText(.notUnderstood(address: address)) }
            return rows[row] ?? StoredText(.noRow(row))
        case "es": return others[address] ?? StoredText(.externalAddress(parts.path))
        case "bad": return StoredText(.knownBad(address: address))
        default: return StoredText(.unknownScheme(address: address))
        }
    }
}

extension TextAddress {
    /// The row of an address in the usual form, such as `tt:145`, without fully parsing it.
    fileprivate static func quickRow(_ address: String) -> Int64? {
        let bytes = address.utf8
        guard bytes.count > 3, bytes.count < 22, bytes.starts(with: "tt:".utf8) else { return nil }
        var number: Int64 = 0
        for byte in bytes.dropFirst(3) {
            guard 48...57 ~= byte, number > 0 || byte > 48 else { return nil }
            let (tens, isBig) = number.multipliedReportingOverflow(by: 10)
            let (sum, isBigger) = tens.addingReportingOverflow(Int64(byte - 48))
            guard !isBig, !isBigger else { return nil }
            number = sum
        }
        return number
    }
}

/// What the text readers of a snapshot share.
struct TextContext: Sendable {
    let expander: TextExpander
    let stores: ExternalStores
    let formats: ContentFormats

    /// - Throws: ``DumpError`` with code `configuration` if the C library does not know the legacy encoding.
    init(_ settings: TextSettings, _ facts: WikiFacts) throws(DumpError) {
        let name = settings.legacyEncoding ?? facts.legacyEncoding
        expander = TextExpander(encoding: try Self.encoding(name))
        stores = ExternalStores(settings.externalStores)
        formats = ContentFormats(settings.contentFormats)
    }

    /// The encoding with a name. An empty name means that the wiki has no legacy encoding.
    private static func encoding(_ name: String?) throws(DumpError) -> TextExpander.Encoding {
        guard let name else { return .unknown }
        if name.isEmpty { return .utf8 }
        guard let encoding = LegacyEncoding(name) else { throw .unknownEncoding(name) }
        return .legacy(encoding)
    }
}

extension DumpError {
    static func unknownEncoding(_ name: String) -> DumpError {
        DumpError(
            .configuration, "there is no encoding “\(name)”",
            remedy: "set legacyencoding in [source] to a name that iconv -l shows, such as windows-1252")
    }
}

/// Reads rows by their ids, many with one query.
struct RowGroups<Connection: TableConnection> {
    private static var size: Int { 32 }

    private let statement: Connection.Statement

    /// - Parameter sql: A query up to the id column, which must also be the first column that it selects.
    init(_ connection: Connection, _ sql: String) throws(DumpError) {
        let marks = repeatElement("?", count: Self.size).joined(separator: ", ")
        statement = try connection.statement("\(sql) IN (\(marks))")
    }

    /// Reads the rows that exist, in the order of the groups.
    /// - Parameter ids: Rising and unique.
    func read(_ ids: [Int64], _ body: (Connection.Statement) throws(DumpError) -> Void) throws(DumpError) {
        var start = 0
        while start < ids.count {
            let group = ids[start..<min(start + Self.size, ids.count)]
            // An incomplete group repeats its last id; the query returns a row only once however often its id occurs.
            statement.bind((0..<Self.size).map { group[min(start + $0, group.endIndex - 1)] })
            while try statement.step() { try body(statement) }
            statement.reset()
            start += Self.size
        }
    }
}

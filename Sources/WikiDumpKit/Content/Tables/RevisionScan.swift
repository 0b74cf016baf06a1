import SystemPackage

/// Reads revisions with their comments, slots and contents, in the order in which the tables are stored.
struct RevisionScan<Connection: TableConnection> {
    /// Returns every revision; nil once it has been used, or if only a part is wanted.
    private var whole: Connection.Statement?
    private let part: Connection.Statement
    private let scratch: FilePath
    /// The ends of the remaining chunks.
    private var bounds: [Int64]
    /// The start of the next chunk.
    private var next: Int64
    private var partitions: RevisionPartitions?
    private var nextPartition = 0
    /// The revision of the last row.
    private var open: Int64?
    /// Whether the statement's current row is not packed yet.
    private var isHeld = false

    init(_ connection: Connection, selection: RevisionSelection, context: TableContext) throws(DumpError) {
        let sql = RevisionSQL(dialect: connection.dialect, source: try RevisionColumns(context.schema))
        scratch = context.scratch
        // Page ids are positive in MediaWiki. Others can only be damage, and are read so that they can be reported.
        next = selection.pages?.lowerBound ?? .min
        let end = selection.pages?.upperBound ?? .max
        let isWhole = selection.pages == nil && selection.extent == .all
        whole = if isWhole, let everything = sql.everything { try connection.statement(everything) } else { nil }
        let plan = try connection.statement(sql.plan(selection.extent))
        part = try connection.statement(sql.part(selection.extent))
        bounds = try Self.bounds(plan, next, end, limit: context.chunkLimit)
    }

    /// Reads the revisions of the next pages, unsorted; false if there are no more.
    mutating func load(into packed: inout PackedRevisions) throws(DumpError) -> Bool {
        if let whole {
            self.whole = nil
            try split(whole, into: &packed)
            if partitions == nil { return true }
        }
        packed.removeAll()
        guard let bound = bounds.first else {
            partitions = nil
            return false
        }
        bounds.removeFirst()
        if partitions != nil {
            try partitions?.take(nextPartition, into: &packed)
            nextPartition += 1
        } else {
            part.bind([next, bound])
            defer { part.reset() }
            while try pack(part, into: &packed, limit: .max) {}
        }
        next = bound
        return true
    }

    /// Reads the whole wiki: in one chunk if it is small, otherwise split into ranges of pages.
    private mutating func split(_ rows: Connection.Statement, into packed: inout PackedRevisions) throws(DumpError) {
        defer { rows.reset() }
        rows.bind(EmptyCollection())
        guard bounds.count > 1 else {
            bounds = []
            while try pack(rows, into: &packed, limit: .max) {}
            return
        }
        var partitions = try RevisionPartitions(bounds: bounds, folder: scratch)
        while try pack(rows, into: &packed, limit: 2000) {
            try partitions.add(packed)
            packed.removeAll()
        }
        try partitions.add(packed)
        self.partitions = partitions
    }

    /// The end of each chunk. A chunk never ends within a page.
    private static func bounds(_ plan: Connection.Statement, _ start: Int64, _ end: Int64, limit: Int64)
        throws(DumpError) -> [Int64]
    {
        plan.bind([start, end])
        var bounds: [Int64] = []
        var count: Int64 = 0
        while try plan.step() {
            let page = plan.int(0)
            let revisions = plan.int(1)
            if count > 0, count + revisions > limit {
                bounds.append(page)
                count = 0
            }
            count += revisions
        }
        return bounds + [end]
    }

    /// Packs the rows of a statement. Each revision has one row for each slot, and its rows are consecutive.
    /// - Returns: Whether it stopped at the limit and must be called again.
    private mutating func pack(_ rows: Connection.Statement, into packed: inout PackedRevisions, limit: Int)
        throws(DumpError) -> Bool
    {
        while true {
            if isHeld { isHeld = false } else if try !rows.step() { break }
            let revision = rows.int(1)
            if revision == open {
                packed.write(1)
            } else {
                if open != nil { packed.write(0) }
                open = nil
                if packed.entries.count >= limit {
                    isHeld = true
                    return true
                }
                open = revision
                packed.begin(page: rows.int(0), revision: revision)
                packed.write(rows.int(2))
                packed.write(rows.int(4))
                packed.write(rows.int(5))
                packed.write(rows.int(6))
                unsafe rows.withBytes(3) { unsafe packed.write($0) }
                unsafe rows.withBytes(7) { unsafe packed.write($0) }
                packed.write(rows.isNull(8) ? 0 : 1)
                unsafe rows.withBytes(9) { unsafe packed.write($0) }
                if rows.isNull(10) { continue }
                packed.write(1)
            }
            packed.write(rows.int(11))
            packed.write(rows.int(12))
            packed.write(rows.int(13))
            packed.write(rows.isNull(14) ? 0 : 1)
            if rows.isNull(14) { continue }
            packed.write(rows.int(15))
            packed.write(rows.int(17))
            unsafe rows.withBytes(16) { unsafe packed.write($0) }
            unsafe rows.withBytes(18) { unsafe packed.write($0) }
        }
        if open != nil { packed.write(0) }
        open = nil
        return false
    }
}

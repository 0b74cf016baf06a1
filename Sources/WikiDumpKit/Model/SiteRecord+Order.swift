extension SiteRecord {
    /// The same record with its wikis in another order.
    ///
    /// Private wikis stand last and by name, because their place among the others would tell when they were dumped.
    package func ordered(_ order: Order) -> SiteRecord {
        var copy = self
        copy.entries.sort { a, b in
            if order == .date, a.dateKey != b.dateKey { return a.dateKey < b.dateKey }
            return a.wiki < b.wiki
        }
        return copy
    }
}

extension SiteRecord.Entry {
    /// Sorts good dumps first, then bad ones, then wikis without a dump; the newest first within each.
    fileprivate var dateKey: (group: Int, date: Int, time: Int64) {
        if isPrivate { return (3, 0, 0) }
        guard let date else { return (2, 0, 0) }
        let isBad = statusClass == "failed" || statusClass == "missing"
        return (isBad ? 1 : 0, -(Int(date.description) ?? 0), -(updated?.seconds ?? 0))
    }
}

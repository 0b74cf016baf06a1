extension FarmSettings {
    /// The name of the index page in an order: `index.html` by date, `index-bydb.html` by name.
    package func indexName(_ order: SiteRecord.Order) -> String {
        switch order {
        case .date: return indexName
        case .name:
            guard let dot = indexName.lastIndex(of: "."), dot > indexName.startIndex else { return indexName + "-bydb" }
            return indexName[..<dot] + "-bydb" + indexName[dot...]
        }
    }
}

/// Follows the pages of an export to its end and tells whether they are whole.
struct ExportCheck {
    private var scanner = PageScanner()
    private var openPage: DumpPage?
    /// Whether `</mediawiki>` came, outside of a page.
    private(set) var isComplete = false
    private(set) var lastCompletePage: DumpPage?

    mutating func add(_ bytes: [UInt8]) {
        for event in scanner.scan(bytes) {
            switch event {
            case .page(let page): openPage = page
            case .pageEnd:
                // A check that began inside a page does not know which one ends here.
                if let openPage { lastCompletePage = openPage }
                openPage = nil
            case .exportEnd: isComplete = openPage == nil
            default: break
            }
        }
    }

    /// What is wrong when the data has ended.
    func problem(at bitOffset: Int64) -> BzError? {
        if isComplete { return nil }
        let place = openPage.map { "inside page \($0.id)" } ?? "without </mediawiki>"
        return BzError(
            .truncated, "the export ends \(place)", remedy: "write the dump again from there", bitOffset: bitOffset)
    }
}

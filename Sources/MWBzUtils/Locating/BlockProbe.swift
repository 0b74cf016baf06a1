/// A block that was looked into: where it is, and which pages begin in it.
struct BlockProbe: Sendable {
    /// Where its magic begins, in bits from the start of the file.
    let bitOffset: Int64
    /// Where the next block or the footer begins.
    let endOffset: Int64
    /// The pages that begin in it; their offsets count from the start of its content.
    let pages: [DumpPage]
    /// The ids of the first and the last revision that begin in it; nil if none does.
    let revisions: (first: Int64, last: Int64)?

    /// Whether no page begins in the block, so that nothing in it tells an id.
    var isSilent: Bool { pages.isEmpty }
    var range: Range<Int64> { bitOffset..<endOffset }

    /// The place of a page of the block.
    func location(_ page: DumpPage) -> PageLocation {
        PageLocation(page: page, blockOffset: bitOffset, firstPageID: pages.first?.id ?? page.id)
    }

    /// What a page id is to the pages of the block.
    enum Order {
        case before, after
        case within(PageSearch)
        /// No page begins in the block.
        case unknown
    }

    func order(of id: Int64) -> Order {
        guard let first = pages.first, let last = pages.last else { return .unknown }
        if let page = pages.first(where: { $0.id == id }) { return .within(.found(location(page))) }
        if id < first.id { return .before }
        if id > last.id { return .after }
        return .within(
            .absent(
                after: pages.last { $0.id < id }.map(location), before: pages.first { $0.id > id }.map(location)))
    }
}

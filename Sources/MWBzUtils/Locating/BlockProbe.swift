/// A block that was looked into: where it is, and which pages begin in it.
struct BlockProbe {
    /// Where its mark begins, in bits from the start of the file.
    let bitOffset: Int64
    /// Where the next block or the footer begins.
    let endOffset: Int64
    /// The pages that begin in it; their offsets count from the start of its content.
    let pages: [DumpPage]

    /// What a page id is to the pages of the block.
    enum Order {
        case before, after
        case within(PageSearch)
        /// No page begins in the block.
        case unknown
    }

    func order(of id: Int64) -> Order {
        guard let first = pages.first, let last = pages.last else { return .unknown }
        if let page = pages.first(where: { $0.id == id }) {
            return .within(.found(PageLocation(page: page, blockOffset: bitOffset)))
        }
        if id < first.id { return .before }
        if id > last.id { return .after }
        return .within(.absent(after: pages.last { $0.id < id }, before: pages.first { $0.id > id }))
    }
}

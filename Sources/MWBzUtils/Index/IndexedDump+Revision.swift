/// A revision that an index told the place of.
public struct IndexedRevision: Sendable, Hashable {
    /// The id of the revision.
    public let id: Int64
    /// Where `<revision>` begins in the decoded dump, in bytes.
    public let uncompressedOffset: Int64
    /// The page it belongs to.
    public let page: IndexedPage
}

extension IndexedDump {
    /// Bytes behind a block within which the id of a revision that begins in it stands.
    private static let revisionHeader = 4096

    /// The revision with an id; nil if the dump has none.
    ///
    /// The index knows the smallest and the largest id in each block. In a history few blocks come into question; in a
    /// dump of current revisions, which have ids of all times beside each other, it can be nearly all of them.
    /// - Parameters:
    ///   - id: The id of the revision.
    ///   - taskCount: How many blocks are decoded at once.
    /// - Throws: ``BzError`` with code `stale` or `damaged` if the dump is not what the index says.
    public func revision(id: Int64, taskCount: Int = 1) async throws(BzError) -> IndexedRevision? {
        var numbers: [Int] = []
        try index.blocks.forEach { number, block throws(BzError) in
            if let revisions = block.revisions, revisions.contains(id) { numbers.append(number) }
            return true
        }
        var found = try await first(of: numbers, taskCount: taskCount) { [self] number in
            Result { () throws(BzError) in try offset(of: id, in: number, more: 0) }
        }
        if found == nil {
            // A header that crosses the border of its block.
            found = try await first(of: numbers, taskCount: taskCount) { [self] number in
                Result { () throws(BzError) in try offset(of: id, in: number, more: Self.revisionHeader) }
            }
        }
        guard let offset = found, let page = try page(around: offset) else { return nil }
        return IndexedRevision(id: id, uncompressedOffset: offset, page: page)
    }

    private func offset(of id: Int64, in number: Int, more: Int) throws(BzError) -> Int64? {
        let block = try index.block(number)
        var scanner = PageScanner(startingAt: block.uncompressedOffset)
        var events = scanner.scan(try content(of: number))
        if more > 0 { events += scanner.scan(try read(at: block.uncompressedEnd, count: more)) }
        for case .revision(id, let offset) in events where offset < block.uncompressedEnd { return offset }
        return nil
    }

    /// The result of the first number that has one. Works on several numbers at once.
    private func first(
        of numbers: [Int], taskCount: Int, _ look: @escaping @Sendable (Int) -> Result<Int64?, BzError>
    ) async throws(BzError) -> Int64? {
        let result: Result<Int64?, BzError> = await withTaskGroup(of: Result<Int64?, BzError>.self) { group in
            var rest = numbers[...]
            for number in rest.prefix(max(1, taskCount)) { group.addTask { look(number) } }
            rest = rest.dropFirst(max(1, taskCount))
            while let result = await group.next() {
                switch result {
                case .success(nil): if let number = rest.popFirst() { group.addTask { look(number) } }
                case .success, .failure:
                    group.cancelAll()
                    return result
                }
            }
            return .success(nil)
        }
        return try result.get()
    }
}

/// The order of the pages in a file, as far as it was looked at.
public enum PageOrder: Sendable, Hashable {
    /// The ids rise.
    /// - Parameter isProven: Whether every block was looked at, and not only some all over the file.
    case rising(isProven: Bool)
    /// A page comes behind one with a greater id, or with the same.
    case falling(DumpPage, behind: Int64)
}

/// Where the pages with an id are.
public enum PagePieces: Sendable, Hashable {
    /// All pages with the id, in the order of the file. There are several if a dump has a `<page>` for each revision, or has a
    /// page twice.
    case found([PageLocation])
    /// There is none. By rising ids it would be between these two; both are nil if the ids do not rise.
    case absent(after: PageLocation?, before: PageLocation?)
}

/// Answers that hold even where ids do not rise.
extension PageLocator {
    /// How many blocks are looked at to judge the order of a file. Of a smaller file, all are.
    public static let orderSample = 32

    /// Looks at blocks all over the file, and tells whether the ids of their pages rise.
    ///
    /// A page out of order in a block that is not looked at is not seen. Files of at most ``orderSample`` blocks are looked at as
    /// a whole.
    /// - Throws: ``BzError`` if the file is not a bzip2 file or cannot be read. Damaged blocks are passed over.
    public func order(taskCount: Int = 1) async throws(BzError) -> PageOrder {
        let prober = BlockProber(file)
        var chain = StreamChain(file)
        guard case .block = try chain.next() else { return .rising(isProven: true) }
        let end = try file.size() * 8
        let first = try prober.magics(from: 0, before: end, limit: Self.orderSample + 1)
        let isProven = first.count <= Self.orderSample
        let count = Int64(Self.orderSample)
        let stretches =
            isProven
            ? first.map { $0..<($0 + 1) } : (0..<count).map { end / count * $0..<(end / count * ($0 + 1)) }
        let probes = await withTaskGroup(of: (Int, Result<BlockProbe?, BzError>).self) { group in
            var probes: [Result<BlockProbe?, BzError>] = Array(repeating: .success(nil), count: stretches.count)
            var next = 0
            func add() {
                guard next < stretches.count else { return }
                let (number, stretch) = (next, stretches[next])
                next += 1
                group.addTask(executorPreference: WorkerThreads.working) {
                    (
                        number,
                        Result { () throws(BzError) in
                            try prober.probe(from: stretch.lowerBound, before: stretch.upperBound, for: .max)
                        }
                    )
                }
            }
            for _ in 0..<max(1, taskCount) { add() }
            while let (number, probe) = await group.next() {
                probes[number] = probe
                add()
            }
            return probes
        }
        var last: Int64?
        for probe in probes {
            for page in try probe.get()?.pages ?? [] {
                if let last, page.id <= last { return .falling(page, behind: last) }
                last = page.id
            }
        }
        return .rising(isProven: isProven)
    }

    /// Finds all pages with an id.
    ///
    /// Where the ids turn out not to rise, the whole file is read, and the answer is sure. Otherwise ``order(taskCount:)`` is asked
    /// before a page counts as absent, and before a page counts as the only one with its id in a file of few blocks.
    /// - Parameters:
    ///   - id: The id.
    ///   - taskCount: How many blocks are decoded at once.
    ///   - proof: How it is proven that a page is absent where ids rise.
    ///   - willReadAll: Called before the whole file is read.
    /// - Throws: ``BzError`` as ``locate(id:taskCount:proof:)``; with code `truncated` if the page could be in what is missing at
    ///   the end of the file.
    public func pieces(
        of id: Int64, taskCount: Int, proof: AbsenceProof = .everyBlock, willReadAll: () -> Void = {}
    ) async throws(BzError) -> PagePieces {
        let search: PageSearch
        do throws(BzError) { search = try await locate(id: id, taskCount: taskCount, proof: proof) } catch {
            // The blocks that were looked at have shown that ids do not rise.
            guard error.code == .unordered else { throw error }
            willReadAll()
            return try await allPieces(of: id, taskCount: taskCount)
        }
        switch search {
        case .found(let page):
            if try await isOnly(page, taskCount: taskCount) { return .found([page]) }
        case .absent(let after, let before):
            if case .rising = try await order(taskCount: taskCount) {
                if before == nil { try checkEnd() }
                return .absent(after: after, before: before)
            }
        }
        willReadAll()
        return try await allPieces(of: id, taskCount: taskCount)
    }

    /// Whether no other page near this one has its id. In a file of few blocks, whether the ids of all pages rise.
    private func isOnly(_ page: PageLocation, taskCount: Int) async throws(BzError) -> Bool {
        let prober = BlockProber(file)
        let (size, few) = (try file.size(), Self.orderSample / 4)
        // So many blocks are not larger than that, whatever is in them.
        let isLarge = size > Int64(few + 1) * BlockProber.longestBlock
        if !isLarge, try prober.magics(from: 0, before: size * 8, limit: few + 1).count <= few {
            if case .rising = try await order(taskCount: taskCount) { return true }
            return false
        }
        let probe = try prober.lookInto(page.blockOffset, for: .max)
        var ids = probe.pages.map(\.id)
        // Its neighbours are in other blocks if it is the first or the last page of this one.
        if ids.first == page.id, let before = try prober.probe(before: page.blockOffset) {
            ids.insert(contentsOf: before.pages.map(\.id), at: 0)
        }
        if ids.last == page.id {
            var chain = StreamChain(file, at: probe.endOffset)
            if case .block(let next, _)? = try? chain.next(), let after = try prober.lookIntoIfSound(next, for: .max) {
                ids += after.pages.map(\.id)
            }
        }
        return zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 }
    }

    /// Reads the whole file for all pages with an id.
    private func allPieces(of id: Int64, taskCount: Int) async throws(BzError) -> PagePieces {
        var found: [PageLocation] = []
        try await scan(taskCount: taskCount) { event, pages in
            if case .page(let page) = event, page.id == id, let place = pages.last { found.append(place) }
            return false
        }
        try checkEnd()
        return found.isEmpty ? .absent(after: nil, before: nil) : .found(found)
    }

    /// Checks that the export is there to its end.
    /// - Throws: ``BzError`` with code `truncated` if it is not.
    public func checkEnd() throws(BzError) {
        // Of an empty file, whoever reads it says more.
        if try file.size() == 0 { return }
        let report = try IntegrityCheck(file.path, content: .automatic, on: file.calls).quick()
        if let problem = report.problems.first(where: { $0.code == .truncated }) {
            throw BzError(
                .truncated, problem.error.message, remedy: "fetch or write the dump again", file: file.path,
                bitOffset: problem.bitOffset)
        }
    }
}

extension BlockProber {
    /// Examines the last sound block that begins before a bit, within the size of the longest block; nil if there is none.
    func probe(before bitOffset: Int64) throws(BzError) -> BlockProbe? {
        for reach in reaches {
            for magic in try magics(from: max(0, bitOffset / 8 - reach) * 8, before: bitOffset).reversed() {
                if let probe = try lookIntoIfSound(magic, for: .max), probe.endOffset <= bitOffset { return probe }
            }
        }
        return nil
    }
}

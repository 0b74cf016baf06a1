/// A search for a page in progress. The page can only begin between two places, which move towards each other.
///
/// If pages begin in a block, their ids show on which side of it the wanted page is. A block inside a page that fills
/// many blocks shows nothing: it is *silent*. Pages may or may not begin between two silent blocks. So the search goes
/// first to where a page must begin: revision ids rise within a page, so a page begins between two silent blocks whose
/// ids fall. Then it goes to the ends of the silent section, starting at the end where the page would be if ids were
/// spread evenly. Last it goes to the largest gap inside the section. With several tasks it examines two places of a
/// silent section at the same time, which takes fewer rounds and a few more blocks.
struct BlockSearch {
    /// How many blocks inside a silent section are tried before all of it is read.
    private static let guesses = 24
    private let id: Int64
    private let prober: BlockProber
    private let fileEnd: Int64
    /// The page begins at this bit or after it, and before ``end``.
    private var start: Int64 = 0
    private var end: Int64
    /// Silent blocks between ``start`` and ``end``, in the order of the file.
    private var silent: [BlockProbe] = []
    /// Sections without a sound block.
    private var empty: [Range<Int64>] = []
    private var neighbourBefore: PageLocation?
    private var neighbourAfter: PageLocation?
    private var looked = 0
    /// The sizes of the examined blocks in bits, for estimating how many blocks a section has.
    private var lookedBits: Int64 = 0
    private var result: PageSearch?

    /// - Parameter end: Where the file ends, in bits.
    init(id: Int64, end: Int64, prober: BlockProber) {
        self.id = id
        self.end = end
        fileEnd = end
        self.prober = prober
    }

    /// - Parameters:
    ///   - taskCount: How many blocks are decoded at once, where looking at more than one place helps.
    ///   - proof: What it takes to call a page absent.
    mutating func run(taskCount: Int, proof: AbsenceProof) async throws(BzError) -> PageSearch {
        // This fails at once if the file is not a bzip2 file.
        var chain = StreamChain(prober.file)
        if case .end = try chain.next() { return .absent(after: nil, before: nil) }
        if let last = try prober.probeLast(end, for: id) { try use(last) }
        while result == nil, let gap = openGap { try await look(into: gap, taskCount: taskCount) }
        if result == nil, proof == .everyBlock { try await guess(taskCount: taskCount) }
        if result == nil { try await sweep(taskCount: taskCount, proof: proof) }
        return result ?? .absent(after: neighbourAfter, before: neighbourBefore)
    }

    // MARK: Where to look

    /// The section to examine next; nil if only the inside of silent sections is left.
    private var openGap: Range<Int64>? {
        guard start < end else { return nil }
        guard let first = silent.first, let last = silent.last else {
            return isEmpty(start..<end) ? nil : start..<end
        }
        if let gap = fallingGap { return gap }
        let outer = [start..<max(start, first.bitOffset), min(last.endOffset, end)..<end]
        let open = outer.filter { !isEmpty($0) }
        // Both may have to be examined. Begin where the page would be if ids were spread evenly.
        return likelyShare ?? 0.5 < 0.5 ? open.first : open.last
    }

    /// The largest gap between silent blocks whose revisions cannot belong to one page.
    private var fallingGap: Range<Int64>? {
        var before: BlockProbe?
        var fallen: [Range<Int64>] = []
        for probe in silent {
            guard let revisions = probe.revisions else { continue }
            if let before, let last = before.revisions?.last, last >= revisions.first {
                fallen += gaps.filter { $0.lowerBound >= before.endOffset && $0.upperBound <= probe.bitOffset }
            }
            before = probe
        }
        return fallen.max { $0.count < $1.count }
    }

    /// The gaps between silent blocks that may contain more blocks.
    private var gaps: [Range<Int64>] {
        zip(silent, silent.dropFirst()).map { $0.endOffset..<max($0.endOffset, $1.bitOffset) }.filter { !isEmpty($0) }
    }

    private func isEmpty(_ gap: Range<Int64>) -> Bool {
        gap.isEmpty || empty.contains { $0.lowerBound <= gap.lowerBound && gap.upperBound <= $0.upperBound }
    }

    /// Examines one place in a gap, or several at the same time.
    private mutating func look(into gap: Range<Int64>, taskCount: Int) async throws(BzError) {
        var found: [BlockProbe] = []
        let places = places(in: gap, taskCount: taskCount)
        if places.count == 1 {
            found += [try probe(gap, at: places[0])].compactMap(\.self)
        } else {
            let borders = [gap.lowerBound] + places.dropFirst() + [gap.upperBound]
            let looks = zip(zip(borders, borders.dropFirst()).map { $0..<$1 }, places)
            let results = await withTaskGroup(of: Result<BlockProbe?, BzError>.self) { group in
                for (stretch, place) in looks {
                    group.addTask(executorPreference: WorkerThreads.working) { [self] in
                        Result { () throws(BzError) in try probe(stretch, at: place) }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            for result in results { found += [try result.get()].compactMap(\.self) }
        }
        if found.isEmpty { empty.append(gap) }
        found.sort { $0.bitOffset < $1.bitOffset }
        for probe in found where result == nil && start <= probe.bitOffset && probe.bitOffset < end { try use(probe) }
    }

    /// The places to examine in a gap, in the order of the file.
    private func places(in gap: Range<Int64>, taskCount: Int) -> [Int64] {
        let middle = gap.lowerBound + Int64(gap.count / 2)
        let likely = likelyPlace(gap)
        if let likely, isAffordable(likely, in: gap) { return [likely] }
        guard taskCount > 1 else { return [middle] }
        // A wrong guess costs nothing if the middle is examined too. One guess is enough.
        if looked == 1, let likely, likely != middle { return [likely, middle].sorted() }
        // Silent blocks show little, so more of them are examined.
        if silent.isEmpty { return [middle] }
        let third = Int64(gap.count / 3)
        return third == 0 ? [middle] : [gap.lowerBound + third, gap.upperBound - third]
    }

    /// A block near a place in a gap, or else the first one in it; nil if no sound block begins there.
    private func probe(_ gap: Range<Int64>, at place: Int64) throws(BzError) -> BlockProbe? {
        if let probe = try prober.probe(from: place, before: gap.upperBound, for: id) { return probe }
        return try prober.probe(from: gap.lowerBound, before: place, for: id)
    }

    /// How far into the gap between its neighbours the page would be if ids were spread evenly; nil if unknown.
    private var likelyShare: Double? {
        guard let high = neighbourBefore?.firstPageID, looked > 0 else { return nil }
        let low = neighbourAfter?.id ?? 0
        return low < id && id < high ? Double(id &- low) / Double(high &- low) : nil
    }

    private var blockBits: Int64 { max(1, lookedBits / Int64(max(1, looked))) }

    /// Where the page would be if ids were spread evenly; nil if unknown.
    private func likelyPlace(_ gap: Range<Int64>) -> Int64? {
        guard silent.isEmpty, let share = likelyShare else { return nil }
        return max(gap.lowerBound, gap.lowerBound + Int64(Double(gap.count) * share) - blockBits)
    }

    /// Whether there are steps left for a wrong guess within what bisecting may take.
    private func isAffordable(_ place: Int64, in gap: Range<Int64>) -> Bool {
        guard place > gap.lowerBound else { return true }
        let farther = max(place - gap.lowerBound, gap.upperBound - place)
        let allowed = 2 + Self.bisections(fileEnd / blockBits)
        return looked + 1 + Self.bisections(farther / blockBits + 1) < allowed
    }

    /// How many blocks must be examined to find one among a number of blocks.
    private static func bisections(_ blocks: Int64) -> Int { Int64.bitWidth - max(0, blocks).leadingZeroBitCount }

    // MARK: What was found

    /// Uses what a block shows.
    private mutating func use(_ probe: BlockProbe) throws(BzError) {
        looked += 1
        lookedBits += probe.endOffset - probe.bitOffset
        switch probe.order(of: id) {
        case .within(let search): result = search
        case .before: (end, neighbourBefore) = (probe.bitOffset, probe.pages.first.map(probe.location))
        case .after: (start, neighbourAfter) = (probe.endOffset, probe.pages.last.map(probe.location))
        case .unknown:
            let index = silent.firstIndex { $0.bitOffset > probe.bitOffset } ?? silent.count
            silent.insert(probe, at: index)
        }
        if case .found = result { return }
        try checkOrder(probe)
        silent.removeAll { $0.bitOffset < start || $0.bitOffset >= end }
    }

    /// Throws if the examined blocks show that ids do not rise.
    private func checkOrder(_ probe: BlockProbe) throws(BzError) {
        var ids = probe.pages.map(\.id)
        if let after = neighbourAfter, after.blockOffset < probe.bitOffset { ids.insert(after.id, at: 0) }
        if let before = neighbourBefore, before.blockOffset > probe.bitOffset { ids.append(before.id) }
        guard let fall = zip(ids, ids.dropFirst()).first(where: { $0 >= $1 }) else { return }
        throw BzError(
            .unordered, "page \(fall.1) comes after page \(fall.0), but pages can be searched only by rising ids",
            remedy: "make an index of the file", file: prober.file.path, bitOffset: probe.bitOffset)
    }

    // MARK: Inside of silent stretches

    /// Tries a few blocks inside the silent section, always in the largest gap.
    private mutating func guess(taskCount: Int) async throws(BzError) {
        var left = Self.guesses
        while result == nil, let gap = openGap ?? (left > 0 ? gaps.max { $0.count < $1.count } : nil) {
            if openGap == nil { left -= 1 }
            try await look(into: gap, taskCount: taskCount)
        }
    }

    /// Follows the chain of blocks from ``start`` to ``end``, so that no block is left in which the page could begin.
    private mutating func sweep(taskCount: Int, proof: AbsenceProof) async throws(BzError) {
        var known: [Int64: BlockProbe] = [:]
        for probe in silent { known[probe.bitOffset] = proof == .everyBlock ? probe : stretch(from: probe) }
        var chain = start == 0 ? StreamChain(prober.file) : StreamChain(prober.file, at: start)
        while result == nil, case .block(let bitOffset, _) = try chain.next() {
            if bitOffset >= end { return }
            if known[bitOffset] == nil {
                // What was read ahead inside this block is not a block.
                known = known.filter { $0.key > bitOffset }
                for probe in await probes(from: bitOffset, count: 2 * taskCount, known: known) {
                    known[probe.bitOffset] = probe
                }
            }
            // If that failed, it is tried again for its error.
            let ahead = known.removeValue(forKey: bitOffset)
            let probe = if let ahead { ahead } else { try prober.lookInto(bitOffset, for: id) }
            if !probe.isSilent { try use(probe) }
            chain = StreamChain(prober.file, at: probe.endOffset)
        }
    }

    /// Examines several blocks at the same time.
    private func probes(from start: Int64, count: Int, known: [Int64: BlockProbe]) async -> [BlockProbe] {
        let magics = (try? prober.magics(from: start, before: end, limit: count)) ?? []
        return await withTaskGroup(of: BlockProbe?.self) { group in
            for magic in magics where known[magic] == nil {
                group.addTask { [prober, id] in try? prober.lookInto(magic, for: id) }
            }
            return await group.reduce(into: []) { probes, probe in if let probe { probes.append(probe) } }
        }
    }

    /// Everything from a silent block to the last one after it whose revisions may belong to the same page, treated as
    /// one block.
    private func stretch(from first: BlockProbe) -> BlockProbe {
        var last = first
        for probe in silent where probe.bitOffset > first.bitOffset {
            guard let revisions = probe.revisions else { continue }
            if let before = last.revisions, before.last >= revisions.first { break }
            last = probe
        }
        return BlockProbe(bitOffset: first.bitOffset, endOffset: last.endOffset, pages: [], revisions: first.revisions)
    }
}

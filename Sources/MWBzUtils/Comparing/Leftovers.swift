internal import SystemPackage

/// Pages and revisions that only one of two dumps had so far. They wait outside of memory until both dumps are read, since they
/// may still come in the other one.
struct Leftovers: ~Copyable {
    /// A part of a page: some of its revisions.
    struct Piece {
        var page: PageRecord
        /// Whether the page was compared, so that only these revisions are in question.
        var isMatched: Bool
        /// Whether the dump had the page before.
        var isRepeated: Bool
        var revisionCount: Int64
        var facts: FactBytes
        /// Whether a piece of the same stretch was kept before.
        var isRest = false

        mutating func add(_ revision: RevisionFacts) {
            revision.encode(to: &facts)
            revisionCount += 1
        }
    }

    private static let pieceSize = 1 << 16
    private static let memorySize = 4 << 20
    private let folder: FilePath
    private var sorter: PlaceSorter
    private var spill: SpillFile?
    private var spilled: Int64 = 0
    private var held: [UInt8] = []
    /// The pieces that are being made, of the first dump and of the second.
    private var open: [Piece?] = [nil, nil]

    init(folder: FilePath) {
        self.folder = folder
        sorter = PlaceSorter(folder: folder)
    }

    /// Whether a piece of a dump is being made.
    func isOpen(_ side: Int) -> Bool { open[side] != nil }

    /// Begins a piece of a page.
    /// - Parameter side: 0 for the first dump, 1 for the second.
    mutating func begin(_ side: Int, _ page: PageRecord, isMatched: Bool, isRepeated: Bool) {
        open[side] = Piece(
            page: page, isMatched: isMatched, isRepeated: isRepeated, revisionCount: 0, facts: FactBytes())
    }

    /// Adds a revision to the piece.
    mutating func append(_ side: Int, _ facts: RevisionFacts) throws(BzError) {
        open[side]?.add(facts)
        guard let piece = open[side], piece.facts.bytes.count >= Self.pieceSize else { return }
        try end(side)
        begin(side, piece.page, isMatched: piece.isMatched, isRepeated: piece.isRepeated)
        open[side]?.isRest = true
    }

    /// Ends the piece. One of a page that was compared, or of which a piece was kept, is kept only if it has revisions.
    mutating func end(_ side: Int) throws(BzError) {
        guard let piece = open[side] else { return }
        open[side] = nil
        if piece.isMatched || piece.isRest, piece.revisionCount == 0 { return }
        var bytes = FactBytes()
        let page = piece.page
        bytes.append(page.namespace == nil ? 0 : 1)
        bytes.append(page.namespace ?? 0)
        bytes.append(page.title)
        bytes.append(page.redirect)
        bytes.append((piece.isMatched ? 1 : 0) + (piece.isRepeated ? 2 : 0))
        bytes.append(piece.revisionCount)
        bytes.append(Int64(piece.facts.bytes.count))
        let offset = spilled + Int64(held.count)
        try sorter.append(IndexPlace(key: page.id, offset: offset << 1 | Int64(side)))
        var size = FactBytes()
        size.append(Int64(bytes.bytes.count))
        held += size.bytes + bytes.bytes + piece.facts.bytes
        guard held.count >= Self.memorySize else { return }
        let file = if let spill { spill } else { try SpillFile(in: folder) }
        spill = file
        _ = try file.append(held)
        spilled += Int64(held.count)
        held.removeAll(keepingCapacity: true)
    }

    /// The ids of all pages with pieces, each with the places of those of both dumps, in order.
    mutating func drain(
        _ body: (_ page: Int64, _ first: [Int64], _ second: [Int64], borrowing Reader) throws(BzError) -> Void
    ) throws(BzError) {
        for side in 0...1 { try end(side) }
        let reader = Reader(spill: spill, spilled: spilled, held: held)
        var group: (page: Int64, first: [Int64], second: [Int64])?
        try sorter.drain { place throws(BzError) in
            if let done = group, done.page != place.key {
                try body(done.page, done.first, done.second, reader)
                group = nil
            }
            var next = group ?? (place.key, [], [])
            group = nil
            if place.offset & 1 == 0 {
                next.first.append(place.offset >> 1)
            } else {
                next.second.append(place.offset >> 1)
            }
            group = next
        }
        if let group { try body(group.page, group.first, group.second, reader) }
    }

    /// Reads pieces.
    struct Reader {
        let spill: SpillFile?
        let spilled: Int64
        let held: [UInt8]

        /// The piece at a place.
        func piece(at offset: Int64, of id: Int64) throws(BzError) -> Piece {
            var head = FactBytes(try read(offset, 8))
            let size = Int(head.takeNumber())
            var bytes = FactBytes(try read(offset + 8, size))
            let hasNamespace = bytes.takeNumber() == 1
            let namespace = bytes.takeNumber()
            let (title, redirect) = (bytes.takeString(), bytes.takeString())
            let (flags, count, factSize) = (bytes.takeNumber(), bytes.takeNumber(), bytes.takeNumber())
            return Piece(
                page: PageRecord(
                    id: id, namespace: hasNamespace ? namespace : nil, title: title ?? "", redirect: redirect, offset: 0
                ),
                isMatched: flags & 1 != 0, isRepeated: flags & 2 != 0, revisionCount: count,
                facts: FactBytes(try read(offset + 8 + Int64(size), Int(factSize))))
        }

        private func read(_ offset: Int64, _ count: Int) throws(BzError) -> [UInt8] {
            if offset >= spilled {
                let start = Int(offset - spilled)
                return Array(held[start..<start + count])
            }
            guard let spill else { return [] }
            return try spill.read(at: offset, count: count)
        }
    }
}

import MWBzUtils
import SystemPackage

/// Looks for pages in a dump of one or more files.
struct SetSearch {
    /// A piece of a page. Most pages have one.
    struct Piece {
        let page: FoundPage
        let finder: PageFinder
    }

    private let set: DumpSet
    private let index: FilePath?
    private let proof: AbsenceProof
    /// The pages between which a missing page would be.
    private(set) var between = PageGap()

    init(_ set: DumpSet, index: FilePath?, proof: AbsenceProof) {
        (self.set, self.index, self.proof) = (set, index, proof)
    }

    /// All pieces of the page, in order; none if it is not there.
    mutating func find(_ target: PageTarget) async throws -> [Piece] {
        guard let id = target.id else {
            let first = try await find(target, in: set.members, mayStop: true)
            guard set.isSeveral, let page = first.first?.page else { return first }
            var whole = target
            (whole.id, whole.title, whole.revision) = (page.page.id, nil, nil)
            let pieces = try await find(whole, in: set.likely(for: page.page.id), mayStop: false)
            // In files that overlap, the page need not be where it would have to be.
            guard let start = pieces.firstIndex(where: { $0.page.file == page.file }) else { return first }
            return pieces[..<start] + first + pieces[start...].filter { $0.page.file != page.file }
        }
        let likely = set.likely(for: id)
        var pieces = try await find(target, in: likely, mayStop: false)
        if pieces.isEmpty, set.isSeveral {
            pieces = try await find(target, in: set.others(than: likely, for: id), mayStop: false)
            let next = set.members.compactMap { $0.first?.page }.first { $0 > id }
            between.narrow(PageGap(after: nil, before: next))
        }
        return pieces
    }

    private mutating func find(
        _ target: PageTarget, in members: [DumpSet.Member], mayStop: Bool
    ) async throws -> [Piece] {
        var pieces: [Piece] = []
        for member in members {
            let finder = try PageFinder(member.path, index: index)
            switch try await finder.find(target, proof: proof) {
            case .found(let pages):
                pieces += pages.map { Piece(page: $0, finder: finder) }
                if mayStop { return pieces }
            case .absent(let gap): between.narrow(gap)
            }
        }
        return pieces
    }

    /// Passes on the XML of a page, from `<page>` to `</page>`.
    static func read(_ pieces: [Piece], _ body: (ArraySlice<UInt8>) throws(BzError) -> Void) throws(BzError) {
        if pieces.count == 1 { return try pieces[0].finder.read(pieces[0].page, body) }
        var joiner = PageJoiner(id: pieces.first?.page.page.id ?? 0)
        for (number, piece) in pieces.enumerated() {
            joiner.begin(isLast: number == pieces.count - 1)
            do throws(BzError) {
                try piece.finder.read(piece.page) { bytes throws(BzError) in try body(joiner.append(Array(bytes))[...])
                }
                try body(joiner.end()[...])
            } catch {
                throw error.naming(error.file ?? piece.page.file)
            }
        }
    }
}

internal import SystemPackage

/// Goes through two dumps at once.
struct ComparisonMerge: ~Copyable {
    typealias Body = (DumpDifference) throws(BzError) -> Void

    private var sides: [ComparedSide]
    private let comparison: FactComparison
    private var leftovers: Leftovers
    private var summary = DumpComparison.Summary()
    /// Revisions of which nothing tells whether their texts are the same.
    private var blindCount: Int64 = 0
    /// Revisions that may have been compared in another piece of their page.
    private var unresolvedCount: Int64 = 0

    init(_ before: ComparedSide, _ after: ComparedSide, _ comparison: FactComparison, scratch: FilePath) {
        sides = [before, after]
        self.comparison = comparison
        leftovers = Leftovers(folder: scratch)
    }

    mutating func run(_ body: Body) async throws(BzError) -> DumpComparison.Summary {
        var one = try await sides[0].nextPage()
        var other = try await sides[1].nextPage()
        while true {
            if let before = one, let after = other, before.id == after.id {
                try await compare(before, after, body)
                one = try await sides[0].nextPage()
                other = try await sides[1].nextPage()
            } else if let before = one, other.map({ before.id < $0.id }) ?? true {
                try await keep(before, of: 0)
                one = try await sides[0].nextPage()
            } else if let after = other {
                try await keep(after, of: 1)
                other = try await sides[1].nextPage()
            } else {
                break
            }
        }
        try resolve(body)
        (summary.before, summary.after) = (sides[0].totals, sides[1].totals)
        if blindCount > 0 {
            summary.isInDoubt = true
            summary.remarks.append(
                "nothing tells whether the texts of \(blindCount) revisions are the same: a text or its hash is missing"
            )
        }
        if unresolvedCount > 0 {
            summary.isInDoubt = true
            summary.remarks.append(
                "\(unresolvedCount) revisions are in pages that come again, and could not be compared")
        }
        return summary
    }

    // MARK: While reading

    /// Keeps a page that the other dump did not have so far.
    private mutating func keep(_ page: PageRecord, of side: Int) async throws(BzError) {
        leftovers.begin(side, page, isMatched: false, isRepeated: sides[side].isRepeated)
        while let facts = try await sides[side].nextRevision() { try leftovers.append(side, facts) }
        try leftovers.end(side)
    }

    private mutating func compare(_ before: PageRecord, _ after: PageRecord, _ body: Body) async throws(BzError) {
        if !sides[0].isRepeated || !sides[1].isRepeated { try compareHeads(before, after, body) }
        let pages = [before, after]
        var matched = MatchedIDs()
        var one = try await sides[0].nextRevision()
        var other = try await sides[1].nextRevision()
        while true {
            if let first = one, let second = other, first.id == second.id {
                matched.append(first.id)
                try compare(first, second, of: after, body)
                one = try await sides[0].nextRevision()
                other = try await sides[1].nextRevision()
            } else if let first = one, other.map({ first.id < $0.id }) ?? true {
                try keep(first, of: pages, side: 0, &matched)
                one = try await sides[0].nextRevision()
            } else if let second = other {
                try keep(second, of: pages, side: 1, &matched)
                other = try await sides[1].nextRevision()
            } else {
                break
            }
        }
        for side in 0...1 { try leftovers.end(side) }
    }

    /// Keeps a revision that the other dump did not have so far in the page.
    private mutating func keep(
        _ facts: RevisionFacts, of pages: [PageRecord], side: Int, _ matched: inout MatchedIDs
    ) throws(BzError) {
        if sides[side].revisionsFall, matched.contains(facts.id) { return sides[side].noteRepeated() }
        if !leftovers.isOpen(side) {
            leftovers.begin(side, pages[side], isMatched: true, isRepeated: sides[side].isRepeated)
        }
        try leftovers.append(side, facts)
    }

    // MARK: At the end

    private mutating func resolve(_ body: Body) throws(BzError) {
        // Out of self, so that the closure can change the rest of it.
        var waiting = Leftovers(folder: "")
        swap(&waiting, &leftovers)
        try waiting.drain { page, first, second, reader throws(BzError) in
            if first.isEmpty || second.isEmpty {
                try resolve(page, first + second, isLost: second.isEmpty, reader, body)
            } else {
                try resolve(page, first, second, reader, body)
            }
        }
    }

    /// Tells of pieces that only one dump has.
    private mutating func resolve(
        _ id: Int64, _ places: [Int64], isLost: Bool, _ reader: borrowing Leftovers.Reader, _ body: Body
    ) throws(BzError) {
        let kind: DumpDifference.Kind = isLost ? .lost : .gained
        let isElsewhere = sides[isLost ? 1 : 0].hasSeen(id) == true
        var whole: DumpDifference?
        for place in places {
            var piece = try reader.piece(at: place, of: id)
            if piece.isMatched {
                while !piece.facts.isOver { try tell(kind, RevisionFacts(&piece.facts), of: piece.page, body) }
            } else if isElsewhere {
                unresolvedCount += piece.revisionCount
            } else {
                var difference = whole ?? Self.difference(kind, piece.page)
                difference.revisionCount = (difference.revisionCount ?? 0) + piece.revisionCount
                whole = difference
            }
        }
        guard let whole else { return }
        summary.pages.add(1, to: kind)
        summary.revisions.add(whole.revisionCount ?? 0, to: kind)
        try body(whole)
    }

    /// Compares pieces of a page that both dumps have.
    private mutating func resolve(
        _ id: Int64, _ first: [Int64], _ second: [Int64], _ reader: borrowing Leftovers.Reader, _ body: Body
    ) throws(BzError) {
        var waiting: [Int64: RevisionFacts] = [:]
        var head: PageRecord?
        var isMatched = false
        for place in second {
            var piece = try reader.piece(at: place, of: id)
            head = head ?? piece.page
            isMatched = isMatched || piece.isMatched
            while !piece.facts.isOver {
                let facts = RevisionFacts(&piece.facts)
                if waiting.updateValue(facts, forKey: facts.id) != nil { sides[1].noteRepeated() }
            }
        }
        guard let head else { return }
        var met: Set<Int64> = []
        for (number, place) in first.enumerated() {
            var piece = try reader.piece(at: place, of: id)
            if number == 0, !isMatched, !piece.isMatched { try compareHeads(piece.page, head, body) }
            while !piece.facts.isOver {
                let facts = RevisionFacts(&piece.facts)
                guard met.insert(facts.id).inserted else {
                    sides[0].noteRepeated()
                    continue
                }
                if let other = waiting.removeValue(forKey: facts.id) {
                    try compare(facts, other, of: head, body)
                } else {
                    try tell(.lost, facts, of: head, body)
                }
            }
        }
        for facts in waiting.values.sorted(by: { $0.id < $1.id }) { try tell(.gained, facts, of: head, body) }
    }

    // MARK: Telling

    private mutating func compareHeads(_ before: PageRecord, _ after: PageRecord, _ body: Body) throws(BzError) {
        try tell(comparison.changes(before, after), nil, of: after, body)
    }

    private mutating func compare(
        _ before: RevisionFacts, _ after: RevisionFacts, of page: PageRecord, _ body: Body
    ) throws(BzError) {
        let changes = comparison.changes(before, after)
        let isText = { (field: DumpDifference.Field) in [.text, .size, .hash].contains(field) }
        if FactComparison.isBlind(before, after), !comparison.ignored.contains(.text),
            !changes.contains(where: { isText($0.field) })
        {
            blindCount += 1
        }
        try tell(changes, after.id, of: page, body)
    }

    /// Tells what changed of a revision, or of a page if there is no revision.
    private mutating func tell(
        _ changes: [DumpDifference.Change], _ revision: Int64?, of page: PageRecord, _ body: Body
    ) throws(BzError) {
        guard !changes.isEmpty else { return }
        for change in changes { summary.fields[change.field, default: 0] += 1 }
        if revision == nil { summary.pages.changed += 1 } else { summary.revisions.changed += 1 }
        var difference = Self.difference(.changed, page)
        (difference.revision, difference.changes) = (revision, changes)
        try body(difference)
    }

    private mutating func tell(
        _ kind: DumpDifference.Kind, _ facts: RevisionFacts, of page: PageRecord, _ body: Body
    ) throws(BzError) {
        summary.revisions.add(1, to: kind)
        var difference = Self.difference(kind, page)
        difference.revision = facts.id
        try body(difference)
    }

    private static func difference(_ kind: DumpDifference.Kind, _ page: PageRecord) -> DumpDifference {
        DumpDifference(kind: kind, page: page.id, namespace: page.namespace, title: page.title)
    }
}

/// The revisions of a page that both dumps had so far. They are looked up only in dumps out of the ordinary.
private struct MatchedIDs {
    private var list: [Int64] = []
    private var set: Set<Int64>?

    mutating func append(_ id: Int64) {
        if set == nil { list.append(id) } else { set?.insert(id) }
    }

    mutating func contains(_ id: Int64) -> Bool {
        if set == nil { (set, list) = (Set(list), []) }
        return set?.contains(id) == true
    }
}

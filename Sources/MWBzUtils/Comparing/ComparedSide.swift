/// One of the two dumps that are compared, as its pages and revisions come.
struct ComparedSide {
    /// What is handed from the task that reads to the one that compares.
    enum Item: Sendable {
        case site(ExportSite)
        case page(PageRecord)
        case revision(RevisionFacts)
    }

    typealias Queue = BoundedQueue<[Item]>

    /// What is known of the dump so far.
    private(set) var totals = DumpComparison.Totals()
    private let queue: Queue
    private var items: [Item] = []
    private var place = 0
    private var lastPage: Int64?
    private var lastRevision: Int64?
    private var seen = SparseIDs()
    /// Whether the revisions of the page do not rise.
    private(set) var revisionsFall = false
    /// Whether the dump had the page before, in another place.
    private(set) var isRepeated = false

    init(_ queue: Queue) { self.queue = queue }

    /// Reads a dump into a queue.
    static func fill(_ queue: Queue, from text: DumpText, taskCount: Int) async {
        do throws(BzError) {
            var reader = ExportReader()
            var records: [ExportRecord] = []
            let reading = try await text.read(taskCount: taskCount) { bytes throws(BzError) in
                records.removeAll(keepingCapacity: true)
                var problem: BzError?
                do throws(BzError) { try reader.read(bytes, into: &records) } catch { problem = error }
                let items = records.compactMap(Self.item)
                let isWanted = items.isEmpty ? true : await queue.send(items)
                if let problem { throw problem.naming(problem.file ?? text.name) }
                return isWanted
            }
            if let offset = reading.trailingOffset {
                throw .trailing(at: offset, in: text.name)
            }
            do throws(BzError) { try reader.finish() } catch { throw error.naming(text.name) }
            await queue.finish(.success(()))
        } catch {
            await queue.finish(.failure(error))
        }
    }

    private static func item(_ record: ExportRecord) -> Item? {
        switch record {
        case .site(let site): .site(site)
        case .page(let page): .page(page)
        case .revision(let revision): .revision(RevisionFacts(revision))
        case .pageEnd: nil
        }
    }

    /// The next page. Revisions of the page before that were not taken are passed over. Pieces of a page that follow one another
    /// are one page.
    mutating func nextPage() async throws(BzError) -> PageRecord? {
        while let item = try await peek() {
            place += 1
            if case .page(let page) = item, page.id != lastPage {
                if let lastPage, page.id < lastPage {
                    totals.fallCount += 1
                    totals.firstFall = totals.firstFall ?? "\(page.id) comes behind \(lastPage)"
                }
                isRepeated = !seen.insert(page.id)
                if isRepeated {
                    totals.pieceCount += 1
                    totals.firstPiece = totals.firstPiece ?? page.id
                } else {
                    totals.pageCount += 1
                }
                (lastPage, lastRevision, revisionsFall) = (page.id, nil, false)
                return page
            }
        }
        return nil
    }

    /// The next revision of the page; nil if there is none. A revision that comes twice in a row is passed over.
    mutating func nextRevision() async throws(BzError) -> RevisionFacts? {
        while let item = try await peek() {
            switch item {
            case .page(let page) where page.id != lastPage: return nil
            case .revision(let facts):
                place += 1
                if facts.id == lastRevision {
                    totals.repeatCount += 1
                    continue
                }
                if let lastRevision, facts.id < lastRevision { revisionsFall = true }
                lastRevision = facts.id
                totals.revisionCount += 1
                totals.note(facts)
                return facts
            default: place += 1
            }
        }
        return nil
    }

    /// Whether the dump had a page so far; nil if there were too many to know.
    func hasSeen(_ page: Int64) -> Bool? { seen.contains(page) }

    /// Counts a revision that was found to be there before.
    mutating func noteRepeated() { totals.repeatCount += 1 }

    private mutating func peek() async throws(BzError) -> Item? {
        while place >= items.count {
            guard let next = try await queue.next() else { return nil }
            (items, place) = (next, 0)
        }
        let item = items[place]
        if case .site(let site) = item {
            if let name = site.dbname, !totals.dbnames.contains(name), totals.dbnames.count < 9 {
                totals.dbnames.append(name)
            }
        }
        return item
    }
}

/// A set of ids. Those near each other share memory: 80 million ids that lie close take 10 MB.
struct SparseIDs: Sendable {
    private static let wordCount = 512
    private static let shift: Int64 = 15
    /// At 4 kB each, 64 MB.
    private static let mostGroups = 16_000
    private var groups: [Int64: [UInt64]] = [:]
    private var isComplete = true

    /// - Returns: Whether the id is new, as far as is known.
    mutating func insert(_ id: Int64) -> Bool {
        let (group, word, bit) = Self.place(id)
        guard groups[group] != nil || groups.count < Self.mostGroups else {
            isComplete = false
            return true
        }
        let isNew = groups[group, default: Array(repeating: 0, count: Self.wordCount)][word] & bit == 0
        if isNew { groups[group, default: Array(repeating: 0, count: Self.wordCount)][word] |= bit }
        return isNew
    }

    /// nil if that is not known.
    func contains(_ id: Int64) -> Bool? {
        let (group, word, bit) = Self.place(id)
        guard let words = groups[group] else { return isComplete ? false : nil }
        return words[word] & bit != 0
    }

    private static func place(_ id: Int64) -> (group: Int64, word: Int, bit: UInt64) {
        (id >> shift, Int(id >> 6 & Int64(wordCount - 1)), 1 << UInt64(id & 63))
    }
}

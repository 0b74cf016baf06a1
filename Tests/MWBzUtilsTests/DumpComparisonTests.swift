import MWBzUtils
import SystemPackage
import Testing

/// Two dumps of a wiki, held against each other.
@Suite(.timeLimit(.minutes(5)))
struct DumpComparisonTests {
    private typealias Kind = DumpDifference.Kind

    /// What a test expects of the comparison: `lost 3`, `gained 3/7`, `changed 3/7 text`.
    private static func lines(_ differences: [DumpDifference]) -> [String] {
        differences.map { difference in
            let revision = difference.revision.map { "/\($0)" } ?? ""
            let fields = difference.changes.map(\.field.rawValue).sorted().map { " " + $0 }.joined()
            return "\(difference.kind) \(difference.page)\(revision)\(fields)"
        }.sorted()
    }

    private static func compare(
        _ one: String, _ other: String, ignoring: Set<DumpDifference.Field> = []
    ) async throws -> (lines: [String], summary: DumpComparison.Summary) {
        let folder = try TestFolder()
        let first = try folder.file("a.xml.bz2", BzStream.compress(Array(one.utf8), level: 1))
        let second = try folder.file("b.xml", Array(other.utf8))
        return try await compare(DumpText(first), DumpText(second), folder, ignoring: ignoring)
    }

    private static func compare(
        _ one: DumpText, _ other: DumpText, _ folder: TestFolder, ignoring: Set<DumpDifference.Field> = []
    ) async throws -> (lines: [String], summary: DumpComparison.Summary) {
        var found: [DumpDifference] = []
        let summary = try await DumpComparison(one, other, ignoring: ignoring, scratch: folder.path).run(taskCount: 2) {
            found.append($0)
        }
        return (lines(found), summary)
    }

    /// Two wikis that have much in common, as a model in memory.
    private static func wikis(_ random: inout SeededGenerator) -> (ModelWiki, ModelWiki) {
        var one = ModelWiki()
        for id in 1...Int64.random(in: 1...12, using: &random) where Bool.random(using: &random) || id == 1 {
            var page = ModelWiki.Page(title: "Page \(id) & <b>", namespace: Int64.random(in: 0...2, using: &random))
            for number in 1...Int64.random(in: 1...6, using: &random) {
                page.revisions[id * 100 + number] = .init(
                    text: String(repeating: "x<&>\"é\n", count: Int.random(in: 0...40, using: &random)),
                    comment: Bool.random(using: &random) ? "" : "because \(number)", user: "User \(number)")
            }
            one.pages[id] = page
        }
        var other = one
        for id in one.pages.keys.sorted() {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: other.pages[id] = nil
            case 1:
                other.pages[id + 50] = one.pages[id].map { page in
                    var page = page
                    page.revisions = Dictionary(uniqueKeysWithValues: page.revisions.map { ($0.key + 5000, $0.value) })
                    return page
                }
            case 2: other.pages[id]?.title += "!"
            case 3: other.pages[id]?.redirect = "Elsewhere"
            default: break
            }
            for revision in (other.pages[id]?.revisions.keys.sorted() ?? []) {
                switch Int.random(in: 0..<12, using: &random) {
                case 0: other.pages[id]?.revisions[revision] = nil
                case 1: other.pages[id]?.revisions[revision + 50] = .init(text: "new", comment: "", user: "New")
                case 2: other.pages[id]?.revisions[revision]?.text += "|"
                case 3: other.pages[id]?.revisions[revision]?.comment += "?"
                case 4: other.pages[id]?.revisions[revision]?.isHidden.toggle()
                case 5: other.pages[id]?.revisions[revision]?.user += "2"
                default: break
                }
            }
        }
        return (one, other)
    }

    @Test("A comparison finds what a model in memory finds, in either form and any order")
    func againstModel() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of DumpComparisonTests: \(seed)")
        var random = SeededGenerator(seed: seed)
        for round in 0..<150 {
            let (one, other) = Self.wikis(&random)
            let isShuffled = round % 3 == 0
            let forms = (Bool.random(using: &random), Bool.random(using: &random))
            let first = isShuffled ? one.export(isV2: forms.0, shuffledBy: &random) : one.export(isV2: forms.0)
            let second = isShuffled ? other.export(isV2: forms.1, shuffledBy: &random) : other.export(isV2: forms.1)
            let found = try await Self.compare(first, second)
            let expected = one.differences(from: other)
            #expect(found.lines == expected, "seed \(seed), round \(round)")
            #expect(found.summary.differs(in: Set(Kind.allCases)) == !expected.isEmpty)
            #expect(!found.summary.isInDoubt, "\(found.summary.remarks)")
            let same = try await Self.compare(first, one.export(isV2: round % 2 == 0))
            #expect(same.lines == [], "seed \(seed), round \(round)")
        }
    }

    @Test func aCutDumpIsToldAndIsNoLoss() async throws {
        var random = SeededGenerator(seed: 5)
        let whole = Self.wikis(&random).0.export(isV2: false)
        let cut = String(whole.dropLast(40))
        let error = await #expect(throws: BzError.self) { _ = try await Self.compare(whole, cut) }
        #expect(error?.code == .truncated && error?.file?.lastComponent?.string == "b.xml")
    }

    @Test func aStubIsComparedByHashAndSize() async throws {
        let revision = { (text: String) in
            "<mediawiki><page><title>A</title><ns>0</ns><id>1</id><revision><id>2</id>\(text)</revision></page></mediawiki>"
        }
        let full = revision(#"<text bytes="3" xml:space="preserve">abc</text><sha1>h</sha1>"#)
        let stub = revision(#"<text bytes='3' location="tt:1" id="1"/><sha1>h</sha1>"#)
        let found = try await Self.compare(full, stub)
        #expect(found.lines == [] && !found.summary.isInDoubt)
        #expect(found.summary.remarks.contains { $0.contains("has no texts") })
        let other = revision(#"<text bytes="4" location="tt:1" id="1"/><sha1>i</sha1>"#)
        let changed = try await Self.compare(full, other)
        #expect(changed.lines == ["changed 1/2 hash size"])
        let lost = try await Self.compare(full, revision(#"<text bytes="3"></text><sha1>h</sha1>"#))
        #expect(lost.lines == ["changed 1/2 text"], "a text that was lost, with the hash left")
        let blind = try await Self.compare(full, revision(#"<text bytes="3" id="1"/><sha1 />"#))
        #expect(blind.summary.isInDoubt)
    }

    @Test func aPageInTwoShardsIsOne() async throws {
        let folder = try TestFolder()
        let head = "<mediawiki>\n<siteinfo></siteinfo>\n<page><title>A</title><ns>0</ns><id>1</id>"
        let revisions = (1...6).map { "<revision><id>\($0)</id><text bytes=\"1\">\($0)</text></revision>" }
        let tail = "</page>\n</mediawiki>\n"
        let one = try folder.file("one.xml", Array((head + revisions.joined() + tail).utf8))
        let shards = try [0..<3, 3..<6].map { range in
            try folder.file("\(range.lowerBound).xml", Array((head + revisions[range].joined() + tail).utf8))
        }
        let set = try await DumpSet(shards.reversed())
        let found = try await Self.compare(DumpText(one), set.text, folder)
        #expect(found.lines == [] && !found.summary.isInDoubt)
        let half = try await Self.compare(DumpText(one), DumpText(shards[0]), folder)
        #expect(half.lines == ["lost 1/4", "lost 1/5", "lost 1/6"])
    }

    @Test func aPageThatComesTwiceIsInDoubt() async throws {
        let page = { (id: Int) in
            "<page><title>P\(id)</title><id>\(id)</id><revision><id>\(id)0</id><text>x</text></revision></page>"
        }
        let once = "<mediawiki>\(page(1))\(page(2))</mediawiki>"
        let twice = try await Self.compare(once, once + once)
        #expect(twice.lines == [] && twice.summary.isInDoubt)
        #expect(twice.summary.remarks.contains { $0.contains("do not rise") }, "\(twice.summary.remarks)")
    }

    @Test func manyRevisionsInTheWrongOrder() async throws {
        let revisions = (1...3000).map { "<revision><id>\($0)</id><text>\($0)</text></revision>" }
        let export = { (list: [String]) in
            "<mediawiki><page><title>P</title><id>1</id>\(list.joined())</page></mediawiki>"
        }
        let found = try await Self.compare(export(revisions), export(Array(revisions.reversed())))
        #expect(found.lines == [] && !found.summary.isInDoubt)
        let fewer = try await Self.compare(export(revisions), export(Array(revisions.dropLast().reversed())))
        #expect(fewer.lines == ["lost 1/3000"])
    }
}

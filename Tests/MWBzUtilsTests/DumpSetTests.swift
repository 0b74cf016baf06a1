import MWBzUtils
import SystemPackage
import Testing

/// Dumps in several files.
@Suite(.timeLimit(.minutes(5)))
struct DumpSetTests {
    private static let header = "<mediawiki>\n  <siteinfo></siteinfo>\n"
    private static let footer = "</mediawiki>\n"

    private static func revision(_ id: Int) -> String {
        "    <revision>\n      <id>\(id)</id>\n      <text>\(String(repeating: "x", count: id % 90))</text>\n    </revision>\n"
    }

    private static func head(_ id: Int) -> String {
        "  <page>\n    <title>Page \(id)</title>\n    <ns>0</ns>\n    <id>\(id)</id>\n"
    }

    /// An export of pages, each with its revisions.
    private static func export(_ pages: [(id: Int, revisions: [Int])]) -> String {
        header
            + pages.map { head($0.id) + $0.revisions.map(revision).joined() + "  </page>\n" }.joined() + footer
    }

    private static func write(_ text: String, _ name: String, in folder: TestFolder) throws -> FilePath {
        try folder.file(name, name.hasSuffix(".bz2") ? BzStream.compress(Array(text.utf8), level: 1) : Array(text.utf8))
    }

    private static func text(_ set: DumpSet) async throws -> String {
        var bytes: [UInt8] = []
        try await set.text.read(taskCount: 2) { piece throws(BzError) in
            bytes += piece
            return true
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("Cut anywhere, also inside pages, and named in any order, a dump is the same")
    func cutAnywhere() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of DumpSetTests: \(seed)")
        var random = SeededGenerator(seed: seed)
        for round in 0..<20 {
            let folder = try TestFolder()
            var (page, revision) = (0, 100)
            var pages: [(id: Int, revisions: [Int])] = []
            for _ in 0..<Int.random(in: 2...12, using: &random) {
                page += Int.random(in: 1...5, using: &random)
                let revisions = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                    revision += Int.random(in: 1...9, using: &random)
                    return revision
                }
                pages.append((page, revisions))
            }
            var shards: [[(id: Int, revisions: [Int])]] = [[]]
            for page in pages {
                for revision in page.revisions {
                    if Int.random(in: 0..<5, using: &random) == 0, shards.last?.isEmpty == false { shards.append([]) }
                    if shards[shards.count - 1].last?.id == page.id {
                        shards[shards.count - 1][shards[shards.count - 1].count - 1].revisions.append(revision)
                    } else {
                        shards[shards.count - 1].append((page.id, [revision]))
                    }
                }
            }
            var paths = [try Self.write(Self.export([]), "empty.xml", in: folder)]
            for (number, shard) in shards.enumerated() {
                let ending = Bool.random(using: &random) ? "bz2" : "xml"
                paths.append(try Self.write(Self.export(shard), "s\(number).\(ending)", in: folder))
            }
            let set = try await DumpSet(paths.shuffled(using: &random))
            #expect(try await Self.text(set) == Self.export(pages), "seed \(seed), round \(round)")
            #expect(set.members.last?.first == nil)
            for page in pages {
                let wanted = shards.enumerated().filter { $0.element.contains { $0.id == page.id } }.map(\.offset)
                let likely = set.likely(for: Int64(page.id)).compactMap { $0.path.lastComponent?.stem.dropFirst() }
                #expect(wanted.allSatisfy { likely.contains("\($0)") }, "seed \(seed), page \(page.id)")
            }
        }
    }

    @Test("Files that overlap, are cut or are copies are no dump")
    func whatIsRefused() async throws {
        let folder = try TestFolder()
        let one = try Self.write(Self.export([(1, [10]), (5, [11, 12])]), "a.bz2", in: folder)
        for (text, code, words) in [
            (Self.export([(3, [20])]), BzError.Code.damaged, "page 3 comes after page 5"),
            (Self.export([(5, [12, 13])]), .damaged, "goes on with revision 12"),
            (Self.export([(1, [10])]), .wrongFormat, "begins with page 1, revision 10"),
            (Self.header + Self.head(9) + Self.revision(90), .truncated, "inside page 9"),
            (Self.header + Self.head(9) + Self.revision(90) + "  </page>\n", .truncated, "without </mediawiki>"),
        ] {
            let other = try Self.write(text, "b.xml", in: folder)
            let error = await #expect(throws: BzError.self) { _ = try await Self.text(DumpSet([one, other])) }
            #expect(error?.code == code && error?.message.contains(words) == true, "\(String(describing: error))")
            #expect(error?.file == other)
        }
    }

    @Test("Pages that can be copied whole, and those that cannot")
    func wholePages() async throws {
        let folder = try TestFolder()
        let one = try Self.write(Self.export([(1, [10]), (5, [11])]), "a.bz2", in: folder)
        let next = try Self.write(Self.export([(6, [20])]), "b.bz2", in: folder)
        let rest = try Self.write(Self.export([(5, [12])]), "c.bz2", in: folder)
        try await DumpSet([next, one]).checkPagesAreWhole(taskCount: 1)
        let error = await #expect(throws: BzError.self) {
            try await DumpSet([rest, next, one]).checkPagesAreWhole(taskCount: 1)
        }
        #expect(error?.message.contains("page 5 goes on in") == true)
        #expect(try await DumpSet([one, next]).part(for: 6...9, taskCount: 1).members.map(\.path) == [one, next])
        let inside = try Self.write(Self.export([(3, [30])]), "d.bz2", in: folder)
        await #expect(throws: BzError.self) {
            _ = try await DumpSet([one, inside, next]).part(for: 4...4, taskCount: 1)
        }
    }

    @Test("The files of a folder, by their names")
    func folders() throws {
        let folder = try TestFolder()
        func names() throws -> [String] { try DumpSet.paths(in: folder.path).compactMap { $0.lastComponent?.string } }
        #expect(throws: BzError.self) { _ = try names() }
        _ = try folder.file("w-pages.xml.bz2", [1])
        #expect(try names() == ["w-pages.xml.bz2"])
        _ = try folder.file("w-pages2.xml-p3p00000.bz2", [1])
        _ = try folder.file("w-pages1.xml-p1p2.bz2", [1])
        _ = try folder.file("w-pages1.xml-p1p2.bz2-rss.xml", [1])
        #expect(try names() == ["w-pages1.xml-p1p2.bz2", "w-pages2.xml-p3p00000.bz2"])
        _ = try folder.file("w-stubs1.xml-p1p2.bz2", [1])
        let error = #expect(throws: BzError.self) { _ = try names() }
        #expect(error?.message.contains("w-stubs.xml.bz2") == true)
    }
}

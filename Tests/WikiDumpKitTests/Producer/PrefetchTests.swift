import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite struct PrefetchTests {
    /// A text pass that asks a database for each text that the older dump does not have, and counts how often it does.
    private static let textPass = """
        case "$*" in *TextPass*) counting() { python3 - "$@" <<'PY'
        import bz2, gzip, re, sys
        words = dict(w[2:].split('=', 1) for w in sys.argv[1:] if w.startswith('--') and '=' in w)
        ids = lambda text: set(re.findall(rb'<revision>\\s*<id>(\\d+)', text))
        wanted, known = ids(gzip.open(words['stub'].split(':', 1)[1]).read()), set()
        if 'prefetch' in words:
            kind, paths = words['prefetch'].split(':', 1)
            assert kind == 'bzip2', kind
            for path in paths.split(';'): known |= ids(bz2.open(path).read())
        open(FETCHES, 'a').write('%d\\n' % len(wanted - known))
        PY
        };; esac
        """

    private func wiki() throws -> (StandInMediaWiki, FilePath) {
        let fetches = FilePath("/tmp").appending("fetches-\(UInt64.random(in: 0 ... .max))")
        let script = Self.textPass.replacing("FETCHES", with: "\"\(fetches)\"")
        // Filters get no arguments of their own, so those of the program are kept.
        return (
            try StandInMediaWiki(
                "demowiki", before: script, after: "case \"$*\" in *TextPass*) counting \"$@\" </dev/null;; esac"),
            fetches
        )
    }

    /// Makes the files of the older run big enough to be worth reading.
    private func enlarge(_ standIn: StandInMediaWiki, date: String) async throws {
        let folder = standIn.wiki.directories.run(Sample.date(date))
        for name in try fileSystem.list(folder) where name.hasSuffix(".xml.bz2") {
            let path = folder.appending(name)
            var numbers = SystemRandomNumberGenerator()
            let noise = (0..<12_000).map { _ in String(numbers.next(), radix: 36) }.joined()
            let xml = try await Fixtures.unpacked(path) + "\n<!-- \(noise) -->\n"
            let plain = folder.appending("plain")
            try fileSystem.write(Array(xml.utf8), to: plain)
            _ = try await CommandRunner().run(
                Invocation(
                    "bzip2", Command("bzip2", ["-c", plain.string]), output: .file(CommandFile(path))))
            try fileSystem.remove(plain)
        }
    }

    private func fetches(_ path: FilePath) throws -> [Int] {
        defer { try? fileSystem.remove(path) }
        return (try fileSystem.text(path) ?? "").split(separator: "\n").compactMap { Int($0) }
    }

    @Test func anOlderDumpSavesTheDatabaseItsReadings() async throws {
        let (standIn, count) = try wiki()
        let first = try await standIn.dump(date: "20261101")
        #expect(first.failures == 0, "\(first.messages)")
        let without = try fetches(count)
        #expect(without.count == 3 && without.allSatisfy { $0 > 50 }, "\(without)")
        try await enlarge(standIn, date: "20261101")
        let second = try await standIn.dump(date: "20261124")
        #expect(second.failures == 0, "\(second.messages)")
        #expect(try fetches(count) == [0, 0, 0])
        let calls = try standIn.calls().suffix(5).filter { $0.contains("TextPass") }
        let folder = "/public/demowiki/20261101/demowiki-20261101"
        #expect(
            calls.map { $0.contains(" --prefetch=bzip2:\(folder)-pages-") } == [true, true, true], "\(calls)")
        #expect(
            try await standIn.text("pages-meta-history.xml.bz2") == Fixtures.golden("demowiki", "pages-meta-history"))

        // A plan heeds the same options.
        func planned(_ options: RunOptions) throws -> [Bool] {
            try standIn.jobs.flatMap { job in
                try job.commands(for: standIn.wiki, date: Sample.date("20261125"), options: options)
            }.map(\.description).filter { $0.contains("TextPass") }.map {
                $0.contains("--prefetch=bzip2:") && $0.contains("20261101-pages-")
            }
        }
        #expect(try planned(RunOptions(prefetchDate: Sample.date("20261101"))) == [true, true, true, true])
        #expect(try planned(RunOptions(prefetchDate: Sample.date("20261001"))) == [false, false, false, false])
        #expect(try planned(RunOptions(prefetch: false)) == [false, false, false, false])

        try await standIn.dump(RunOptions(prefetch: false), date: "20261125")
        #expect(try fetches(count) == without)
        try await standIn.dump(RunOptions(prefetchDate: Sample.date("20261102")), date: "20261126")
        #expect(try fetches(count) == without)
    }

    private let farm: TemporaryFarm
    init() throws { farm = try TemporaryFarm() }

    private func add(_ date: String, _ jobs: [String], _ names: [String], size: Int = 80_000) throws {
        let folder = farm.directories().run(Sample.date(date))
        try fileSystem.makeDirectory(folder)
        let lines = jobs.map { "name:\($0); status:done; updated:2026-11-01 00:00:00\n" }.joined()
        try fileSystem.write(Array(lines.utf8), to: folder.appending(RunInfoFile.textName))
        for name in names {
            try fileSystem.write([UInt8](repeating: 7, count: size), to: folder.appending("testwiki-\(date)-\(name)"))
        }
    }

    private func found(
        _ selection: ExportSelection = .metaHistory, pages: ClosedRange<Int64>? = nil, only: String? = nil,
        sevenZip: Bool = false
    ) throws -> [String] {
        let search = PrefetchSearch(
            directories: farm.directories(), fileSystem: fileSystem, wiki: Sample.wiki(), date: Sample.date("20261110"),
            onlyDate: only.map { Sample.date($0) }, prefersSevenZip: sevenZip)
        return try search.files(for: selection, pages: pages)?.paths.compactMap { $0.lastComponent?.string } ?? []
    }

    @Test func theNewestRunThatIsDoneAndOlder() throws {
        let (job, file) = ("metahistorybz2dump", "pages-meta-history.xml.bz2")
        #expect(try found() == [])
        try add("20261020", [job], [file])
        try add("20261101", [job], [file])
        try add("20261105", ["articlesdump"], [file])
        try add("20261106", [job], [])
        try add("20261110", [job], [file])
        try add("20261111", [job], [file])
        #expect(try found() == ["testwiki-20261101-\(file)"])
        #expect(try found(only: "20261020") == ["testwiki-20261020-\(file)"])
        #expect(try found(only: "20261111") == ["testwiki-20261111-\(file)"])
        #expect(try found(only: "20261105") == [])
        #expect(try found(.articles) == [])
        // An older run is not even looked at: this one could not be.
        try fileSystem.makeDirectory(farm.directories().run(Sample.date("20261031")).appending(RunInfoFile.textName))
        #expect(try found() == ["testwiki-20261101-\(file)"])
        #expect(dumpError { _ = try found(only: "20261031") } != nil)
    }

    @Test func smallFilesAreNotWorthIt() throws {
        try add("20261101", ["articlesdump"], ["pages-articles.xml.bz2"], size: 69_999)
        #expect(try found(.articles) == [])
        try add("20261102", ["articlesdump"], ["pages-articles.xml.bz2"], size: 70_000)
        #expect(try found(.articles) == ["testwiki-20261102-pages-articles.xml.bz2"])
    }

    @Test func rangesBeforePartsBeforeWholeFiles() throws {
        let job = "metahistorybz2dump"
        let parts = ["pages-meta-history10.xml.bz2", "pages-meta-history2.xml.bz2", "pages-meta-history.xml.bz2"]
        try add("20261101", [job], parts)
        #expect(try found() == ["testwiki-20261101-\(parts[1])", "testwiki-20261101-\(parts[0])"])
        let ranges = ["2.xml-p101p00000.bz2", "1.xml-p1p9.bz2", "1.xml-p10p100.bz2"].map { "pages-meta-history\($0)" }
        try add("20261102", [job], parts + ranges + ["pages-meta-history1.xml-p1p9.7z", "pages-meta-current.xml.bz2"])
        let inOrder = [ranges[1], ranges[2], ranges[0]].map { "testwiki-20261102-\($0)" }
        #expect(try found() == inOrder)
        #expect(try found(pages: 50...60) == [inOrder[1]])
        #expect(try found(pages: 100...500) == Array(inOrder[1...]))
    }

    @Test func archivesOnlyWhereTheyArePreferred() throws {
        try add(
            "20261101", ["metahistorybz2dump", "metahistory7zdump"],
            ["pages-meta-history.xml.bz2", "pages-meta-history.xml.7z"])
        #expect(try found() == ["testwiki-20261101-pages-meta-history.xml.bz2"])
        #expect(try found(sevenZip: true) == ["testwiki-20261101-pages-meta-history.xml.7z"])
        #expect(
            PrefetchFiles(compression: .sevenZip, paths: ["/a", "/b"]).argument == "--prefetch=7zip:/a;/b")
    }
}

import Foundation
import Testing

/// Each thing that can go wrong: a line that names it and the remedy, a status, and nothing published harmed.
@Suite(.timeLimit(.minutes(10)))
final class ErrorTests {
    let farm: DemoFarm
    /// What was published before.
    let before: [String: Data]
    static let old = "public/nordwiki/20260102"

    init() async throws {
        farm = try await DemoFarm(dumped: ())
        before = farm.contents("public")
    }

    deinit { farm.remove() }

    /// Checks the end of a process that failed.
    func expectFailure(
        _ outcome: Dumpctl.Outcome, _ status: Int32, naming parts: [String],
        at location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(outcome.status == status, "\(outcome.error)", sourceLocation: location)
        let lines = outcome.error.split(separator: "\n").filter { $0.hasPrefix("dumpctl: ") }
        #expect(lines.count == 1, "\(outcome.error)", sourceLocation: location)
        let line = String(lines.first ?? "")
        for part in parts { #expect(line.contains(part), "\(line)", sourceLocation: location) }
        #expect(line.hasSuffix(")"), "no remedy in: \(line)", sourceLocation: location)
        try expectUnharmed(at: location)
    }

    /// - Parameter changesLatest: whether a run was completed, so that links lead to newer files.
    func expectUnharmed(changesLatest: Bool = false, at location: SourceLocation = #_sourceLocation) throws {
        let now = farm.contents("public")
        // The page of the wiki tells of each new run.
        let changed = before.keys.filter { name in
            now[name] != before[name] && !(changesLatest && name.contains("/latest/"))
                && !(name.split(separator: "/").count == 2
                    && DemoFarm.pagesOfWiki.contains(String(name.split(separator: "/")[1])))
        }
        #expect(changed.sorted() == [], sourceLocation: location)
        // Nor has a failure made the folder of another wiki. What fills a small disk is no such folder.
        if !changesLatest {
            let wikis = Set(before.keys.compactMap { $0.split(separator: "/").first.map(String.init) })
            #expect(Set(farm.names("public")).subtracting(["ballast"]) == wikis, sourceLocation: location)
        }
        #expect(try farm.incompleteFiles() == [], sourceLocation: location)
        #expect(farm.names("private/nordwiki").filter { $0.hasPrefix("lock") } == [], sourceLocation: location)
    }

    func write(_ path: String, _ text: String) throws { try Data(text.utf8).write(to: farm.url(path)) }

    func run(_ arguments: String...) async throws -> Dumpctl.Outcome {
        try await farm.run(["run"] + arguments + ["--quiet"])
    }

    // MARK: Configuration and command line

    @Test func missingConfiguration() async throws {
        let outcome = try await Dumpctl.run(["run", "nordwiki", "--configfile", "none.conf"], in: farm.folder)
        try expectFailure(outcome, 2, naming: ["none.conf"])
    }

    @Test func unreadableConfiguration() async throws {
        // Even the superuser cannot read a folder as a file.
        let outcome = try await Dumpctl.run(["run", "nordwiki", "--configfile", "wikis"], in: farm.folder)
        try expectFailure(outcome, 2, naming: ["/wikis", "name a file"])
    }

    @Test(arguments: [
        ("[otherformats]\nmultistream=maybe", 2, "maybe"), ("[cleanup]\nkeep=many", 2, "many"),
        ("[reporting]\nstaleage=-5x", 2, "-5x"), ("this is no option", 1, "this is no option"),
    ])
    func unparsableValue(lines: String, offset: Int, value: String) async throws {
        let sound = try farm.text("wikidump.conf").split(separator: "\n", omittingEmptySubsequences: false)
        let head = sound.prefix { !$0.hasPrefix("[otherformats]") }
        try write("wikidump.conf", head.joined(separator: "\n") + "\n" + lines + "\n")
        let place = "wikidump.conf:\(head.count + offset):"
        try expectFailure(try await run("nordwiki"), 2, naming: [place, value])
        let check = try await farm.run("config", "check")
        #expect(check.status == 2)
        #expect((check.output + check.error).contains(place), "\(check)")
    }

    @Test func unknownOptionIsReportedWithItsLine() async throws {
        try write("wikidump.conf", try farm.text("wikidump.conf") + "multistraem=1\n")
        let line = try farm.text("wikidump.conf").split(separator: "\n", omittingEmptySubsequences: false).count - 1
        let check = try await farm.run("config", "check")
        #expect(check.status == 2)
        #expect(check.output.contains("wikidump.conf:\(line): unknown option “multistraem”"), "\(check.output)")
    }

    @Test func missingListOfPrivateWikisPublishesNothing() async throws {
        try FileManager.default.removeItem(at: farm.url("private.dblist"))
        for arguments in [["run"], ["run", "boardwiki"], ["run", "nordwiki"], ["monitor", "--once"]] {
            try expectFailure(try await farm.run(arguments), 2, naming: ["privatelist", "private.dblist"])
        }
        #expect(farm.names("public") == ["nordwiki"])
    }

    @Test func unknownWikiGetsASuggestion() async throws {
        try expectFailure(try await run("nordwikki"), 2, naming: ["nordwikki", "did you mean nordwiki?"])
        for tree in ["public", "private", "temp"] { #expect(!farm.names(tree).contains("nordwikki"), "\(tree)") }
    }

    @Test func unknownJobGetsTheList() async throws {
        let outcome = try await run("nordwiki", "--date", "20260103", "--job", "articledump")
        try expectFailure(outcome, 2, naming: ["articledump", "articlesdump", "xmlstubsdump"])
        #expect(farm.runs("nordwiki") == ["20260102", "latest"])
    }

    @Test(arguments: ["20260230", "2026-13-02", "2026-1-2", "yesterday", ""])
    func wrongDate(date: String) async throws {
        try expectFailure(try await run("nordwiki", "--date", date), 2, naming: ["'\(date)'", "2026-11-24"])
    }

    // MARK: The source

    static let sourceDamages: [(String, Int32, [String], @Sendable (URL) throws -> Void)] = [
        ("missing", 1, ["nordwiki.sqlite"], { try FileManager.default.removeItem(at: $0) }),
        ("truncated", 1, ["nordwiki.sqlite", "damaged"], { try Data(contentsOf: $0).prefix(50_000).write(to: $0) }),
        (
            "garbage", 1, ["nordwiki.sqlite", "not an SQLite database"],
            { try Data(repeating: 7, count: 9000).write(to: $0) }
        ),
        ("empty", 1, ["nordwiki.sqlite"], { try Data().write(to: $0) }),
        (
            "flipped pages", 1, ["nordwiki.sqlite", "damaged"],
            { file in
                var bytes = try Data(contentsOf: file)
                for place in stride(from: 8192, to: bytes.count, by: 4096) { bytes[place] ^= 0xFF }
                try bytes.write(to: file)
            }
        ),
        (
            "no wiki", 1, ["nordwiki.sqlite", "no table page", "tableprefix"],
            { try Tool.change($0, "drop table page") }
        ),
        (
            "no siteinfo", 2, ["nordwiki.siteinfo.json", "siteinfo", "api.php"],
            {
                try FileManager.default.removeItem(
                    at: $0.deletingPathExtension().appendingPathExtension("siteinfo.json"))
            }
        ),
        (
            "damaged siteinfo", 2, ["nordwiki.siteinfo.json"],
            {
                try Data("{\"query\"".utf8).write(
                    to: $0.deletingPathExtension().appendingPathExtension("siteinfo.json"))
            }
        ),
    ]

    @Test(arguments: sourceDamages.indices)
    func damagedSource(index: Int) async throws {
        let (name, status, parts, damage) = Self.sourceDamages[index]
        let database = farm.url("wikis/nordwiki.sqlite")
        let siteInfo = farm.url("wikis/nordwiki.siteinfo.json")
        let sound = (try Data(contentsOf: database), try Data(contentsOf: siteInfo))
        try damage(database)
        try expectFailure(try await run("nordwiki", "--date", "20260103"), status, naming: parts)
        // Nothing is published of a run that cannot begin; the note about it is private.
        if name != "flipped pages" {
            #expect(farm.runs("nordwiki") == ["20260102", "latest"], "\(name)")
            #expect(try parts.allSatisfy(farm.text("private/nordwiki/attempts.txt").contains), "\(name)")
        }

        try sound.0.write(to: database)
        try sound.1.write(to: siteInfo)
        let outcome = try await run("nordwiki", "--date", "20260103")
        #expect(outcome.status == 0, "\(name): \(outcome.error)")
        try expectSameFiles("20260103")
    }

    /// Where only the revisions are not understood, all else is done, and the reason is told once.
    @Test func aSchemaThatIsNotUnderstood() async throws {
        let database = farm.url("wikis/nordwiki.sqlite")
        let sound = try Data(contentsOf: database)
        try Tool.change(database, "drop table slots")
        let outcome = try await farm.run(["run", "nordwiki", "--date", "20260103"])
        try expectFailure(
            outcome, 1,
            naming: ["xmlstubsdump and 4 other jobs failed", "no table slots", "1.30 or older", "update.php"])
        let told = outcome.error.split(separator: "\n").filter { $0.contains("no table slots") }
        #expect(told.count == 2, "where it happens, and at the end: \(outcome.error)")
        #expect(told.first?.contains("xmlstubsdump, articlesdump, metacurrentdump") == true, "\(told)")
        let files = farm.names("public/nordwiki/20260103")
        for file in ["all-titles.gz", "pages-logging.xml.gz", "all-titles-in-ns0.gz"] {
            #expect(files.contains("nordwiki-20260103-\(file)"), "\(files)")
        }
        // Of jobs that all read revisions nothing begins.
        let refused = try await run("nordwiki", "--date", "20260104", "--job", "xmlstubsdump,articlesdump")
        try expectFailure(refused, 1, naming: ["no table slots", "update.php"])
        #expect(farm.runs("nordwiki") == ["20260102", "20260103", "latest"])
        try sound.write(to: database)
        #expect(try await run("nordwiki", "--date", "20260103").status == 0)
        try expectSameFiles("20260103")
    }

    /// A database of MediaWiki 1.46 and later has no column for the sums of revisions.
    @Test func aDatabaseWithoutSums() async throws {
        try Tool.change(farm.url("wikis/nordwiki.sqlite"), "alter table revision drop column rev_sha1")
        let outcome = try await run("nordwiki", "--date", "20260103")
        #expect(outcome.status == 0, "\(outcome.error)")
        try expectSameFiles("20260103")
    }

    /// The dump of another date has the same content as the one there was.
    func expectSameFiles(_ date: String, at location: SourceLocation = #_sourceLocation) throws {
        let (wanted, found) = (try farm.dumpFiles(Self.old), try farm.dumpFiles("public/nordwiki/\(date)"))
        #expect(wanted.count >= 8, sourceLocation: location)
        #expect(
            Dictionary(uniqueKeysWithValues: wanted.map { ($0.replacing("20260102", with: date), $1) }) == found,
            sourceLocation: location)
    }

    @Test func aWikiThatCannotBeReadDoesNotStandInTheWayOfOthers() async throws {
        try Data(repeating: 7, count: 9000).write(to: farm.url("wikis/boardwiki.sqlite"))
        var statuses: [Int32] = []
        for _ in 0..<3 { statuses.append(try await run().status) }
        #expect(statuses.sorted() == [0, 0, 1])
        #expect(try farm.text("public/demowiki/\(farm.names("public/demowiki")[0])/status.html").contains("complete"))
        #expect(farm.runs("nordwiki").count == 3)
        try expectUnharmed(changesLatest: true)
    }

    @Test func lockedDatabase() async throws {
        // It is waited for; here not for long.
        let settings = try farm.text("wikidump.conf") + "\n[misc]\nmaxretries=1\n[chunks]\nretrywait=0\n"
        try Data(settings.utf8).write(to: farm.url("wikidump.conf"))
        let descriptor = unsafe open(farm.url("wikis/nordwiki.sqlite").path, O_RDWR)
        defer { close(descriptor) }
        // The bytes that SQLite locks while it writes.
        var range = flock()
        (range.l_type, range.l_whence, range.l_start, range.l_len) = (Int16(F_WRLCK), Int16(SEEK_SET), 0x4000_0000, 512)
        let isLocked = unsafe fcntl(descriptor, F_SETLK, &range) == 0
        #expect(isLocked)
        try expectFailure(
            try await run("nordwiki", "--date", "20260103"), 1, naming: ["nordwiki.sqlite", "locked", "run again"])
    }

    // MARK: Disks and folders

    @Test(.enabled(if: SmallDisk.isPossible, "only a superuser can mount a small disk"), arguments: [0, 20, 60, 110])
    func fullDisk(leaving kilobytes: Int) async throws {
        let disk = try SmallDisk(over: farm.url("public"), kilobytes: 4000)
        try disk.fill(leaving: kilobytes)
        let outcome = try await run("nordwiki", "--date", "20260103")
        try expectFailure(
            outcome, 1, naming: ["/public/nordwiki/", "20260103", "No space left on device", "free space"])
        try disk.removeBallast()
        let next = try await run("nordwiki", "--date", "20260103")
        #expect(next.status == 0, "\(next.error)")
        try expectSameFiles("20260103")
    }

    @Test(.enabled(if: SmallDisk.isPossible, "only a superuser can mount a small disk"))
    func readOnlyTree() async throws {
        let disk = try SmallDisk(over: farm.url("public"), kilobytes: 4000)
        try disk.makeReadOnly()
        try expectFailure(
            try await run("nordwiki", "--date", "20260103"), 1,
            naming: ["/public/nordwiki/.work-", "Read-only file system", "mount it for writing"])
        try expectFailure(try await farm.run("monitor"), 1, naming: ["/public", "Read-only file system"])
    }

    @Test(arguments: ["public", "private"])
    func folderThatCannotBeMade(tree: String) async throws {
        // Of a superuser every folder can be written; a file in the place of one stops everybody.
        try write("blocked", "")
        let text = try farm.text("wikidump.conf").replacing("\n\(tree)=\(tree)\n", with: "\n\(tree)=blocked/\(tree)\n")
        try write("wikidump.conf", text)
        try expectFailure(try await run("nordwiki", "--date", "20260103"), 1, naming: ["/blocked"])
    }

    // MARK: Clock and locks

    @Test func clockGoingBackwards() async throws {
        let future = farm.url("public/nordwiki/29991231")
        try FileManager.default.createDirectory(at: future, withIntermediateDirectories: true)
        try expectFailure(try await run("nordwiki"), 1, naming: ["nordwiki", "2999-12-31", "set the clock"])
        #expect(farm.names("public/nordwiki/29991231") == [])
        // A date that is named is not guessed from the clock.
        #expect(try await run("nordwiki", "--date", "20260102").status == 10)
    }

    func makeLock(_ content: String, age: TimeInterval = 0) throws -> URL {
        let lock = farm.url("private/nordwiki/lock_20260103")
        try Data(content.utf8).write(to: lock)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: lock.path)
        return lock
    }

    static let host = (try? Tool.run(["hostname"]))?.text.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""

    @Test func lockHeldByALivingProcess() async throws {
        let lock = try makeLock("\(Self.host) \(getpid())")
        let outcome = try await run("nordwiki", "--date", "20260103")
        #expect(try String(contentsOf: lock, encoding: .utf8) == "\(Self.host) \(getpid())")
        try FileManager.default.removeItem(at: lock)
        try expectFailure(outcome, 11, naming: ["nordwiki", Self.host, "\(getpid())"])
        #expect(farm.runs("nordwiki") == ["20260102", "latest"])
    }

    /// Of a lock that another program made, only the age is known: the same number on a machine of the same name may be that of
    /// another container.
    @Test func lockOfADeadProcessIsBrokenWhenItIsOld() async throws {
        let dead = Process()
        dead.executableURL = URL(fileURLWithPath: "/bin/true")
        try dead.run()
        dead.waitUntilExit()
        let lock = try makeLock("\(Self.host) \(dead.processIdentifier)")
        let early = try await run("nordwiki", "--date", "20260103")
        #expect(early.status == 11, "\(early.error)")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -7_200)], ofItemAtPath: lock.path)
        let outcome = try await run("nordwiki", "--date", "20260103")
        #expect(outcome.status == 0, "\(outcome.error)")
        try expectUnharmed(changesLatest: true)
    }

    @Test func lockOfAnotherHostHoldsUntilItIsStale() async throws {
        // A process of that number is dead here, which says nothing about another machine.
        let lock = try makeLock("other.example 999999", age: 3000)
        let outcome = try await run("nordwiki", "--date", "20260103")
        #expect(outcome.status == 11)
        #expect(outcome.error.contains("other.example"), "\(outcome.error)")
        #expect(FileManager.default.fileExists(atPath: lock.path))
        _ = try makeLock("other.example 999999", age: 4000)
        let next = try await run("nordwiki", "--date", "20260103")
        #expect(next.status == 0, "\(next.error)")
        try expectUnharmed(changesLatest: true)
    }
}

import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct ConfigurationTests {
    /// The time to check a configuration grows with its size, not with the square of it.
    @Test(.timeLimit(.minutes(1))) func hugeFilesAreChecked() throws {
        let fixture = try FarmFixture()
        let chain = (1..<20_000).map { "k\($0)=%(k\($0 - 1))s" }.joined(separator: "\n")
        let unknown = (0..<20_000).map { "option\($0)=\(String(repeating: "y", count: 50))" }.joined(separator: "\n")
        let found = try fixture.inspect("[chain]\nk0=x\n\(chain)\n[misc]\n\(unknown)\n")
        #expect(found.warnings.count { $0.contains("unknown option") } >= 20_000)
    }

    @Test func levels() throws {
        let fixture = try FarmFixture()
        let text = """
            [cleanup]
            keep=1
            [big]
            keep=2
            multistream=1
            [enwiki]
            keep=3
            databasepath=x/{wiki}.sqlite
            """
        let plain = try fixture.inspect(text)
        let (enwiki, dewiki) = (try #require(WikiName("enwiki")), try #require(WikiName("dewiki")))
        #expect(plain.settings(for: enwiki).keep == 3)
        #expect(plain.settings(for: dewiki).keep == 1)
        #expect(!plain.settings(for: dewiki).multistream)
        let big = try fixture.inspect(text, argument: "my.conf:big")
        #expect(big.settings(for: enwiki).keep == 3)
        #expect(big.settings(for: dewiki).keep == 2)
        #expect(big.settings(for: enwiki).multistream)
        #expect(big.settings(for: enwiki).source.databasePath == fixture.path.pushing("x/enwiki.sqlite"))
        #expect(big.value("keep", for: "enwiki")?.foundIn == "enwiki")
        #expect(big.value("keep")?.foundIn == "big")
    }

    @Test func defaultsOfEverySetting() throws {
        let configuration = try FarmFixture().inspect("")
        let farm = configuration.farm
        let expected = FarmSettings(
            publicTree: "/dumps/public", privateTree: "/dumps/private", temporaryTree: "/dumps/temp")
        #expect(farm == expected)
        let settings = configuration.settings(for: try #require(WikiName("enwiki")))
        #expect(settings.keep == 3)
        #expect(settings.skippedJobs == ["sitelistdump"])
        #expect(settings.tableJobs.count == 47)
        #expect(settings.tableJobs.first?.job == "sitestatstable")
        #expect(settings.tableJobs.last?.job == "babeltable")
        #expect(settings.tableJobs.allSatisfy { !$0.isPrivate })
        #expect(settings.apiJobs.map(\.job) == ["namespaces", "namespacesv2"])
        #expect(settings.apiJobs.map(\.formatVersion) == [1, 2])
        #expect(settings.source.hiddenDetails == .withhold)
    }

    @Test(arguments: [
        ("[cleanup]\nkeep=abc", 4, "whole number"), ("[cleanup]\nkeep=3 # three", 4, "line of its own"),
        ("[cleanup]\nkeep=-1", 4, "at least 0"), ("[cleanup]\nkeep=", 4, "whole number"),
        ("[output]\nfileperms=644", 4, "0o644"), ("[output]\nfileperms=0999", 4, "0o644"),
        ("[output]\nfileperms=0o7777", 4, "0o644"), ("[output]\nindex=a/b.html", 4, "file name"),
        ("[output]\nindex=", 4, "file name"), ("[source]\nhiddendetails=withold", 4, "did you mean withhold?"),
        ("[source]\ncontentsource=postgres", 4, "sqlite"), ("[output]\npublic=%(nowhere)s", 4, "nowhere"),
        ("[output]\npublic=50%", 4, "%%"), ("[enwiki]\nkeep=x", 4, "[enwiki] keep"), ("[DEFAULT]\nkeep=x", 4, "keep"),
        ("[reporting]\nstaleage=5", 4, "at least 60"), ("[misc]\nfixeddumporder=yes", 4, "0 or 1"),
        ("[output]\ntemplatedir=absent", 4, "no folder"), ("[output]\npublic=", 4, "is empty"),
        ("[output]\npublic=p\nprivate=p/x", 5, "everybody could read it"),
        ("[output]\npublic=p\nprivate=p", 5, "everybody could read it"),
    ]) func errors(text: String, line: Int, part: String) throws {
        let fixture = try FarmFixture()
        let errors = try fixture.inspect(text).errors
        #expect(errors.count == 1, "\(errors)")
        #expect(errors.first?.hasPrefix("\(fixture.path)/my.conf:\(line): ") == true, "\(errors)")
        #expect(errors.first?.contains(part) == true, "\(errors)")
    }

    @Test(arguments: [
        ("[output]\nfileperms=0640", 0o640), ("[output]\nfileperms=0o600", 0o600), ("[output]\nfileperms=0x1a4", 0o644),
    ]) func permissions(text: String, mode: Int) throws {
        let configuration = try FarmFixture().inspect(text)
        #expect(configuration.farm.filePermissions == UInt16(mode))
        #expect(configuration.value("fileperms")?.value == "0o" + String(mode, radix: 8))
    }

    @Test(arguments: [("1_000", 1000), ("+7", 7), ("0", 0), ("007", 7)]) func integers(text: String, number: Int) throws
    {
        let configuration = try FarmFixture().inspect("[cleanup]\nkeep=\(text)")
        #expect(configuration.errors.isEmpty)
        #expect(configuration.settings(for: try #require(WikiName("enwiki"))).keep == number)
    }

    @Test(arguments: ["1__0", "_1", "1_", "0x10", "1.5", "９", "99999999999999999999"]) func noIntegers(text: String)
        throws
    {
        #expect(try FarmFixture().inspect("[cleanup]\nkeep=\(text)").errors.count == 1)
    }

    @Test(arguments: [
        ("[clenup]\nkeep=1", "did you mean [cleanup]?"), ("[enwikii]\nkeep=1", "did you mean [enwiki]?"),
        ("[cleanup]\nkep=1", "did you mean keep?"), ("[output]\nkeep=1", "belongs in [cleanup]"),
        ("[enwiki]\nstaleage=100", "belongs in [reporting]"), ("[enwiki]\nwhatever=1", "unknown option"),
        ("[chunks]\nrevsMargin=soon", "whole number"), ("[DEFAULT]\nnothing=1", "unknown option"),
        ("[chunks]\nrevstashinfo=1", "unknown option"),
    ]) func warnings(text: String, part: String) throws {
        let configuration = try FarmFixture().inspect(text)
        #expect(configuration.errors.isEmpty)
        let warnings = configuration.warnings.filter { !$0.contains("where the content") }
        #expect(warnings.count == 1, "\(warnings)")
        #expect(warnings.first?.contains(part) == true, "\(warnings)")
    }

    @Test(arguments: [
        "[DEFAULT]\nbase=/srv\n[output]\npublic=%(base)s/p", "[output]\nroot=/srv\npublic=%(root)s/p",
        "[chunks]\nchunksEnabled=1\npagesPerChunkHistory=100,200", "[misc]\nskipJobs=a, b\nmaxRetries=2",
        "[otherformats]\nmultistream=1", "[enwiki]\nchunksEnabled=1\nskipjobs=x", "[database]\nuser=u\npassword=p",
        "[tools]\nphp=/bin/sh\nmysql=/x",
    ]) func oldConfigurationsAreUnderstood(text: String) throws {
        let configuration = try FarmFixture().inspect(text)
        #expect(configuration.errors.isEmpty)
        #expect(configuration.warnings.filter { !$0.contains("where the content") } == [])
    }

    @Test func aSectionNobodyChoseIsANote() throws {
        let configuration = try FarmFixture().inspect("[hugeones]\nkeep=1\n")
        #expect(configuration.problems.contains { $0.severity == .note && $0.message.contains("[hugeones]") })
    }

    @Test func aBadValueInASectionNobodyChoseStopsNothing() throws {
        let configuration = try FarmFixture().inspect("[hugeones]\nkeep=many\n")
        #expect(configuration.errors.isEmpty)
        #expect(configuration.warnings.contains { $0.contains("[hugeones] keep is not a whole number") })
    }

    @Test func secretsAreNotShown() throws {
        let configuration = try FarmFixture().inspect("[database]\nuser=root\npassword=geheim\n")
        #expect(configuration.value("password")?.value == "***")
        #expect(configuration.value("user")?.value == "***")
        #expect(!configuration.problems.contains { $0.description.contains("geheim") })
    }

    @Test(arguments: [
        ("chunks", "lbzip2threads", "1"), ("chunks", "revsperchunkhistory", "9,9"), ("database", "user", "root"),
        ("database", "password", "geheim"), ("reporting", "skipprivatetables", "1"),
    ]) func unusedOptionsSaySo(section: String, key: String, value: String) throws {
        let configuration = try FarmFixture().inspect("[\(section)]\n\(key)=\(value)\n")
        #expect(configuration.errors.isEmpty)
        #expect(configuration.value(key)?.unusedBecause?.isEmpty == false)
        #expect(configuration.value("keep")?.unusedBecause == nil)
        #expect(configuration.value("checkpointtime")?.unusedBecause == nil)
    }

    @Test func everyOptionOnceAndWithAValidDefault() {
        var seen: Set<String> = []
        for option in KnownOptions.all {
            #expect(seen.insert("\(option.section).\(option.key)").inserted)
            #expect(option.key == option.key.lowercased())
            #expect(!option.meaning.isEmpty)
            let mayBeEmpty = option.defaultValue.isEmpty
            #expect(
                mayBeEmpty
                    || (try? OptionValue(option.defaultValue, kind: option.kind, base: "/", wiki: nil)) != nil,
                "\(option.section).\(option.key)")
            switch option.kind {
            case .path, .pathList, .wikiPath, .fileName:
                let value = option.defaultValue
                #expect(!value.contains { $0 == "," || $0.isWhitespace } && !value.hasSuffix("/"), "\(option.key)")
                let isRelative = !value.isEmpty && !value.hasPrefix("/")
                #expect(!isRelative || option.kind == .fileName || option.unusedBecause != nil, "\(option.key)")
            default: break
            }
        }
        #expect(KnownOptions.all.count == 102)
        #expect(Set(KnownOptions.sections).count == KnownOptions.sections.count)
    }
}

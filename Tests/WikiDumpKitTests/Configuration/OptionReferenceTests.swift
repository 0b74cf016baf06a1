import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct OptionReferenceTests {
    @Test func thePageIsOfToday() throws {
        let folder = FilePath(#filePath).removingLastComponent().pushing("../../../Documentation")
        let page = try fileSystem.text(folder.appending("configuration.md"))
        #expect(
            page == OptionReference.page,
            "make it anew: dumpctl config explain --markdown > Documentation/configuration.md")
    }

    @Test(arguments: ["maxdamaged", "misc.maxdamaged", "[misc] maxdamaged", "MaxDamaged"])
    func namesOfAnOption(name: String) throws {
        #expect(try OptionReference.options(named: name).map(\.key) == ["maxdamaged"])
    }

    @Test(arguments: [
        ("maxdamage", "maxdamaged"), ("wiki.maxdamaged", "misc.maxdamaged"), ("", "lists all"), ("§", "lists all"),
    ])
    func namesOfNone(name: String, remedy: String) {
        let error = #expect(throws: DumpError.self) { try OptionReference.options(named: name) }
        #expect(error?.code == .configuration)
        #expect(error?.remedy.contains(remedy) == true)
    }

    @Test func anExplanation() throws {
        let option = try #require(KnownOptions.option("maxdamaged", in: "misc"))
        let text = OptionReference.explanation(of: option)
        for words in [
            "[misc] maxdamaged", "Largest share of its items", "Default   1%", "named after the wiki",
            "Since     0.1.0",
        ] {
            #expect(text.contains(words), "\(text)")
        }
        let unused = try #require(KnownOptions.option("gzip", in: "tools"))
        #expect(OptionReference.explanation(of: unused).contains("Effect    none: no outside program"))
    }

    @Test func theSampleIsAConfiguration() throws {
        let fixture = try FarmFixture()
        let sample = OptionReference.sample
        let plain = try fixture.inspect(sample)
        // The lists and databases that it names have to be made, and the fixture names its list of wikis itself.
        let known = ["there is no", "sets “dblist” again"]
        #expect(plain.problems.filter { problem in !known.contains { "\(problem)".contains($0) } } == [])
        #expect(plain.farm.publicTree == fixture.path.appending("public"))
    }

    /// The defaults as the sample writes them are the defaults.
    @Test func everyLineOfTheSampleMayBeUncommented() throws {
        let fixture = try FarmFixture()
        let sample = OptionReference.sample
        let pattern = try Regex("(?m)^#(?=[a-z0-9_]+=)")
        let wiki = try #require(WikiName("enwiki"))
        let (plain, full) = (try fixture.inspect(sample), try fixture.inspect(sample.replacing(pattern, with: "")))
        #expect(full.problems.filter { $0.severity == .error } == plain.problems.filter { $0.severity == .error })
        var settings = full.settings(for: wiki)
        let expected = plain.settings(for: wiki)
        // Without the option these are looked for at several places.
        settings.tools = expected.tools
        settings.source.mediaWiki.php = expected.source.mediaWiki.php
        #expect(settings == expected)
        #expect(full.farm == plain.farm)
        // Ten are set, as everybody sets them; all others that have an effect are there behind a mark.
        let used = KnownOptions.all.count { $0.unusedBecause == nil }
        #expect(sample.matches(of: pattern).count == used - 10)
    }
}

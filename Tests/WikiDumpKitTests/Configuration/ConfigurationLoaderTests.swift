import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct ConfigurationLoaderTests {
    private func keep(_ fixture: FarmFixture, _ argument: String? = nil) throws -> EffectiveValue? {
        try fixture.loader.inspect(argument).value("keep")
    }

    @Test func laterFilesWinAndTheNamedOneLast() throws {
        let fixture = try FarmFixture()
        try fixture.write("etc.conf", "[cleanup]\n")
        #expect(try keep(fixture)?.value == "3")
        #expect(try keep(fixture)?.origin == "built-in default")
        try fixture.write("bin/wikidump.conf", "[cleanup]\nkeep=4")
        #expect(try keep(fixture)?.value == "4")
        try fixture.write("etc.conf", "[cleanup]\nkeep=5")
        #expect(try keep(fixture)?.value == "5")
        try fixture.write("home/.wikidump.conf", "[wiki]\n\n[cleanup]\nkeep=6")
        let value = try keep(fixture)
        #expect(value?.value == "6")
        #expect(value?.origin == "\(fixture.path)/home/.wikidump.conf:4")
        try fixture.write("named.conf", "[cleanup]\nkeep=7")
        #expect(try keep(fixture, "named.conf")?.value == "7")
        #expect(try keep(fixture, "\(fixture.path)/named.conf")?.value == "7")
    }

    @Test func theNamedFileTakesThePlaceOfTheOneBesideTheProgram() throws {
        let fixture = try FarmFixture()
        try fixture.write("bin/wikidump.conf", "[cleanup]\nkeep=4")
        try fixture.write("etc.conf", "[output]\nindex=i.html")
        try fixture.write("named.conf", "[wiki]\n")
        let configuration = try fixture.loader.inspect("named.conf")
        #expect(configuration.value("keep")?.value == "3")
        #expect(configuration.value("index")?.value == "i.html")
        #expect(configuration.files == [fixture.path.appending("etc.conf"), fixture.path.appending("named.conf")])
    }

    @Test func aNamedFileHasToExist() throws {
        let fixture = try FarmFixture()
        let error = dumpError { _ = try fixture.loader.load("absent.conf") }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("absent.conf") == true)
    }

    @Test func aFolderIsNoFile() throws {
        let fixture = try FarmFixture()
        let error = dumpError { _ = try fixture.loader.load(".") }
        #expect(error?.description.contains("\(fixture.path)") == true)
        #expect(error?.code == .configuration)
    }

    @Test func theFileOfAUserThatCannotBeReadIsAWarningBesideANamedOne() throws {
        let fixture = try FarmFixture()
        try fileSystem.makeDirectory(fixture.path.pushing("home/.wikidump.conf"))
        let configuration = try fixture.inspect("")
        #expect(configuration.errors.isEmpty)
        #expect(configuration.warnings.contains { $0.contains(".wikidump.conf, so it has no effect") })
        #expect(try fixture.loader.load("my.conf").wikis.count == 2)
        #expect(dumpError { _ = try fixture.loader.inspect() }?.code == .configuration)
    }

    /// It may be the one that says which wikis are private.
    @Test func theFileOfTheMachineHasToBeReadable() throws {
        let fixture = try FarmFixture()
        _ = try fixture.inspect("")
        try fileSystem.makeDirectory(fixture.path.pushing("etc.conf"))
        let error = dumpError { _ = try fixture.loader.load("my.conf") }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("etc.conf") == true)
    }

    @Test func sectionAfterTheColon() throws {
        let fixture = try FarmFixture()
        try fixture.write("a.conf", "[cleanup]\nkeep=4\n[big]\nkeep=9\nindex=big.html\nstaleage=99\n")
        let configuration = try fixture.loader.inspect("a.conf:big")
        #expect(configuration.overrideSection == "big")
        #expect(configuration.value("keep")?.value == "9")
        #expect(configuration.value("keep")?.foundIn == "big")
        #expect(configuration.farm.indexName == "big.html")
        #expect(configuration.farm.staleAge == 3600, "a global option is not overridden")
        #expect(configuration.warnings.contains { $0.contains("staleage") })
    }

    @Test func colonsInFileNames() throws {
        let fixture = try FarmFixture()
        try fixture.write("a:b", "[cleanup]\nkeep=4\n[b]\nkeep=5\n")
        #expect(try keep(fixture, "a:b")?.value == "4")
        #expect(try keep(fixture, "a:b:b")?.value == "5")
    }

    @Test(arguments: ["a.conf:", ":big"]) func incompleteArgument(argument: String) throws {
        let fixture = try FarmFixture()
        #expect(dumpError { _ = try fixture.loader.inspect(argument) }?.code == .usage)
    }

    @Test func aSectionThatIsNotThereIsReported() throws {
        let fixture = try FarmFixture()
        try fixture.write("a.conf", "[bigwikis]\nkeep=4\n")
        let error = dumpError { _ = try fixture.loader.inspect("a.conf:bigwiks") }
        #expect(error?.code == .configuration)
        #expect(error?.remedy.contains("bigwikis") == true)
    }

    @Test func pathsAreRelativeToTheFileThatNamesThem() throws {
        let fixture = try FarmFixture()
        try fixture.write("sub/a.conf", "[output]\npublic=pub\nprivate=../priv\ntemp=/tmp/t\n")
        let farm = try fixture.loader.inspect("sub/a.conf").farm
        #expect(farm.publicTree == fixture.path.pushing("sub/pub"))
        #expect(farm.privateTree == fixture.path.pushing("priv"))
        #expect(farm.temporaryTree == "/tmp/t")
    }

    @Test func loadRefusesErrorsAndAllowsWarnings() throws {
        let fixture = try FarmFixture()
        try fixture.write("l", "enwiki\n")
        try fixture.write("bad.conf", "[wiki]\ndblist=l\n[cleanup]\nkeep=many")
        let error = dumpError { _ = try fixture.loader.load("bad.conf") }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("bad.conf:4: ") == true)
        try fixture.write("odd.conf", "[wiki]\ndblist=l\n[cleanup]\nkeeep=2")
        let configuration = try fixture.loader.load("odd.conf")
        #expect(configuration.warnings.contains { $0.contains("odd.conf:4: ") && $0.contains("did you mean keep?") })
    }

    @Test func withoutAConfigurationItSaysWhereItLooked() throws {
        let error = dumpError { _ = try FarmFixture().loader.load() }
        #expect(error?.code == .configuration && error?.message.contains("etc.conf") == true)
    }

    @Test func withoutAListOfWikisNothingCanBeDumped() throws {
        let fixture = try FarmFixture()
        try fixture.write("etc.conf", "[cleanup]\nkeep=2\n")
        let error = dumpError { _ = try fixture.loader.load() }
        #expect(error?.remedy.contains("dblist") == true)
    }

    @Test func theWorkingFolderCountsOnlyIfNothingElseIsThere() throws {
        let fixture = try FarmFixture()
        try fixture.write("all.dblist", "dewiki\n")
        try fixture.write("wikidump.conf", "[wiki]\ndblist=all.dblist\n[cleanup]\nkeep=7\n")
        #expect(try fixture.loader.inspect().value("keep")?.value == "7")
        try fixture.write("etc.conf", "[wiki]\ndblist=all.dblist\n[cleanup]\nkeep=5\n")
        #expect(try fixture.loader.inspect().value("keep")?.value == "5")
        try fixture.write("named.conf", "[cleanup]\nkeep=6\n")
        var loader = fixture.loader
        loader.environmentFile = "named.conf"
        #expect(try loader.inspect().value("keep")?.value == "6")
        #expect(try loader.inspect("etc.conf").value("keep")?.value == "5")
        loader.environmentFile = "missing.conf"
        #expect(dumpError { _ = try loader.load() }?.remedy.contains("DUMPCTL_CONFIG") == true)
    }
}

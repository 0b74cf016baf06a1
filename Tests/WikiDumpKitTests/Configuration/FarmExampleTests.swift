import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct FarmExampleTests {
    @Test func theExampleOfAFarmSaysWhatItMeans() throws {
        let fixture = try FarmFixture()
        let configuration = try fixture.loader.inspect(
            Fixtures.root.appending("Examples/farm/wikidump.conf").string)
        // The siteinfo files are those of the farm.
        #expect(configuration.errors.allSatisfy { $0.contains("there is no siteinfo file") }, "\(configuration.errors)")
        // The machine that runs the tests need not have the PHP of the farm.
        let hasPHP = try FileSystem.real.status("/usr/bin/php") != nil
        #expect(configuration.warnings.count == (hasPHP ? 0 : 1), "\(configuration.warnings)")
        #expect(configuration.warnings.allSatisfy { $0.contains("[tools] php: there is no program /usr/bin/php") })
        let home = configuration.settings(for: Sample.wiki("homewiki")).source
        #expect(home.kind == .mariadb && home.producer == .native)
        #expect(home.mariaDB.description == "homewiki on db1.example.org")
        #expect(home.mariaDB.optionFile == "/etc/wikidump/client.cnf" && home.mariaDB.host == "db1.example.org")
        #expect(home.sqlQuotes == .doubled)
        let archive = configuration.settings(for: Sample.wiki("archivewiki")).source
        #expect(archive.producer == .mediawiki && archive.hiddenDetails == .mediawiki)
        #expect(archive.mediaWiki.hangLimit == 3600 && archive.mediaWiki.retryWait == 30)
        #expect(configuration.isPrivate(Sample.wiki("boardwiki")))
    }

    @Test func aDatabaseThatTwoWikisShare() throws {
        let lines = "[source]\ncontentsource=mariadb\nsiteinfo=s.json\ndatabasename=common\n"
        let shared = try FarmFixture().inspect(lines)
        #expect(shared.warnings.contains { $0.contains("common on this machine") }, "\(shared.warnings)")
        let apart = try FarmFixture().inspect(lines + "tableprefix={wiki}_\n")
        #expect(apart.warnings == [])
    }
}

import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite struct ScriptJobTests {
    /// A farm whose PHP is a shell script that gets the words of the command.
    private func fixture(_ script: String) throws -> RunFixture {
        let fixture = try RunFixture()
        let root = fixture.farm.root
        let php = root.appending("php")
        try fileSystem.write(Array("#!/bin/sh\n\(script)\n".utf8), to: php, permissions: 0o755)
        for folder in ["mediawiki/maintenance", "mediawiki/extensions/Flow/maintenance"] {
            try fileSystem.makeDirectory(root.appending(folder))
        }
        let scripts = ["maintenance/exportSites.php", ScriptJob.flowScript]
        for script in scripts { try fileSystem.write([], to: root.appending("mediawiki/\(script)")) }
        fixture.wiki.settings.source.mediaWiki.php = php
        fixture.wiki.settings.source.mediaWiki.directory = root.appending("mediawiki")
        return fixture
    }

    private func text(_ fixture: RunFixture, _ name: String) async throws -> String {
        let path = fixture.folder().appending("testwiki-20261124-\(name)")
        let tool = name.hasSuffix(".gz") ? "gzip" : "bzip2"
        let done = try await CommandRunner().run(
            Invocation(tool, Command(tool, ["-dc", path.string]), output: .collected(limit: 1 << 20)))
        return String(decoding: done.output, as: UTF8.self)
    }

    @Test func theScriptsGetTheirArguments() async throws {
        let fixture = try fixture("echo \"$*\"; case $1 in *Sites*) echo '</sites>';; *) printf '</mediawiki>';; esac")
        let record = try await fixture.run([ScriptJob.flow, ScriptJob.flowHistory, ScriptJob.siteList])
        #expect(record.failures == 0, "\(record.jobs.compactMap(\.privateMessage))")
        let folder = fixture.farm.root.appending("mediawiki")
        #expect(
            try await text(fixture, "sitelist.xml.gz")
                == "\(folder)/maintenance/exportSites.php --wiki=testwiki --dbgroupdefault=dump php://stdout\n</sites>\n"
        )
        #expect(
            try await text(fixture, "flow.xml.bz2")
                == "\(folder)/\(ScriptJob.flowScript) --wiki=testwiki --dbgroupdefault=dump --current --report=1000\n"
                + "</mediawiki>")
        #expect(try await text(fixture, "flowhistory.xml.bz2").contains("--current --report=1000 --full\n"))
    }

    @Test func theyRunThroughTheScriptOfManyVersions() async throws {
        let fixture = try fixture("echo \"$*\"; echo '</sites>'")
        let folder = fixture.farm.root.appending("multiversion")
        try fileSystem.makeDirectory(folder)
        try fileSystem.write([], to: folder.appending("MWScript.php"))
        fixture.wiki.settings.source.mediaWiki.multiversion = folder
        try await fixture.run([ScriptJob.siteList])
        #expect(
            try await text(fixture, "sitelist.xml.gz").hasPrefix(
                "\(folder)/MWScript.php exportSites.php --wiki=testwiki"))
    }

    @Test(arguments: [
        ("echo '<sites>'", "does not end with </sites>"),
        ("echo '</sites>'; echo no database >&2; exit 255", "no database"),
        ("exit 0", "does not end with </sites>"),
    ]) func whatIsNotWholeIsWithheld(script: String, part: String) async throws {
        let fixture = try fixture(script)
        let record = try await fixture.run([ScriptJob.siteList])
        #expect(record.job("sitelistdump")?.status == .failed)
        #expect(record.job("sitelistdump")?.privateMessage?.contains(part) == true)
        #expect(try fixture.dumpFiles() == [])
    }

    @Test func theyStandWhereTheyAlwaysStood() throws {
        let fixture = try fixture("")
        var settings = fixture.wiki.settings
        func names() -> [String] { JobList.standard(for: settings).map(\.name) }
        #expect(!names().contains("sitelistdump") && !names().contains("xmlflowdump"))
        settings.skippedJobs = []
        settings.usesFlow = true
        let all = names()
        let place = try #require(all.firstIndex(of: "xmlpagelogsdump"))
        #expect(
            all[place...].prefix(5) == [
                "xmlpagelogsdump", "xmlflowdump", "xmlflowhistorydump", "sitelistdump", "metahistorybz2dump",
            ])
        settings.source.mediaWiki.directory = "/nonexistent"
        #expect(!names().contains("xmlflowdump"), "the extension is not there")
    }

    @Test func withoutMediaWikiTheJobFailsAndSaysWhy() async throws {
        let fixture = try RunFixture()
        let record = try await fixture.run([ScriptJob.siteList, TestJob(name: "last")])
        #expect(record.statuses == ["sitelistdump": .failed, "last": .done])
        #expect(record.job("sitelistdump")?.privateMessage?.contains("set dir") == true)
    }
}

import Foundation
import SystemPackage
import Testing

@testable import WikiDumpKit

/// Nothing that MediaWiki hides is in any file that everybody can read; everything else is.
@Suite struct HiddenEverywhereTests {
    @Test func nothingHiddenIsPublished() async throws {
        let fixture = try RunFixture()
        let hidden = try HiddenWiki(folder: fixture.farm.root)
        let record = try await hidden.wiki.dump(hidden.wiki.contentJobs, farm: fixture.farm)
        try Self.check(record, hidden)
    }

    /// Searches the public files of a run, and those of the operator, where all of it must be.
    static func check(_ record: RunRecord, _ hidden: HiddenWiki) throws {
        #expect(record.failures == 0, "\(record.messages)")
        #expect(record.jobs.count > 45)
        let texts = try hidden.publicTexts()
        #expect(texts.count > 100)
        var shown: Set<String> = []
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            let found = HiddenWiki.marks("Zq", "777", in: text)
            #expect(found.isEmpty, "\(name): \(found.sorted())")
            shown.formUnion(HiddenWiki.marks("Vs", "888", in: text))
        }
        for mark in [
            "Vslink", "Vstemplate", "Vsexistence", "Vsshared", "Vssortkey", "Vsproperty", "Vsplace", "Vsglobal",
            "Vstarget", "Vssitelink", "Vsitemterm", "Vslabel", "Vsprotected", "Vsaddress", "Vsgroup", "Vsformergroup",
            "Vsbabel", "Vsflag", "Vsfile", "Vsmetadata", "Vssum", "Vstag", "Vslocaltitle", "Vsparameter", "Vscomment",
            "888001", "888002", "888003",
        ] { #expect(shown.contains(mark), "\(mark)") }
        // A category has as many members as can be seen.
        let category = try #require(texts.first { $0.key.hasSuffix("-category.sql.gz") }?.value)
        #expect(String(decoding: category, as: UTF8.self).contains("'Vsshared',1,0,0)"))

        func withheld(_ job: String) -> Withheld? { record.job(job)?.files.first?.evidence?.withheld }
        #expect(withheld("xmlpagelogsdump") == Withheld(logTypes: ["spamblacklist", "suppress", "zqunknown"]))
        // Three pages of the fixture have hidden current texts beside those three that were planted.
        #expect(withheld("pagetable") == Withheld(emptiedRows: 6))
        #expect(withheld("usergroupstable") == Withheld(rows: 2))
        #expect(withheld("imagetable") == Withheld(emptiedRows: 1))
        #expect(withheld("sitestatstable") == Withheld())

        // Tables that cannot be shown go to the operator, whole, whatever the list says.
        let folder = hidden.wiki.directories.privateRun(Sample.date("20261124"))
        for (table, mark) in [("user", "Zqpassword"), ("logging", "Zqspam"), ("comment", "Zqcomment")] {
            let path = folder.appending("demowiki-20261124-\(table).sql.gz")
            #expect(try HiddenWiki.unpacked(path).contains(mark), "\(table)")
        }
    }
}

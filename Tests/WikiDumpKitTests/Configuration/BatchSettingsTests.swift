import Testing

@testable import WikiDumpKit

/// What the configuration says about a history that several processes share.
@Suite struct BatchSettingsTests {
    @Test func eachWikiHasItsOwn() throws {
        let configuration = try FarmFixture().inspect(
            """
            [reporting]
            batchjobsstaleage=90
            [chunks]
            checkpointtime=1
            contentbatchesenabled=1
            jobsperbatch=xmlstubsdump=3, metahistorybz2dump = 5
            testsleep=2
            [enwiki]
            contentbatchesenabled=0
            jobsperbatch=
            """)
        let shared = configuration.settings(for: Sample.wiki("dewiki")).batches
        #expect(shared.isEnabled && shared.rangesPerBatch == 5 && shared.pause == 2 && shared.staleAge == 90)
        let other = configuration.settings(for: Sample.wiki("enwiki")).batches
        #expect(!other.isEnabled && other.rangesPerBatch == nil && other.staleAge == 90)
        #expect(!configuration.problems.contains { $0.description.contains("batch") })
    }

    @Test(arguments: [
        ("jobsperbatch=metahistorybz2dump", "is not the name of a job and a number"),
        ("jobsperbatch=metahistorybz2dump=0", "is not the name of a job and a number"),
        ("contentbatchesenabled=1", "set checkpointtime=1 too"),
        ("contentbatchesenabled=1\ncheckpointtime=1\n[source]\nproducer=mediawiki", "set producer=native"),
        ("checkpointtime=1\ncontentbatchesenabled=1\n[enwiki]\ncheckpointtime=0", "[enwiki] contentbatchesenabled"),
    ])
    func whatCannotBeSharedIsToldOf(text: String, part: String) throws {
        let problems = try FarmFixture().inspect("[chunks]\n\(text)\n").problems.map(\.description)
        #expect(problems.contains { $0.contains(part) }, "\(problems)")
    }
}

import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// What a wiki says of itself may be that of another one.
@Suite struct OtherNameTests {
    private static let file = WikiFacts.Origin.file("info.json", changed: Sample.time)
    private static let api = WikiFacts.Origin.api("https://wiki.example.org/api.php")

    @Test(arguments: [
        (file, "otherwiki", "siteinfo in the section [source], info.json"), (file, "testwiki", nil),
        (file, "thedatabase", nil),
        (api, "otherwiki", "apiaddress in the section [wiki], https://wiki.example.org/api.php"),
        (api, "testwiki", nil),
        (.php("/mw"), "otherwiki", nil),
    ])
    func itIsTold(origin: WikiFacts.Origin, name: String, place: String?) async throws {
        let fixture = try RunFixture()
        fixture.wiki.content.facts.origin = origin
        fixture.wiki.content.facts.siteInfo.databaseName = name
        fixture.wiki.settings.source.mariaDB.database = "thedatabase"
        let log = LogCapture()
        var snapshot = RunSnapshot(
            wiki: fixture.wiki, clock: fixture.clock, timer: SkippingTimer(), logger: log.logger)
        _ = try await snapshot.facts()
        _ = try await snapshot.facts()
        let warnings = log.messages.filter { $0.hasPrefix("warning") }
        #expect(warnings.count == (place == nil ? 0 : 1), "\(log.messages)")
        if let place {
            #expect(warnings.first?.hasPrefix("warning testwiki calls itself otherwiki") == true)
            #expect(warnings.first?.hasSuffix("correct \(place))") == true, "\(warnings)")
        }
    }
}

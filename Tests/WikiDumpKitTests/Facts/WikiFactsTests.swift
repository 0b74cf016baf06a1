import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite struct WikiFactsTests {
    private struct Refusing: WikiInquiry {
        var error = DumpError(.source, "nobody is there", remedy: "knock")
        func ask() async throws(DumpError) -> WikiFacts { throw error }
    }

    private actor Counting: WikiInquiry {
        var calls = 0
        func ask() async throws(DumpError) -> WikiFacts {
            calls += 1
            if calls == 1 { throw DumpError(.source, "not yet") }
            return InMemoryContent().facts
        }
    }

    private var saved: WikiFacts {
        WikiFacts(
            siteInfo: InMemoryContent().siteInfo, origin: .file("info.json", changed: UTCTime(seconds: 1_000_000)))
    }

    @Test func theAgeOfAFileIsTold() {
        let facts = saved
        #expect(facts.savedAt == UTCTime(seconds: 1_000_000))
        let ages = [0, 86_399, 86_400, 200_000, -5].map { facts.remarks(at: UTCTime(seconds: 1_000_000 + $0)) }
        #expect(ages.map(\.count) == [1, 1, 1, 1, 1])
        #expect(
            ages.joined().map { $0.split(separator: ", which is ").last }
                == ["less than a day old", "less than a day old", "1 day old", "2 days old", "less than a day old"])
        #expect(WikiFacts(siteInfo: facts.siteInfo, origin: .api("x")).remarks(at: UTCTime(seconds: 0)).isEmpty)
    }

    @Test func theFirstWayThatAnswersIsTaken() async throws {
        let asked = WikiFacts(siteInfo: saved.siteInfo, origin: .api("x"))
        #expect(try await FirstAnswer(ways: [asked, Refusing()]).ask() == asked)
        let facts = try await FirstAnswer(ways: [Refusing(), saved]).ask()
        #expect(facts.savedAt != nil && facts.refusals == ["nobody is there (knock)"])
        #expect(facts.everybodyMayRead == nil)
        let other = try await FirstAnswer(ways: [Refusing(), asked]).ask()
        #expect(other.savedAt == nil && other.refusals.count == 1)
    }

    @Test func aWikiThatRefusesStrangersIsNotForEverybody() async throws {
        let refusing = Refusing(error: DumpError(.source, "you may not", cause: ReadDenied()))
        #expect(try await FirstAnswer(ways: [refusing, saved]).ask().everybodyMayRead == false)
    }

    @Test func whenNobodyAnswersAllReasonsAreTold() async {
        let one = await #expect(throws: DumpError.self) { try await FirstAnswer(ways: [Refusing()]).ask() }
        #expect(one?.description == "nobody is there (knock)")
        let other = Refusing(error: DumpError(.configuration, "there is no file", remedy: "make it"))
        let both = await #expect(throws: DumpError.self) { try await FirstAnswer(ways: [Refusing(), other]).ask() }
        #expect(both?.message.contains("nobody is there; and there is no file") == true)
        #expect(both?.remedy == "knock; or make it")
    }

    @Test func theAnswerIsRememberedAndAFailureIsNot() async throws {
        let counting = Counting()
        let once = AskedOnce(counting)
        await #expect(throws: DumpError.self) { try await once.ask() }
        let first = try await once.ask()
        #expect(try await once.ask() == first)
        #expect(await counting.calls == 2)
    }
}

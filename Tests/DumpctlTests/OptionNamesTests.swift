import ArgumentParser
import Testing
import WikiDumpKit

@testable import dumpctl

@Suite struct OptionNamesTests {
    @Test func propertiesOfARequestBecomeOptions() {
        let text = "no dump in batches (name \(RequestedValue.jobs), or \(RequestedValue.jobs.set(to: "a,b")))"
        #expect(text.contains("`jobs.names`"))
        #expect(text.namingOptions == "no dump in batches (name --job, or --job a,b)")
    }

    @Test func otherNamesStayAsTheyAre() {
        let text = "a tag is not closed in `{{#jobs}}`; `name = x` says nothing"
        #expect(text.namingOptions == text)
    }

    /// An option that a message speaks of is one that the program has.
    @Test func everyOptionIsKnown() throws {
        let help = RunCommand.helpMessage(columns: 100) + VerifyCommand.helpMessage(columns: 100)
        for value in RequestedValue.allCases { #expect(help.contains(value.option), "\(value)") }
    }
}

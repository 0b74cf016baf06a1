import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite struct CustomJobTests {
    private func job(
        _ script: String, _ arguments: [String] = [], inputs: [String] = [], outputs: [String] = ["own.txt"],
        after: [String] = [], isPrivate: Bool = false, timeLimit: Int64? = nil
    ) throws -> CustomJob {
        CustomJob(
            CustomJobDefinition(
                name: "owndump", title: "Mine",
                command: try (["/bin/sh", "-c", script, "sh"] + arguments).map {
                    try CustomJobArgument($0, inputs: inputs.count, outputs: outputs.count)
                }, inputs: inputs, outputs: outputs, after: after, isPrivate: isPrivate, timeLimit: timeLimit))
    }

    @Test func itKeepsTheRules() async throws {
        for isPrivate in [false, true] {
            let farm = try TemporaryFarm()
            try await JobConformance(
                job("echo \"$@\"", ["{wiki}", "a {date}"], isPrivate: isPrivate), folder: farm.root
            ).check()
            try await JobConformance(
                job(
                    "echo 1 >$1; echo 2 >$2", ["{output}", "{output2}"], outputs: ["a.txt", "b.txt"],
                    isPrivate: isPrivate),
                folder: farm.root.appending("two")
            ).check()
        }
    }

    @Test func itReadsWhatOthersMade() async throws {
        let fixture = try RunFixture()
        let jobs: [any Job] = [
            TestJob(name: "first"), try job("cat \"$1\"; pwd", ["{input}"], inputs: ["first.txt"], after: ["first"]),
        ]
        #expect(try await fixture.run(jobs).failures == 0)
        #expect(
            try fixture.text("testwiki-20261124-own.txt")
                == "half of first\n\(fixture.wiki.directories.temporary)\n")
    }

    @Test func onlyAPrivateJobReadsWhatAPrivateJobMade() async throws {
        for isPrivate in [false, true] {
            let fixture = try RunFixture()
            let jobs: [any Job] = [
                TestJob(name: "first", isPrivate: true),
                try job("cat \"$1\"", ["{input}"], inputs: ["first.txt"], after: ["first"], isPrivate: isPrivate),
            ]
            let record = try await fixture.run(jobs)
            #expect(record.job("owndump")?.status == (isPrivate ? .done : .failed))
            #expect(try fixture.traces(of: "half of first") == [])
        }
    }

    @Test(arguments: [
        ("echo no luck >&2; exit 4", "exit status 4: no luck"), ("true", "left own.txt empty"),
        ("sleep 60", "stopped after its limit"),
    ]) func whatDoesNotWorkIsWithheld(script: String, part: String) async throws {
        let fixture = try RunFixture()
        let record = try await fixture.run([try job(script, timeLimit: script.hasPrefix("sleep") ? 1 : nil)])
        #expect(record.job("owndump")?.status == .failed)
        #expect(record.job("owndump")?.privateMessage?.contains(part) == true)
        #expect(try fixture.dumpFiles() == [])
    }
}

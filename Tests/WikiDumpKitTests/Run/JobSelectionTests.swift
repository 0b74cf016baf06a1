import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

/// Which jobs a selection stands for.
@Suite struct JobSelectionTests {
    /// A chain a, b, c, a table, and a job by itself.
    private let jobs: [any Job] = [
        TestJob(name: "usertable", table: "user"), TestJob(name: "first"), TestJob(name: "alone"),
        TestJob(name: "second", prerequisites: ["first"]), TestJob(name: "third", prerequisites: ["second"]),
    ]

    private func run(_ selection: JobSelection, done: Set<String> = []) -> [String] {
        let decisions = selection.decisions(for: jobs) { done.contains($0) }
        #expect(Set(decisions.keys) == Set(jobs.map(\.name)), "each job is decided")
        return jobs.map(\.name).filter { decisions[$0]?.isRun == true }
    }

    private func skipped(_ selection: JobSelection, done: Set<String> = []) -> [String] {
        let decisions = selection.decisions(for: jobs) { done.contains($0) }
        return jobs.map(\.name).filter { if case .skip = decisions[$0] { true } else { false } }
    }

    @Test func everythingThatIsNotDone() {
        #expect(run(.all) == jobs.map(\.name))
        #expect(run(.all, done: ["first", "alone"]) == ["usertable", "second", "third"])
    }

    @Test func restart() {
        var selection = JobSelection(names: ["alone"], restarts: true)
        #expect(run(selection) == ["alone", "second", "third"])
        #expect(run(selection, done: ["alone", "second"]) == ["alone", "second", "third"])
        selection.skipsDone = true
        #expect(run(selection, done: ["alone", "second"]) == ["third"])
        #expect(run(JobSelection(names: ["tables"], restarts: true)) == jobs.map(\.name))
        selection = JobSelection(names: ["first"], skipped: ["alone"], restarts: true)
        #expect(run(selection) == ["first", "second", "third"])
        #expect(skipped(selection) == ["alone"])
    }

    @Test(arguments: [("secnod", "did you mean second? choose from: "), ("nosuchjob", "choose from: ")])
    func anUnknownJobIsToldWithTheNearest(name: String, start: String) {
        for selection in [JobSelection(names: [name]), JobSelection(skipped: [name])] {
            let error = #expect(throws: DumpError.self) { try selection.check(against: jobs) }
            #expect(error?.code == .usage && error?.message == "there is no job \(name)", "\(error as Any)")
            #expect(error?.remedy == start + "tables, usertable, first, alone, second, third", "\(error as Any)")
        }
    }

    @Test func prerequisites() {
        let selection = JobSelection(names: ["third"], addsPrerequisites: true)
        #expect(run(selection) == ["first", "second", "third"])
        #expect(run(selection, done: ["first"]) == ["second", "third"])
        #expect(run(selection, done: ["second"]) == ["third"], "what is done needs nothing")
        #expect(run(JobSelection(names: ["third"])) == ["third"])
        // What comes before the job from which the run starts is done only where it is needed.
        let restart = JobSelection(names: ["second"], restarts: true, addsPrerequisites: true)
        #expect(run(restart) == ["first", "second", "third"])
    }

    @Test func whatNeedsAJobThatIsLeftOutIsLeftOutToo() {
        let selection = JobSelection(skipped: ["first"])
        #expect(run(selection) == ["usertable", "alone"])
        #expect(skipped(selection) == ["first", "second", "third"])
        #expect(run(selection, done: ["first"]) == ["usertable", "alone", "second", "third"])
        #expect(skipped(selection, done: ["first"]) == [])
    }

    @Test func jobsLeftOutOfSomeAreNotMarked() {
        let selection = JobSelection(names: ["tables", "alone"], skipped: ["usertable"])
        #expect(run(selection) == ["alone"])
        #expect(skipped(selection) == [], "the next full run does them")
    }
}

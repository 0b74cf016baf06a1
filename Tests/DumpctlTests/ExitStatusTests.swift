import Testing
import WikiDumpKit

@testable import dumpctl

/// The exit statuses are what scripts go by.
@Suite struct ExitStatusTests {
    static let statuses: [(DumpError.Code, Int32)] = [
        (.usage, 2), (.configuration, 2), (.unknownWiki, 2), (.outputBad, 3), (.nothingToDo, 10), (.lockHeld, 11),
        (.lockLost, 75), (.cancelled, 75), (.source, 1), (.schema, 1), (.fileSystem, 1), (.diskFull, 1),
        (.permission, 1), (.clock, 1), (.jobFailed, 1),
    ]

    @Test(arguments: statuses)
    func errorsHaveAStatus(code: DumpError.Code, status: Int32) {
        #expect(ExitStatus.of(DumpError(code, "x")) == status)
    }

    @Test func runsHaveAStatus() throws {
        func run(_ failures: [DumpError.Code?]) throws -> RunRecord {
            RunRecord(
                wiki: try #require(WikiName("awiki")), date: try #require(DumpDate("20260102")),
                updated: UTCTime(seconds: 0),
                jobs: failures.map {
                    JobRecord(name: "j", title: "J", status: $0 == nil ? .done : .failed, message: "why", failure: $0)
                })
        }
        #expect(ExitStatus.of(try run([nil, nil])) == 0)
        #expect(ExitStatus.of(try run([nil, .outputBad])) == 3)
        #expect(ExitStatus.of(try run([.outputBad, .jobFailed])) == 1)
        var damaged = try run([nil])
        var evidence = FileEvidence()
        evidence.problems.add([ContentProblem(page: 3, revision: 7, message: "gone", isOmission: true)])
        damaged.jobs[0].files = [FileRecord(name: "f", size: 1, isComplete: true, evidence: evidence)]
        #expect(ExitStatus.of(damaged) == 0, "that was an earlier process")
        damaged.jobs[0].wasRunNow = true
        #expect(ExitStatus.of(damaged) == 5)
        #expect(RunText.omissions(damaged).contains("j lacks 1; the first: page 3 revision 7: gone"))
        damaged.jobs += try run([.jobFailed]).jobs
        #expect(ExitStatus.of(damaged) == 1)
        #expect(RunText.failure(try run([nil, .outputBad, .jobFailed])).contains("j failed: why; 1 more failed"))
    }

    @Test(arguments: [
        (0.0, "0.0 s"), (3.14, "3.1 s"), (12.2, "12 s"), (59.6, "1 min 0 s"), (185.0, "3 min 5 s"),
        (7440.0, "2 h 4 min"),
    ])
    func durationsAreForPeople(seconds: Double, text: String) { #expect(RunText.duration(seconds) == text) }

    @Test func oneIsNotToldAsMany() throws {
        let style = TextStyle(isColored: false)
        var job = JobRecord(name: "j", title: "J", status: .done)
        var evidence = FileEvidence()
        evidence.problems.add([ContentProblem(page: 3, revision: 7, message: "gone", isOmission: true)])
        job.files = [FileRecord(name: "f", size: 1, isComplete: true, evidence: evidence)]
        job.wasRunNow = true
        var run = RunRecord(
            wiki: try #require(WikiName("awiki")), date: try #require(DumpDate("20260102")),
            updated: UTCTime(seconds: 0), jobs: [job], isFinished: true)
        for line in [RunText.ended(job, seconds: nil, style), RunText.summary(run, style)] {
            #expect(line.contains(" 1 file, ") && line.hasSuffix(", 1 damaged item missing"), "\(line)")
        }
        evidence.problems.add([ContentProblem(page: 4, revision: 8, message: "gone", isOmission: true)])
        run.jobs[0].files = [
            FileRecord(name: "f", size: 1, isComplete: true, evidence: evidence),
            FileRecord(name: "g", size: 1, isComplete: true),
        ]
        let many = RunText.summary(run, style)
        #expect(many.contains(" 2 files, ") && many.hasSuffix(", 2 damaged items missing"), "\(many)")
        run.jobs[0].status = .failed
        #expect(RunText.summary(run, style).hasSuffix("1 of 1 job failed"))
        #expect(RunText.jobs(0) == "0 jobs" && RunText.files(0) == "0 files")
    }

    @Test(arguments: [(Int64(0), "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")])
    func numbersAreForPeople(number: Int64, text: String) { #expect(RunText.count(number) == text) }

    @Test(arguments: [20, 40, 80, 200])
    func aJobAtWorkFitsTheTerminal(width: Int) {
        let progress = JobProgress(pages: 12_345, items: 500, expectedItems: 2000, bytesIn: 1 << 30, bytesOut: 1 << 20)
        let line = LiveLines.cut(RunText.active("metahistorybz2dump", progress, seconds: 10), to: width)
        #expect(line.count <= max(20, width - 1))
        if width == 200 {
            for part in ["[##........]", "500/2,000", "12,345 pages", "30 s left", "/s"] {
                #expect(line.contains(part), "\(line)")
            }
        }
    }
}

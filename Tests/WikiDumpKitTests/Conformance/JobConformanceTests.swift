import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite struct JobConformanceTests {
    static let jobs: [any Job] = {
        var settings = WikiSettings()
        settings.multistream = true
        settings.tools.sevenZip = ""
        return JobList.standard(for: settings)
    }()

    @Test(arguments: jobs.indices, [0, 1, 230])
    func everyStandardJobKeepsTheRules(index: Int, pages: Int) async throws {
        let farm = try TemporaryFarm()
        try await JobConformance(
            Self.jobs[index], folder: farm.root, content: InMemoryContent(pageCount: pages, revisionsPerPage: 2)
        ).check()
    }

    @Test func settingsDecideOnTheJobs() {
        var settings = WikiSettings()
        #expect(!JobList.standard(for: settings).contains { $0.name == "articlesmultistreamdump" })
        settings.multistream = true
        settings.skippedJobs = ["articlesdump", "xmlstubsdump"]
        let names = JobList.standard(for: settings).map(\.name)
        #expect(names.contains("articlesmultistreamdump") && names.contains("metahistorybz2dump"))
        #expect(!names.contains("articlesdump") && !names.contains("xmlstubsdump"))
    }

    /// What a job does wrong.
    enum Fault: CaseIterable {
        case nameWithBlank, noTitle, needsItself, wrongPrefix, twoOfOneName, changingNames, unreported, leftover, random
        case wrongSize, wrongHash, incomplete, dropsProblems, swallowsFailures, publishesEarly, wrongError
        case ignoresCancellation, takesCancellationForTheEnd, wrongCancellation
    }

    /// Lists the pages.
    struct FaultyJob: Job {
        let fault: Fault?
        var name: String { fault == .nameWithBlank ? "my job" : "myjob" }
        var title: String { fault == .noTitle ? "" : "Mine" }
        var prerequisites: [String] { fault == .needsItself ? [name] : [] }
        func fileNames(prefix: String) -> [String] {
            switch fault {
            case .wrongPrefix: ["a.txt"]
            case .twoOfOneName: [prefix + "a.txt", prefix + "a.txt"]
            default: [prefix + "a.txt"]
            }
        }
        func fileNames(prefix: String, known: KnownRanges, among found: [String]?) -> [String] {
            fault == .changingNames ? (found ?? []) + ["b"] : fileNames(prefix: prefix)
        }

        func run(_ context: JobContext) async throws(DumpError) -> JobReport {
            let path = context.path(fileNames(prefix: context.prefix)[0])
            if fault == .publishesEarly { try fileSystem.write([1], to: path, durable: false) }
            let file = try OutputFile(path)
            defer { file.discard() }
            var report = JobReport(files: [])
            do throws(DumpError) {
                try await list(context, file, &report)
            } catch {
                switch error.code {
                case .source where fault == .swallowsFailures: break
                case .source where fault == .wrongError: throw DumpError(.jobFailed, error.message)
                case .cancelled where fault == .wrongCancellation: throw DumpError(.jobFailed, error.message)
                case .cancelled where fault == .takesCancellationForTheEnd: break
                default: throw error
                }
            }
            if fault == .random { try file.write(Array("\(UInt64.random(in: 0...UInt64.max))".utf8)) }
            var record = try file.commit()
            if fault == .leftover { try fileSystem.write([1], to: context.path("more"), durable: false) }
            if fault == .wrongSize { record.size = 7_000_000 }
            if fault == .wrongHash { record.hashes?.md5 = "0" }
            if fault == .incomplete { record.isComplete = false }
            if fault != .unreported { report.files = [record] }
            if fault == .dropsProblems { report.problems = ProblemTally() }
            return report
        }

        private func list(
            _ context: JobContext, _ file: OutputFile, _ report: inout JobReport
        ) async throws(DumpError) {
            let cursor = try await context.snapshot.revisions(RevisionSelection(extent: .current, includesText: false))
            while let batch = try await cursor.next() {
                if Task.isCancelled, fault != .ignoresCancellation { throw DumpError(.cancelled, "stopped") }
                for run in batch.runs { try file.write(Array("\(run.page.id)\n".utf8)) }
                report.problems.add(batch.problems)
            }
        }
    }

    @Test func aJobOfOnesOwnKeepsTheRules() async throws {
        let farm = try TemporaryFarm()
        try await JobConformance(FaultyJob(fault: nil), folder: farm.root).check()
    }

    @Test(arguments: Fault.allCases)
    func aFaultyJobIsFound(fault: Fault) async throws {
        let farm = try TemporaryFarm()
        await #expect(throws: ConformanceViolation.self) {
            try await JobConformance(
                FaultyJob(fault: fault), folder: farm.root, patience: .milliseconds(500)
            ).check()
        }
    }
}

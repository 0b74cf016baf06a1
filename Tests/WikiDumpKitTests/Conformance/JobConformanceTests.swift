import SystemPackage
import Testing
@testable import WikiDumpKit
import WikiDumpKitTesting

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
        try await JobConformance.check(
            Self.jobs[index], folder: farm.root, content: InMemoryContent(pageCount: pages, revisionsPerPage: 2))
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
        case nameWithBlank, noTitle, needsItself, wrongPrefix, unreported, leftover, random, wrongSize
    }

    struct FaultyJob: Job {
        let fault: Fault
        var name: String { fault == .nameWithBlank ? "my job" : "myjob" }
        var title: String { fault == .noTitle ? "" : "Mine" }
        var prerequisites: [String] { fault == .needsItself ? [name] : [] }
        func fileNames(prefix: String) -> [String] { [fault == .wrongPrefix ? "a.txt" : prefix + "a.txt"] }

        func run(_ context: JobContext) async throws(DumpError) -> JobReport {
            let file = try OutputFile(context.path(fileNames(prefix: context.prefix)[0]))
            try file.write(Array((fault == .random ? "\(UInt64.random(in: 0...UInt64.max))" : "a").utf8))
            var record = try file.commit()
            if fault == .leftover { try FileSystem.write([1], to: context.path("more"), durable: false) }
            if fault == .wrongSize { record.size = 7 }
            return JobReport(files: fault == .unreported ? [] : [record])
        }
    }

    @Test(arguments: Fault.allCases)
    func aFaultyJobIsFound(fault: Fault) async throws {
        let farm = try TemporaryFarm()
        await #expect(throws: ConformanceViolation.self) {
            try await JobConformance.check(FaultyJob(fault: fault), folder: farm.root)
        }
    }
}

import WikiDumpKit

struct PlanText {
    let plan: RunPlan

    /// The lines: one for each job, followed by its details.
    var lines: [String] {
        var lines = ["\(plan.wiki) \(plan.date.dashed): nothing is changed, this is what a run would do"]
        if let holder = plan.holder {
            lines.append("wait process \(holder.processID) on \(holder.host) holds the lock of \(plan.wiki)")
        }
        switch plan.notice {
        case .text(let text): lines.append("note show on the page: \(text)")
        case .remove: lines.append("note remove the notice from the page")
        case nil: break
        }
        for job in plan.jobs {
            lines.append("\(job.willRun ? "run " : "keep") \(job.name): \(job.reason)\(expectation(job))")
            guard job.willRun else { continue }
            lines += job.removedFiles.map { "       remove first: \($0)" }
            lines += job.files.map { "       \($0)" }
            lines += job.commands.map { "       command: \($0)" }
        }
        lines.append(summary)
        lines += plan.removedRuns.map { "then the run of \($0.dashed) is removed, once this one is complete" }
        return lines
    }

    private func expectation(_ job: PlannedJob) -> String {
        guard job.willRun, let estimate = job.estimate else { return "" }
        let time = estimate.milliseconds.map { " in \(RunText.duration(Double($0) / 1000))" } ?? ""
        return "; \(sizeText(estimate.bytes))\(time) on \(estimate.date.dashed)"
    }

    private var summary: String {
        let jobs = plan.jobsToRun
        let files = jobs.reduce(0) { $0 + $1.files.count }
        var text = "\(jobs.count) of \(plan.jobs.count) jobs to run, \(files) files"
        if let bytes = plan.expectedBytes {
            let known = jobs.count { $0.estimate != nil }
            text += "; \(known == jobs.count ? "" : "\(known) of them ")made \(sizeText(bytes))"
            if let time = plan.expectedMilliseconds { text += " in \(RunText.duration(Double(time) / 1000))" }
            text += " last time"
        }
        return text
    }
}

/// A plan as JSON. Keys that do not apply are absent.
struct PlanLine: Encodable {
    struct Job: Encodable {
        var job: String
        var willRun: Bool
        var reason: String
        var files: [String]
        var commands: [[String]]
        var removedFiles: [String]
        var lastRun: String?
        var expectedBytes: Int64?
        var expectedMilliseconds: Int64?
    }

    struct Holder: Encodable {
        var host: String
        var process: Int32
    }

    var wiki: String
    var date: String
    var jobs: [Job]
    var expectedBytes: Int64?
    var expectedMilliseconds: Int64?
    var lockedBy: Holder?
    var removedRuns: [String]
    var notice: String?

    init(_ plan: RunPlan) {
        wiki = plan.wiki.description
        date = plan.date.description
        jobs = plan.jobs.map { job in
            Job(
                job: job.name, willRun: job.willRun, reason: job.reason, files: job.files,
                commands: job.commands.map { [$0.program] + $0.arguments }, removedFiles: job.removedFiles,
                lastRun: job.estimate?.date.description, expectedBytes: job.estimate?.bytes,
                expectedMilliseconds: job.estimate?.milliseconds)
        }
        expectedBytes = plan.expectedBytes
        expectedMilliseconds = plan.expectedMilliseconds
        lockedBy = plan.holder.map { Holder(host: $0.host, process: $0.processID) }
        removedRuns = plan.removedRuns.map(\.description)
        notice =
            switch plan.notice {
            case .text(let text): text
            case .remove: ""
            case nil: nil
            }
    }
}

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
        var text = "\(jobs.count) of \(RunText.number(plan.jobs.count, "job")) to run, \(RunText.number(files, "file"))"
        if let bytes = plan.expectedBytes {
            let known = jobs.count { $0.estimate != nil }
            text += "; \(known == jobs.count ? "" : "\(known) of them ")made \(sizeText(bytes))"
            if let time = plan.expectedMilliseconds { text += " in \(RunText.duration(Double(time) / 1000))" }
            text += " last time"
        }
        return text
    }
}

extension JSONObject {
    /// A plan.
    init(_ plan: RunPlan) {
        let notice: String? =
            switch plan.notice {
            case .text(let text): text
            case .remove: ""
            case nil: nil
            }
        let holder = plan.holder.map { ["host": $0.host, "process": $0.processID] as JSONObject }
        self = [
            "wiki": plan.wiki.description, "date": plan.date.description, "jobs": plan.jobs.map(JSONObject.init),
            "expectedBytes": plan.expectedBytes, "expectedMilliseconds": plan.expectedMilliseconds,
            "lockedBy": holder, "removedRuns": plan.removedRuns.map(\.description), "notice": notice,
        ]
    }

    private init(_ job: PlannedJob) {
        self = [
            "job": job.name, "willRun": job.willRun, "reason": job.reason, "files": job.files,
            "commands": job.commands.map { [$0.program] + $0.arguments }, "removedFiles": job.removedFiles,
            "lastRun": job.estimate?.date.description, "expectedBytes": job.estimate?.bytes,
            "expectedMilliseconds": job.estimate?.milliseconds,
        ]
    }
}

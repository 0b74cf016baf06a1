import Logging

extension Worker {
    /// Helps with the batches of a job that another process is doing.
    ///
    /// This takes no lock of a wiki and touches no status file. If the request names no wiki, it helps the wiki with the most
    /// available batches.
    /// - Returns: What was done.
    /// - Throws: ``DumpError`` with code `usage` if the request contradicts itself, or asks for a job that is not done in
    ///   batches; `nothingToDo` if there is no batch to do; `lockLost` if every batch was lost to another process; the first
    ///   failure of a batch, after the others are done; or whatever keeps the process from doing any.
    public func help(_ request: RunRequest, _ observer: any DumpObserver) async throws(DumpError) -> BatchTally {
        try check(request)
        try stopFiles?.refuse("no batch begins")
        if request.wiki != nil { return try await perform(try help(of: request), request, observer) }
        for help in try helpWanted(request) {
            do throws(DumpError) { return try await perform(help, request, observer) } catch {
                // Other processes were faster.
                guard error.code == .nothingToDo else { throw error }
            }
        }
        throw noneWanted(request)
    }

    /// Does the batches. The files get their names only as long as the process has the wiki that does the run.
    private func perform(
        _ help: Help, _ request: RunRequest, _ observer: any DumpObserver
    ) async throws(DumpError) -> BatchTally {
        let wiki = try wiki(help.wiki)
        guard try !help.batches.offers().isEmpty else { throw try help.batches.reason() }
        guard let fence = try Fence(joining: wiki) else {
            throw DumpError(
                .nothingToDo, "no process is doing the run of \(help.wiki) of \(help.date.dashed)",
                remedy: "start it without \(RequestedValue.batches)")
        }
        defer { fence.leave() }
        let run = try makeRun(FencedWiki(wiki, fence), help.date, request)
        return try await run.help(with: help.batches.jobName).perform(observer)
    }

    /// The batches that ``help(_:_:)`` would take if no other process took any.
    func helpPlan(_ request: RunRequest) throws(DumpError) -> RunPlan {
        let help: Help
        if request.wiki != nil {
            help = try self.help(of: request)
        } else {
            guard let first = try helpWanted(request).first else { throw noneWanted(request) }
            help = first
        }
        let offers = try help.batches.offers()
        let taken = Array(offers.prefix(request.options.batchCount ?? offers.count))
        let names = taken.map(\.name).joined(separator: ", ")
        let reason =
            taken.isEmpty
            ? try help.batches.reason().message
            : "\(taken.count) of \(offers.count) \(offers.count == 1 ? "batch" : "batches") available: \(names)"
        return RunPlan(
            wiki: help.wiki, date: help.date,
            jobs: [
                PlannedJob(
                    name: help.batches.jobName, willRun: !taken.isEmpty, reason: reason, files: taken.flatMap(\.files))
            ])
    }

    private struct Help {
        let wiki: WikiName
        let date: DumpDate
        let batches: any RunHelp
    }

    private func help(of request: RunRequest) throws(DumpError) -> Help {
        guard let name = request.wiki else { throw noneWanted(request) }
        return try help(with: try wiki(name), request)
    }

    private func help(with wiki: any Wiki, _ request: RunRequest) throws(DumpError) -> Help {
        let date: DumpDate
        if case .day(let day) = request.date {
            date = day
        } else {
            guard let latest = try RunDirectories(wiki).latest() else {
                throw DumpError(
                    .nothingToDo, "\(wiki.name) has no run to help with",
                    remedy: "start one without \(RequestedValue.batches)")
            }
            date = latest
        }
        let run = try makeRun(wiki, date, request)
        return Help(wiki: wiki.name, date: date, batches: try run.help(with: request.jobs.names?.first ?? ""))
    }

    /// The wikis with available batches, those with the most batches first.
    private func helpWanted(_ request: RunRequest) throws(DumpError) -> [Help] {
        var found: [(help: Help, count: Int)] = []
        for wiki in wikis {
            do throws(DumpError) {
                let help = try help(with: wiki, request)
                let count = try help.batches.offers().count
                if count > 0 { found.append((help, count)) }
            } catch {
                // A wiki without such a job, or without a run, cannot be helped.
                if ![.usage, .nothingToDo].contains(error.code) { logger.warning("\(wiki.name): \(error)") }
            }
        }
        // Among equals, the order of the list decides.
        return found.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
            .map(\.element.help)
    }

    /// The error that says why the wikis need no help. It shows the reasons for the first few.
    private func noneWanted(_ request: RunRequest) -> DumpError {
        var reasons: [DumpError] = []
        for wiki in wikis {
            do throws(DumpError) { reasons.append(try help(with: wiki, request).batches.reason()) } catch {
                reasons.append(error)
            }
        }
        // If no wiki does the job in batches, the request is wrong, and waiting does not help.
        if let first = reasons.first, reasons.allSatisfy({ $0.code == .usage }) { return first }
        let shown = reasons.prefix(3).map(\.message).joined(separator: "; ")
        let more = reasons.count > 3 ? "; and \(reasons.count - 3) more" : ""
        return DumpError(
            .nothingToDo, "no wiki has a batch to help with: \(shown)\(more)", remedy: "name a wiki, or wait for a run")
    }
}

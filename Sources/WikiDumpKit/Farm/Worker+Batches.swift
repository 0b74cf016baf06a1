import Logging

extension Worker {
    /// Helps with the batches of a job that another process does.
    ///
    /// It takes no lock of a wiki and touches no status file. Without a wiki in the request it helps where most batches are
    /// to be had.
    /// - Returns: what was done.
    /// - Throws: ``DumpError``; `usage` for a request that contradicts itself; `nothingToDo` when there is no batch to do;
    ///   `lockLost` when each was lost to another process; the first failure of a batch, when the others are done; or what
    ///   keeps the process from all of them.
    public func help(_ request: RunRequest, _ observer: any DumpObserver) async throws(DumpError) -> BatchTally {
        try check(request)
        try stopFiles?.refuse("no batch begins")
        if request.wiki != nil { return try await help(of: request).batches.perform(observer) }
        for help in try helpWanted(request) {
            do throws(DumpError) { return try await help.batches.perform(observer) } catch {
                // Others were faster.
                guard error.code == .nothingToDo else { throw error }
            }
        }
        throw try noneWanted(request)
    }

    /// Which batches ``help(_:_:)`` would take, if nobody else took any.
    func helpPlan(_ request: RunRequest) throws(DumpError) -> RunPlan {
        let help: Help
        if request.wiki != nil {
            help = try self.help(of: request)
        } else {
            guard let first = try helpWanted(request).first else { throw try noneWanted(request) }
            help = first
        }
        let offers = try help.batches.offers()
        let taken = Array(offers.prefix(request.options.batchCount ?? offers.count))
        let names = taken.map(\.name).joined(separator: ", ")
        let reason =
            taken.isEmpty
            ? try help.batches.reason().message
            : "\(taken.count) of \(offers.count) \(offers.count == 1 ? "batch" : "batches") to be had: \(names)"
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
        guard let name = request.wiki else { throw try noneWanted(request) }
        return try help(with: try wiki(name), request)
    }

    private func help(with wiki: any Wiki, _ request: RunRequest) throws(DumpError) -> Help {
        let date: DumpDate
        if case .day(let day) = request.date {
            date = day
        } else {
            guard let latest = try RunDirectories(wiki.directories).latest() else {
                throw DumpError(
                    .nothingToDo, "\(wiki.name) has no run to help with",
                    remedy: "start one without \(RequestedValue.batches)")
            }
            date = latest
        }
        let run = try makeRun(wiki, date, request)
        return Help(wiki: wiki.name, date: date, batches: try run.help(with: request.jobs.names?.first ?? ""))
    }

    /// The wikis with batches to be had, that with most of them first.
    private func helpWanted(_ request: RunRequest) throws(DumpError) -> [Help] {
        var found: [(help: Help, count: Int)] = []
        for wiki in wikis {
            do throws(DumpError) {
                let help = try help(with: wiki, request)
                let count = try help.batches.offers().count
                if count > 0 { found.append((help, count)) }
            } catch {
                // A wiki without such a job, or without a run, is none to help with.
                if ![.usage, .nothingToDo].contains(error.code) { logger.warning("\(wiki.name): \(error)") }
            }
        }
        // The order of the list decides among equals.
        return found.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
            .map(\.element.help)
    }

    /// Says of each wiki why it needs no help, or of the first few.
    private func noneWanted(_ request: RunRequest) throws(DumpError) -> DumpError {
        var reasons: [String] = []
        for wiki in wikis {
            do throws(DumpError) { reasons.append(try help(with: wiki, request).batches.reason().message) } catch {
                reasons.append(error.message)
            }
        }
        let shown = reasons.prefix(3).joined(separator: "; ")
        let more = reasons.count > 3 ? "; and \(reasons.count - 3) more" : ""
        return DumpError(
            .nothingToDo, "no wiki has a batch to be had: \(shown)\(more)", remedy: "name a wiki, or wait for a run")
    }
}

import SystemPackage

extension FarmAdministration {
    /// Removes a run from the public and the private tree, after the links to its files.
    /// - Parameter force: Whether to remove even the newest complete run of the wiki.
    /// - Throws: ``DumpError`` with code `usage` if there is no such run, or if it is the newest complete one; `lockHeld` if a
    ///   process works on the wiki.
    public func purge(_ name: WikiName, _ date: DumpDate, force: Bool = false) async throws(DumpError) -> Deed {
        let wiki = try wiki(name)
        let date = try run(of: wiki, date)
        if !force { try Self.refuseNewest(date, of: wiki) }
        try await change(wiki, date) { wiki throws(DumpError) in
            // A newer one may be gone since.
            if !force { try Self.refuseNewest(date, of: wiki) }
            try RunPurge(wiki: wiki, keep: 0).remove([date])
            if try FailedAttempts.read(wiki)?.date == date { try FailedAttempts.forget(wiki) }
        }
        return deed(
            name, date, done: "removed the run of \(name) of \(date.dashed)",
            would: "remove the run of \(name) of \(date.dashed)")
    }

    private static func refuseNewest(_ date: DumpDate, of wiki: any Wiki) throws(DumpError) {
        let runs = RunDirectories(wiki)
        var newest: DumpDate?
        for other in try runs.dates() where RunState(statusLine: try runs.statusLine(of: other)) == .complete {
            newest = other
        }
        guard newest == date else { return }
        throw DumpError(
            .usage, "the run of \(wiki.name) of \(date.dashed) is its newest complete one, which readers are led to",
            remedy: "dump the wiki first, or force it")
    }

    /// The jobs of a run that failed, in their order.
    /// - Parameter date: The date; nil for the newest run.
    public func failedJobs(
        of name: WikiName, _ date: DumpDate? = nil
    ) throws(DumpError) -> (date: DumpDate, jobs: [String]) {
        let wiki = try wiki(name)
        let date = try run(of: wiki, date)
        return (date, try jobRun(wiki, date).storedRecord().jobs.filter { $0.status == .failed }.map(\.name))
    }

    /// The wikis whose newest run has failed jobs.
    public func wikisWithFailedJobs() throws(DumpError) -> [WikiName] {
        var names: [WikiName] = []
        for wiki in try wikis([]) where try !RunDirectories(wiki).dates().isEmpty {
            if try !failedJobs(of: wiki.name).jobs.isEmpty { names.append(wiki.name) }
        }
        return names
    }

    /// Removes the files of the failed jobs of a run, with checksums and certificates, and publishes the run again.
    /// - Parameter date: The date; nil for the newest run.
    public func removeFailed(_ name: WikiName, _ date: DumpDate? = nil) async throws(DumpError) -> Deed {
        let wiki = try wiki(name)
        let (date, failed) = try failedJobs(of: name, date)
        let run = try jobRun(wiki, date)
        var files: [String] = []
        for job in run.jobs where failed.contains(job.name) { files += try run.cleanup.files(of: job) }
        guard !files.isEmpty else {
            let text = "the failed jobs of the run of \(name) of \(date.dashed) left no files"
            return Deed(wiki: name, date: date, text: text, isChange: false)
        }
        try await change(wiki, date) { wiki throws(DumpError) in
            let run = try self.jobRun(wiki, date)
            // A worker may have done some of them since.
            let still = Set(try run.storedRecord().jobs.filter { $0.status == .failed }.map(\.name))
            for job in run.jobs where failed.contains(job.name) && still.contains(job.name) {
                _ = try run.cleanup.remove(filesOf: job)
            }
            try self.publish(run, try run.storedRecord(), keepsTime: true)
        }
        let what = "\(files.count == 1 ? "1 file" : "\(files.count) files") of \(failed.joined(separator: ", "))"
        let list = "\(what) from the run of \(name) of \(date.dashed): \(files.joined(separator: ", "))"
        return deed(name, date, done: "removed \(list)", would: "remove \(list)")
    }

    /// Marks a job of a run as done or failed, and publishes the run again.
    /// - Parameters:
    ///   - job: The name of the job; `tables` for all table jobs.
    ///   - status: `done` or `failed`. A job can be done only if all of its files are there.
    ///   - date: The date; nil for the newest run.
    /// - Throws: ``DumpError`` with code `usage` for an unknown job, or a job whose files are not there.
    public func mark(
        _ name: WikiName, _ job: String, _ status: JobStatus, _ date: DumpDate? = nil
    ) async throws(DumpError) -> Deed {
        guard status == .done || status == .failed else {
            throw DumpError(.usage, "a job cannot be marked as \(status.rawValue)", remedy: "mark it as done or failed")
        }
        let wiki = try wiki(name)
        let date = try run(of: wiki, date)
        let known = try jobRun(wiki, date)
        try JobSelection(names: [job]).check(against: known.jobs)
        let jobs = known.jobs.filter { $0.name == job || job == "tables" && $0.name.hasSuffix("table") }
        if let pseudo = PseudoJob(rawValue: job) {
            throw DumpError(.usage, "\(pseudo.rawValue) makes no files, so it has no status", remedy: "name a job")
        }
        // Looked for before anything is changed, and in a rehearsal too.
        _ = try marked(known, jobs.map(\.name), status)
        try await change(wiki, date) { wiki throws(DumpError) in
            let run = try self.jobRun(wiki, date)
            try self.publish(run, try self.marked(run, jobs.map(\.name), status), keepsTime: false)
            try self.noteMark(jobs.map(\.name), status, wiki, date)
        }
        let what = "\(job) of the run of \(name) of \(date.dashed) as \(status.rawValue)"
        return deed(name, date, done: "marked \(what)", would: "mark \(what)")
    }

    private func marked(_ run: JobRun, _ names: [String], _ status: JobStatus) throws(DumpError) -> RunRecord {
        var record = try run.storedRecord()
        for job in run.jobs where names.contains(job.name) {
            var files = record.job(job.name)?.files ?? []
            if status == .done {
                let folder = job.folder(of: run.wiki, date: run.date)
                for index in files.indices {
                    let file = files[index].name
                    guard let found = try FileRecord.stored(file, in: folder, run.publisher.smallFiles) else {
                        throw DumpError(
                            .usage, "job \(job.name) cannot be done: \(folder.appending(file)) is not there",
                            remedy: "do the job again")
                    }
                    files[index] = found
                }
            }
            let message = status == .failed ? "marked as failed by the operator" : nil
            record.set(job.name, status, at: clock.now(), message: message) { $0 = files }
        }
        return record
    }

    /// Keeps the recorded failures in step with what was marked.
    private func noteMark(
        _ names: [String], _ status: JobStatus, _ wiki: any Wiki, _ date: DumpDate
    ) throws(DumpError) {
        let reason = "marked as failed by the operator"
        try wiki.directories.make(wiki.directories.privateRun(date), on: wiki.fileSystem)
        var notes = try FailureNotes(wiki, date)
        for name in names { notes.set(status == .failed ? reason : nil, for: name, at: clock.now()) }
        try notes.write(wiki, date)
        // The attempts are those of the newest run.
        guard try RunDirectories(wiki).latest() == date else { return }
        let earlier = try FailedAttempts.read(wiki)
        if status == .failed {
            let known = names.map { (job: $0, code: DumpError.Code.usage, text: reason) }
            return try FailedAttempts(date, known, after: earlier, at: clock.now()).write(wiki)
        }
        guard var attempts = earlier, attempts.date == date else { return }
        for name in names { attempts.failures[name] = nil }
        if attempts.failures.isEmpty { try FailedAttempts.forget(wiki) } else { try attempts.write(wiki) }
    }

    /// Shows a notice on the page of a run, or removes it. The run keeps its time.
    /// - Parameters:
    ///   - names: The wikis; empty for all that have a run.
    ///   - date: The date; nil for the newest run of each wiki.
    public func notice(
        _ names: [String], _ change: RunNotice.Change, _ date: DumpDate? = nil
    ) async throws(DumpError) -> [Deed] {
        var deeds: [Deed] = []
        for wiki in try wikis(names) {
            if names.isEmpty, try RunDirectories(wiki).dates().isEmpty { continue }
            let date = try run(of: wiki, date)
            let place = "the page of the run of \(wiki.name) of \(date.dashed)"
            if change == .remove, try RunNotice(wiki: wiki, date: date).text() == nil {
                deeds.append(Deed(wiki: wiki.name, date: date, text: "\(place) has no notice", isChange: false))
                continue
            }
            try await self.change(wiki, date) { wiki throws(DumpError) in
                try RunNotice(wiki: wiki, date: date).apply(change)
                let run = try self.jobRun(wiki, date)
                try self.publish(run, try run.storedRecord(), keepsTime: true)
            }
            deeds.append(
                change == .remove
                    ? deed(
                        wiki.name, date, done: "removed the notice from \(place)",
                        would: "remove the notice from \(place)")
                    : deed(wiki.name, date, done: "put the notice on \(place)", would: "put the notice on \(place)"))
        }
        return deeds
    }
}

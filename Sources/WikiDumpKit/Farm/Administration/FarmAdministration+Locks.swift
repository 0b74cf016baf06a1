import CLibrary

extension FarmAdministration {
    /// Removes the locks that dead processes left, and says in the runs that they were interrupted.
    /// - Parameters:
    ///   - names: The wikis; empty for all. The lock of a living process is an error only for a wiki that is named.
    ///   - force: Whether to take the lock even from a living process. That process can then write no more, and stops.
    /// - Throws: ``DumpError`` with code `lockHeld` if the process is not known to be dead, `unknownWiki`, or `permission`.
    public func unlock(_ names: [String], force: Bool = false) async throws(DumpError) -> [Deed] {
        var deeds: [Deed] = []
        for wiki in try wikis(names) {
            let holders = try await locks(wiki).holders()
            guard let holder = holders.first(where: { !$0.isStale }) ?? holders.first else {
                if !names.isEmpty {
                    deeds.append(
                        Deed(wiki: wiki.name, date: nil, text: "nobody holds the lock of \(wiki.name)", isChange: false)
                    )
                }
                continue
            }
            if !holder.isStale, !force {
                guard !names.isEmpty else {
                    deeds.append(
                        Deed(
                            wiki: wiki.name, date: holder.date,
                            text: "left the lock of \(wiki.name) to \(holder.process), which works", isChange: false))
                    continue
                }
                throw DumpError(
                    .lockHeld,
                    "the lock of \(wiki.name) is held by \(holder.process), which gave a sign of life \(holder.age) s ago",
                    remedy: "stop that process; if it is certainly gone, or must not go on, force it")
            }
            let clock = clock
            try await change(wiki, holder.date, force: force) { wiki throws(DumpError) in
                try self.markInterrupted(holder.date, of: wiki, clock.now())
            }
            let whose = "of \(wiki.name) of \(holder.date.dashed), held by \(holder.process)"
            deeds.append(
                deed(wiki.name, holder.date, done: "removed the lock \(whose)", would: "remove the lock \(whose)"))
        }
        return deeds
    }

    /// Says in a run that its process was interrupted, if it still says that it is in progress.
    private func markInterrupted(_ date: DumpDate, of wiki: any Wiki, _ now: UTCTime) throws(DumpError) {
        guard let line = try RunDirectories(wiki).statusLine(of: date).flatMap(StatusLine.parse),
            line.state.isInProgress
        else { return }
        let stored = try StoredRun.read(
            wiki: wiki.name, date: date, isPrivate: wiki.isPrivate, isClosed: wiki.isClosed,
            folder: wiki.directories.run(date), updated: now,
            previous: try RunDirectories(wiki).dates().last { $0 < date }, on: wiki.fileSystem)
        if let stored { try jobRun(wiki, date).publisher.publishAborted(stored) }
    }

    /// Asks the processes of this machine that work on some wikis to stop, as Ctrl-C does. They end what they write, give
    /// their locks back, and their runs can be continued.
    ///
    /// Only a process whose identity is certain gets the signal: a number alone may belong to another process by now.
    /// - Parameter names: The wikis; empty for all.
    /// - Throws: ``DumpError`` with code `usage` if the process of a named wiki is on another machine or in another container,
    ///   `permission` if it belongs to another user.
    public func kill(_ names: [String]) async throws(DumpError) -> [Deed] {
        var deeds: [Deed] = []
        for wiki in try wikis(names) {
            guard let holder = try await locks(wiki).holders().first(where: { !$0.isStale }) else {
                if !names.isEmpty {
                    let text = "no process works on \(wiki.name)"
                    deeds.append(Deed(wiki: wiki.name, date: nil, text: text, isChange: false))
                }
                continue
            }
            let owners = try (locks(wiki) as? FileLock)?.claims().map(\.owner) ?? []
            let surroundings = wiki.fileSystem.surroundings
            let owner = owners.first { $0.processID == holder.processID && $0.host == holder.host }
            guard let owner, owner.startTicks != nil, surroundings.sharesTable(with: owner),
                surroundings.isRunning(owner)
            else {
                let text = "\(holder.process) works on \(wiki.name), and cannot be stopped from here"
                if names.isEmpty {
                    deeds.append(Deed(wiki: wiki.name, date: holder.date, text: text, isChange: false))
                    continue
                }
                throw DumpError(.usage, text, remedy: "stop it on its own machine, in its own container")
            }
            if !isRehearsal, CLibrary.kill(owner.processID, SIGTERM) != 0 {
                throw DumpError(
                    .permission, "cannot stop \(holder.process), which works on \(wiki.name)",
                    remedy: "do it as the user who started it")
            }
            let whom = "\(holder.process), which works on \(wiki.name)"
            deeds.append(deed(wiki.name, holder.date, done: "asked \(whom) to stop", would: "ask \(whom) to stop"))
        }
        return deeds
    }
}

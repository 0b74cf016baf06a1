/// Taking over the folders of a wiki whose lock is held.
extension Fence {
    /// Takes over the folders of a wiki from whoever had them.
    /// - Parameter grant: The claim on the wiki.
    /// - Throws: ``DumpError`` with code `lockHeld` if another process takes them over at the same time.
    init(taking wiki: any Wiki, _ grant: LockGrant) throws(DumpError) {
        try self.init(taking: wiki, above: grant.epoch)
    }

    /// Takes over the folders of a wiki, with an epoch greater than a number.
    init(taking wiki: any Wiki, above floor: Int64) throws(DumpError) {
        let (name, directories) = (wiki.name, wiki.directories)
        try self.init(entering: wiki, above: floor) { fileSystem, folder throws(DumpError) in
            try LatestLinks.rescue(from: folder, of: name, directories, on: fileSystem)
        }
    }

    /// Gives up the right to a wiki. If batches of the run are still to be done, processes may go on to help with them.
    func leave(from wiki: any Wiki, _ date: DumpDate) {
        leave(keepsHelpers: (try? BatchFolder.isAnyOpen(wiki, date)) == true)
    }

    /// Does some work on a wiki behind a fence, and leaves whatever happens.
    /// - Parameter body: Gets the wiki, whose folders can be changed until another process takes it over, and the epoch.
    /// - Throws: What `body` throws. If the wiki was taken over, the error says who has it.
    static func hold<R>(
        _ wiki: any Wiki, _ grant: LockGrant, _ lock: any Lock,
        _ body: (any Wiki, Int64) async throws(DumpError) -> R
    ) async throws(DumpError) -> R {
        let fence: Fence
        do throws(DumpError) { fence = try Fence(taking: wiki, grant) } catch {
            // The wiki had its turn. Otherwise it would come first again and again.
            if ![.lockHeld, .lockLost, .cancelled].contains(error.code) {
                let earlier = try? FailedAttempts.read(wiki)
                try? FailedAttempts(
                    refused: grant.date, error, after: earlier, at: wiki.fileSystem.surroundings.clock.now()
                ).write(wiki)
            }
            throw error
        }
        defer { fence.leave(from: wiki, grant.date) }
        do throws(DumpError) {
            return try await body(FencedWiki(wiki, fence), fence.epoch)
        } catch {
            guard error.code == .lockLost, let holder = try? await lock.holders().first(where: { !$0.isStale }) else {
                throw error
            }
            throw DumpError(
                .lockLost, "\(error.message); process \(holder.processID) on \(holder.host) has \(wiki.name) now",
                remedy: "nothing of it was changed since; run again when that process is done", cause: error.cause)
        }
    }
}

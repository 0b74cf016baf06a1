/// Taking over the folders of a wiki whose lock is held.
extension Fence {
    /// Takes over the folders of a wiki from whoever had them.
    ///
    /// A process that slept since it got its claim must not take them from its successor. So the marker is looked at first, then
    /// the claim is confirmed, and then the marker is raised if it still says the same: whoever got a claim later had not been
    /// here before.
    /// - Parameters:
    ///   - grant: The claim on the wiki.
    ///   - lock: Who granted it.
    /// - Throws: ``DumpError`` with code `lockLost` if the claim is no longer ours, or `lockHeld` if another process takes the
    ///   folders over at the same time.
    init(taking wiki: any Wiki, _ grant: LockGrant, of lock: any Lock) async throws(DumpError) {
        let folder = wiki.directories.privateRoot
        try wiki.directories.make(folder, on: wiki.fileSystem)
        var attempts = 0
        while true {
            let seen = try EpochMarker(in: folder, on: wiki.fileSystem).standing()
            try await lock.refresh(grant)
            do throws(DumpError) {
                self = try Fence(taking: wiki, above: grant.epoch, ifStill: seen)
                return
            } catch {
                // Somebody else may have raised it who has lost its claim since.
                attempts += 1
                guard error.code == .lockHeld, attempts < 10 else { throw error }
            }
        }
    }

    /// Takes over the folders of a wiki, with an epoch greater than a number.
    init(
        taking wiki: any Wiki, above floor: Int64, ifStill seen: EpochMarker.Standing? = nil
    ) throws(DumpError) {
        let (name, directories) = (wiki.name, wiki.directories)
        try self.init(entering: wiki, above: floor, ifStill: seen) { fileSystem, folder throws(DumpError) in
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
        do throws(DumpError) { fence = try await Fence(taking: wiki, grant, of: lock) } catch {
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

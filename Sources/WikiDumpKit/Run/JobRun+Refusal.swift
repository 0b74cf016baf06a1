import Logging

/// Jobs that cannot be done because of the content they would read, all for the same reason.
struct RefusedJobs {
    var jobs: [any Job]
    let failure: DumpError
}

extension JobRun {
    /// Determines before the first job starts which jobs cannot be done: those that read unreadable content, and those that
    /// depend on them.
    /// - Parameter todo: The jobs that are to be done, in order.
    /// - Throws: ``DumpError`` if the content cannot be read at all.
    func refused(
        of todo: [any Job], by snapshot: any ContentSnapshot
    ) async throws(DumpError) -> [RefusedJobs] {
        var refused: [RefusedJobs] = []
        var places: [String: Int] = [:]
        for part in ContentPart.allCases {
            let readers = todo.filter { $0.reads.contains(part) }
            guard !readers.isEmpty else { continue }
            do throws(DumpError) { try await snapshot.check(part) } catch {
                guard error.code == .schema else { throw error }
                let place = refused.firstIndex { $0.failure.description == error.description } ?? refused.count
                if place == refused.count { refused.append(RefusedJobs(jobs: [], failure: error)) }
                for job in readers where places[job.name] == nil { places[job.name] = place }
            }
        }
        for job in todo {
            let place = places[job.name] ?? job.prerequisites.lazy.compactMap { places[$0] }.first
            guard let place else { continue }
            places[job.name] = place
            refused[place].jobs.append(job)
        }
        return refused
    }

    /// Ends a run that has not started because none of it can be done. The public tree stays as it is.
    func refuse(_ failure: DumpError, _ observer: any DumpObserver) {
        // A stop or a lost lock is not the fault of the wiki.
        guard failure.code != .cancelled, failure.code != .lockLost else { return }
        do throws(DumpError) {
            // Nothing else records that the wiki had its turn.
            try wiki.fileSystem.makeDirectory(
                wiki.directories.privateRoot, permissions: WikiDirectories.privateDirectoryPermissions)
            let earlier = try FailedAttempts.read(wiki)
            try FailedAttempts(refused: date, failure, after: earlier, at: clock.now()).write(wiki)
        } catch {
            logger.warning("\(error)")
        }
        observer.observe(.runRefused(wiki: wiki.name, date: date, failure: failure))
    }
}

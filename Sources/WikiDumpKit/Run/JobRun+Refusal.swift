import Logging

/// Jobs that cannot be done because of what they would read, all for one reason.
struct RefusedJobs {
    var jobs: [any Job]
    let failure: DumpError
}

extension JobRun {
    /// Which jobs cannot be done, before any of them begins: those that read a part of the content that cannot be read, and
    /// those that come after them.
    /// - Parameter todo: The jobs that are to be done, in order.
    /// - Throws: ``DumpError`` if nothing can be read.
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

    /// Ends a run that has not begun, since nothing of it can be done. The public tree stays as it is.
    func refuse(_ failure: DumpError, _ observer: any DumpObserver) {
        // Who stopped the run, or took its lock, is no fault of the wiki.
        guard failure.code != .cancelled, failure.code != .lockLost else { return }
        do throws(DumpError) {
            // Nothing else tells that the wiki had its turn.
            try FileSystem.makeDirectory(
                wiki.directories.privateRoot, permissions: WikiDirectories.privateDirectoryPermissions)
            let earlier = try FailedAttempts.read(wiki)
            try FailedAttempts(refused: date, failure, after: earlier, at: clock.now()).write(wiki)
        } catch {
            logger.warning("\(error)")
        }
        observer.observe(.runRefused(wiki: wiki.name, date: date, failure: failure))
    }
}

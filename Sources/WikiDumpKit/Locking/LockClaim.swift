import SystemPackage

/// A lock file as it was found: who made it, and whether it may be broken.
struct LockClaim: Sendable, Hashable {
    /// Its path.
    let path: FilePath
    /// The number of the file on its disk.
    let identity: [UInt64]
    /// The content.
    let text: String
    /// When its holder last touched it.
    let touched: UTCTime
    /// Who made it; the process number is 0 if the content says nothing.
    let owner: ProcessIdentity

    /// Looks at a lock; nil if it is not there any more.
    /// - Parameter companions: the hidden names in the folder, one of which tells when the process of the lock started.
    init?(_ path: FilePath, companions: [String]) throws(DumpError) {
        guard let status = try FileSystem.status(path) else { return nil }
        guard status.isFile else {
            throw DumpError(
                .fileSystem, "\(path) has the name of a lock and is no file",
                remedy: "remove it, or give it another name")
        }
        guard let text = try FileSystem.text(path) else { return nil }
        self.path = path
        identity = status.identity
        touched = status.modified
        self.text = text
        let words = text.split { $0.isWhitespace }
        let host = words.count == 2 ? String(words[0]) : "unknown"
        let processID = words.count == 2 ? Int32(words[1]) ?? 0 : 0
        var ticks: UInt64?
        for name in companions {
            guard let owner = LockFolder.owner(ofCompanion: name), owner.processID == processID, owner.host == host,
                try FileSystem.status(path.removingLastComponent().appending(name))?.identity == status.identity
            else { continue }
            ticks = owner.startTicks
        }
        owner = ProcessIdentity(host: host, processID: processID, startTicks: ticks)
    }

    /// Seconds since the last touch; 0 if that lies in the future.
    func age(now: UTCTime) -> Int64 { max(0, now.seconds - touched.seconds) }

    /// Whether the claim may be broken: nobody touched it for too long, or its process is known to be dead.
    ///
    /// The host is compared before the process: the same number on another machine is somebody else.
    func isStale(now: UTCTime, staleAge: Int64, host: String) -> Bool {
        if age(now: now) > staleAge { return true }
        // A lock without a readable content tells nothing of its process; only its age counts.
        return owner.host == host && owner.processID > 0 && !owner.isRunning
    }

    /// The claim as the rest of the library sees it.
    func holder(now: UTCTime, staleAge: Int64, host: String) -> LockHolder {
        LockHolder(
            host: owner.host, processID: owner.processID, age: age(now: now),
            isStale: isStale(now: now, staleAge: staleAge, host: host))
    }
}

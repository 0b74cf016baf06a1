import SystemPackage

/// The batches of a job on disk and the operations on them. On disk there are `batches-JOB.json` and a marker for each batch
/// that a process is working on. The guard lies in the work folder of the process that does the run.
///
/// ## Why no two processes do the same batch
///
/// Batches and markers are changed only under the guard: `flock` on a separate file that is never replaced. A claim is a
/// marker, `job-JOB-batch-pApB-running.txt`, which is an ``OwnerFile``. A process that takes a batch from a dead or silent one
/// removes both names of the marker. The process that lost the batch notices at its next sign of life, or when it is about to
/// give a file its name. Naming a file also happens under the guard, so a process that lost its batch publishes nothing more.
///
/// Old programs read the JSON and the modification time of the marker; both have the form they know.
struct BatchFolder: Sendable {
    let wiki: WikiName
    let date: DumpDate
    let job: String
    /// The private folder of the run.
    let path: FilePath
    let fileSystem: FileSystem
    /// A claim is void after this many seconds without a sign of life.
    let staleAge: Int64
    let clock: any WallClock
    var owner: ProcessIdentity

    init(_ wiki: any Wiki, _ date: DumpDate, job: String, clock: any WallClock) {
        self.wiki = wiki.name
        self.date = date
        self.job = job
        path = wiki.directories.privateRun(date)
        fileSystem = wiki.fileSystem
        owner = fileSystem.surroundings.process
        staleAge = wiki.settings.batches.staleAge
        self.clock = clock
    }

    static let permissions = WikiDirectories.privateFilePermissions

    private static let (listPrefix, listSuffix) = ("batches-", ".json")

    /// Tells the times of markers.
    var leaseClock: LeaseClock { LeaseClock(clock) }

    private var listPath: FilePath { path.appending(Self.listPrefix + job + Self.listSuffix) }
    private var backupPath: FilePath { path.appending(Self.listPrefix + job + Self.listSuffix + ".bak") }

    /// Whether the job has batches.
    func exists() throws(DumpError) -> Bool { try fileSystem.status(listPath)?.isFile == true }

    /// The batches in the file. If the file is damaged, those before the last change. nil if there are none.
    func read() throws(DumpError) -> BatchList? {
        guard let text = try fileSystem.text(listPath) else { return nil }
        if let list = BatchList(parsing: text) { return list }
        if let before = try fileSystem.text(backupPath), let list = BatchList(parsing: before) { return list }
        throw DumpError(
            .fileSystem, "\(listPath) is damaged, and so is the copy beside it",
            remedy: "remove both and run job \(job) again; files that are complete stay")
    }

    /// Changes the batches while no other process can. Claims of dead processes are ended first.
    func update<R>(_ body: (inout BatchList?) throws(DumpError) -> R) throws(DumpError) -> R {
        try guarded { () throws(DumpError) in
            let before = try read()
            var list = before
            let markers = try Markers(in: path, on: fileSystem, job: job)
            let claimed = (list?.batches ?? []).filter { $0.status == .claimed }
            let now = claimed.isEmpty ? leaseClock.estimate : try leaseClock.now(in: path, on: fileSystem)
            for batch in claimed {
                if try isAlive(batch, markers, now) { continue }
                list?.change(batch.pages) { $0.end(.aborted, at: clock.now()) }
            }
            // A process that is killed after this sweep may leave a claimed batch without a marker; the next update ends that
            // claim.
            try sweep(markers, claimed: list)
            let result = try body(&list)
            try sweep(markers, claimed: list)
            if let list, list != before { try write(list, before: before) }
            return result
        }
    }

    func guarded<R>(_ body: () throws(DumpError) -> R) throws(DumpError) -> R {
        // A process that was overtaken and sleeps with the guard must not keep its successors out. So each holder has its own.
        let folder = WorkFolder.shared(for: path, on: fileSystem)
        return try FileGuard(
            path: folder.appending(".batches-\(date)-\(job)\(FileGuard.suffix)"), fileSystem: fileSystem
        ).hold(body)
    }

    private func write(_ list: BatchList, before: BatchList?) throws(DumpError) {
        if let before { try put(before.bytes, backupPath) }
        try put(list.bytes, listPath)
    }

    /// Writes a file. The mark in its temporary name keeps cleaners from treating it as a leftover of a dead process.
    private func put(_ bytes: [UInt8], _ path: FilePath) throws(DumpError) {
        let file = try OutputFile(
            path, permissions: Self.permissions, mark: fileSystem.surroundings.newMark(), on: fileSystem)
        defer { file.discard() }
        try file.write(bytes)
        _ = try file.commit()
    }
}

extension BatchFolder {
    enum Offer {
        /// A batch, which is ours until the claim ends.
        case claimed(BatchClaim)
        /// No batch for us now: others are working on these, or we shall retry them later.
        case busy([Batch])
        /// No batch is open or in progress.
        case nothingLeft
        /// The job has no batches.
        case noBatches
    }

    /// Claims the first open batch. Batches that nobody has tried come first.
    /// - Parameter isWanted: Whether a batch may be taken now.
    func claimNext(where isWanted: (Batch) -> Bool) throws(DumpError) -> Offer {
        try update { list throws(DumpError) in
            guard let batches = list?.batches else { return .noBatches }
            let open = batches.filter { $0.status.isOpen && isWanted($0) }
            guard let next = open.first(where: { $0.status == .unclaimed }) ?? open.first else {
                let busy = batches.filter { $0.status.isOpen || $0.status == .claimed }
                return busy.isEmpty ? .nothingLeft : .busy(busy)
            }
            let claim = try BatchClaim(self, next.pages)
            list?.change(next.pages) {
                $0.claim(Batch.Owner(host: owner.host, processID: owner.processID), at: clock.now())
            }
            return .claimed(claim)
        }
    }

    /// The batches that a process could take now. This changes nothing.
    func openBatches() throws(DumpError) -> [Batch] {
        let list = try read()
        let markers = try Markers(in: path, on: fileSystem, job: job)
        var open: [Batch] = []
        for batch in list?.batches ?? [] {
            // Looking changes nothing, so this cannot ask the file server for its time.
            let isDead = batch.status == .claimed ? try !isAlive(batch, markers, leaseClock.estimate) : false
            if batch.status.isOpen || isDead { open.append(batch) }
        }
        return open
    }

    /// Ends the claims of processes that are dead or silent.
    /// - Returns: The batches of these processes.
    func abortDead() throws(DumpError) -> [Batch] {
        let before = try read()
        return try update { (list: inout BatchList?) throws(DumpError) -> [Batch] in
            (list?.batches ?? []).filter { $0.status == .aborted && before?[$0.pages]?.status == .claimed }
        }
    }

    /// The jobs with batch markers in a folder: some process is working on them, or was.
    static func markedJobs(in folder: FilePath, on fileSystem: FileSystem) throws(DumpError) -> Set<String> {
        Set(try fileSystem.list(folder).compactMap { Markers.job(ofMarker: $0) })
    }

    /// Whether a run has batches that are still to be done.
    static func isAnyOpen(_ wiki: any Wiki, _ date: DumpDate) throws(DumpError) -> Bool {
        for name in try wiki.fileSystem.list(wiki.directories.privateRun(date)) {
            guard name.hasPrefix(listPrefix), name.hasSuffix(listSuffix) else { continue }
            let job = String(name.dropFirst(listPrefix.count).dropLast(listSuffix.count))
            let list = try BatchFolder(wiki, date, job: job, clock: wiki.fileSystem.surroundings.clock).read()
            if list?.batches.contains(where: { $0.status.isOpen || $0.status == .claimed }) == true { return true }
        }
        return false
    }

    static func markerName(_ job: String, _ pages: ClosedRange<Int64>) -> String {
        "job-\(job)-batch-\(Batch.name(pages))-running.txt"
    }

    private func isAlive(_ batch: Batch, _ markers: Markers, _ now: UTCTime) throws(DumpError) -> Bool {
        let process =
            batch.owner.map { ProcessIdentity(host: $0.host, processID: $0.processID, startTicks: nil, table: nil) }
            ?? ProcessIdentity(host: "unknown", processID: 0, startTicks: nil, table: nil)
        let marker = try FoundOwner(
            path.appending(Self.markerName(job, batch.pages)), companions: markers.companions, otherwise: process,
            on: fileSystem)
        return marker.map { !$0.isStale(now: now, by: leaseClock, staleAge: staleAge) } ?? false
    }

    /// Removes markers and companions that belong to no claim.
    private func sweep(_ markers: Markers, claimed list: BatchList?) throws(DumpError) {
        var held: [[UInt64]] = []
        var names: Set<String> = []
        for batch in list?.batches ?? [] where batch.status == .claimed {
            let name = Self.markerName(job, batch.pages)
            names.insert(name)
            if let status = try fileSystem.status(path.appending(name)) { held.append(status.identity) }
        }
        // Remove a companion before its marker, so that the former holder no longer takes the marker for its own.
        for name in markers.companions {
            guard let status = try fileSystem.status(path.appending(name)), !held.contains(status.identity) else {
                continue
            }
            try fileSystem.remove(path.appending(name))
        }
        for name in markers.names where !names.contains(name) { try fileSystem.remove(path.appending(name)) }
    }
}

/// The markers of a job in a folder, and their companions.
private struct Markers {
    let names: [String]
    /// The names of the companions, which are hidden files.
    let companions: [String]

    init(in folder: FilePath, on fileSystem: FileSystem, job: String) throws(DumpError) {
        let all = try fileSystem.list(folder)
        names = all.filter { Self.job(ofMarker: $0) == job }
        companions = all.filter { OwnerFile.parse(companion: $0).map { Self.job(ofMarker: $0.name) == job } ?? false }
    }

    /// The job in the name of a marker; nil if the name is not that of a marker.
    static func job(ofMarker name: String) -> String? {
        guard name.hasPrefix("job-"), name.hasSuffix("-running.txt") else { return nil }
        let middle = name.dropFirst(4).dropLast(12)
        guard let end = middle.ranges(of: "-batch-p").last?.lowerBound, end > middle.startIndex else { return nil }
        return String(middle[..<end])
    }
}

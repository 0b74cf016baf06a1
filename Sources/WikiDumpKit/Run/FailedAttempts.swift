import SystemPackage

/// How often the run of a wiki failed, and whether it is worth another try in the same night.
///
/// `attempts.txt` in the private folder of the wiki holds it until a run ends without a failure.
struct FailedAttempts: Sendable, Hashable {
    static let fileName = "attempts.txt"

    /// The date of the run.
    var date: DumpDate
    /// How often it ended with a failure.
    var count = 0
    /// Whether it may go well another time, although nobody does anything about it.
    var mayPass = true
    /// What failed last: the names of jobs, and why.
    var failures: [String: String] = [:]
    /// When it failed last.
    var time: UTCTime

    /// What stands in the place of a job where the run was refused: none of its jobs could be done, so it left nothing else.
    private static let wholeRun = "run"

    /// Whether the run was refused when it was tried last.
    var isRefusal: Bool { failures[Self.wholeRun] != nil }

    /// When the run may be tried again; nil if not before tomorrow.
    func retryTime(_ settings: WikiSettings) -> UTCTime? {
        guard mayPass, count <= settings.maximumRetries else { return nil }
        let wait = Int64(settings.failedWait) << Int64(min(max(count, 1) - 1, 20))
        return UTCTime(seconds: time.seconds + wait)
    }

    /// Counts a run that failed.
    /// - Parameters:
    ///   - known: What failed, and why; without jobs that only waited for others.
    ///   - earlier: What was known before; of another run it counts for nothing.
    init(
        _ date: DumpDate, _ known: [(job: String, code: DumpError.Code, text: String)], after earlier: FailedAttempts?,
        at now: UTCTime
    ) {
        self.date = date
        time = now
        let last = earlier?.date == date ? earlier : nil
        count = (last?.count ?? 0) + 1
        for failure in known { failures[failure.job] = failure.text.split(separator: "\n").joined(separator: " ") }
        mayPass = known.contains { failure in
            failure.code.mayPass(isRepeated: failures[failure.job] == last?.failures[failure.job])
        }
    }

    /// Counts a run that was refused.
    init(refused date: DumpDate, _ failure: DumpError, after earlier: FailedAttempts?, at now: UTCTime) {
        self.init(date, [(Self.wholeRun, failure.code, failure.description)], after: earlier, at: now)
    }

    // MARK: The file

    /// What is known of the failures of a wiki; nil if there is nothing, or nothing that can be read.
    static func read(_ wiki: any Wiki) throws(DumpError) -> FailedAttempts? {
        let path = path(wiki)
        guard let text = try FileSystem.text(path), let time = try FileSystem.status(path)?.modified else { return nil }
        let lines = text.split(separator: "\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3, let date = DumpDate(words[0]), let count = Int(words[1]), count > 0 else { return nil }
        var attempts = FailedAttempts(date, [], after: nil, at: time)
        (attempts.count, attempts.mayPass) = (count, words[2] == "again")
        for line in lines.dropFirst() {
            let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
            if parts.count == 2 { attempts.failures[parts[0]] = parts[1] }
        }
        return attempts
    }

    /// Writes it down.
    func write(_ wiki: any Wiki) throws(DumpError) {
        try wiki.directories.make(wiki.directories.privateRoot)
        let lines = failures.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }
        try FileSystem.write(
            Array(("\(date) \(count) \(mayPass ? "again" : "final")\n" + lines.joined()).utf8), to: Self.path(wiki),
            permissions: WikiDirectories.privateFilePermissions, durable: false)
    }

    /// Forgets the failures of a wiki.
    static func forget(_ wiki: any Wiki) throws(DumpError) { try FileSystem.remove(path(wiki)) }

    private static func path(_ wiki: any Wiki) -> FilePath { wiki.directories.privateRoot.appending(fileName) }
}

extension DumpError.Code {
    /// Whether a failure of this class may go away although nobody does anything about it.
    /// - Parameter isRepeated: Whether it is word for word the failure of the try before.
    func mayPass(isRepeated: Bool) -> Bool {
        switch self {
        case .unavailable, .lockHeld, .lockLost, .diskFull, .fileSystem: true
        // A wrong argument stays wrong, and counts that do not change never agree.
        case .jobFailed, .outputBad: !isRepeated
        default: false
        }
    }
}

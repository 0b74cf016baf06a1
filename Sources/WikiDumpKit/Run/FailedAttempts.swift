import SystemPackage

/// How often the run of a wiki failed, and whether another attempt in the same night makes sense.
///
/// It is stored in `attempts.txt` in the private folder of the wiki until a run ends without a failure.
struct FailedAttempts: Sendable, Hashable {
    static let fileName = "attempts.txt"

    var date: DumpDate
    /// How often the run failed.
    var count = 0
    /// Whether another attempt may succeed although nobody intervenes.
    var mayPass = true
    /// The latest failures: the names of jobs, and the reasons.
    var failures: [String: String] = [:]
    /// The time of the latest failure.
    var time: UTCTime

    /// Stands in for the name of a job if the whole run was refused. In that case no job could be done, and the run left
    /// nothing else.
    private static let wholeRun = "run"

    /// Whether the run was refused at the latest attempt.
    var isRefusal: Bool { failures[Self.wholeRun] != nil }

    /// When the run may be tried again; nil if not before tomorrow.
    func retryTime(_ settings: WikiSettings) -> UTCTime? {
        guard mayPass, count <= settings.maximumRetries else { return nil }
        let wait = Int64(settings.failedWait) << Int64(min(max(count, 1) - 1, 20))
        return UTCTime(seconds: time.seconds + wait)
    }

    /// Records a failed run.
    /// - Parameters:
    ///   - known: The failures, without jobs that only waited for others.
    ///   - earlier: What was recorded before. It is ignored if it is about another run.
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

    /// Records a refused run.
    init(refused date: DumpDate, _ failure: DumpError, after earlier: FailedAttempts?, at now: UTCTime) {
        self.init(date, [(Self.wholeRun, failure.code, failure.description)], after: earlier, at: now)
    }

    // MARK: The file

    /// The recorded failures of a wiki; nil if there is no record or it cannot be read.
    static func read(_ wiki: any Wiki) throws(DumpError) -> FailedAttempts? {
        let path = path(wiki)
        guard let text = try wiki.fileSystem.text(path), let time = try wiki.fileSystem.status(path)?.modified else {
            return nil
        }
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

    func write(_ wiki: any Wiki) throws(DumpError) {
        try wiki.directories.make(wiki.directories.privateRoot, on: wiki.fileSystem)
        let lines = failures.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }
        try wiki.fileSystem.write(
            Array(("\(date) \(count) \(mayPass ? "again" : "final")\n" + lines.joined()).utf8), to: Self.path(wiki),
            permissions: WikiDirectories.privateFilePermissions, durable: false)
    }

    static func forget(_ wiki: any Wiki) throws(DumpError) { try wiki.fileSystem.remove(path(wiki)) }

    private static func path(_ wiki: any Wiki) -> FilePath { wiki.directories.privateRoot.appending(fileName) }
}

extension DumpError.Code {
    /// Whether a failure of this kind may go away although nobody intervenes.
    /// - Parameter isRepeated: Whether its text is the same as at the previous attempt.
    func mayPass(isRepeated: Bool) -> Bool {
        switch self {
        case .unavailable, .lockHeld, .lockLost, .diskFull, .fileSystem: true
        // A wrong argument stays wrong, and counts that do not change will never match.
        case .jobFailed, .outputBad: !isRepeated
        default: false
        }
    }
}

/// The rules for what can be asked of a worker together.
///
/// A request that could never do what its author wants is refused with a reason before anything starts.
struct RunRules: Sendable {
    let request: RunRequest
    /// Today's date in UTC.
    let today: DumpDate

    init(_ request: RunRequest, today: DumpDate) {
        self.request = request
        self.today = today
    }

    /// Checks the request.
    /// - Throws: ``DumpError`` with code `usage`, the first of ``problems``.
    func check() throws(DumpError) { if let first = problems.first { throw first } }

    var problems: [DumpError] { jobProblems + pieceProblems + sharingProblems + otherProblems }

    private typealias Value = RequestedValue

    private var names: [String] { request.jobs.names ?? [] }
    private var options: RunOptions { request.options }
    private var pseudoJob: PseudoJob? { names.lazy.compactMap { PseudoJob(rawValue: $0) }.first }

    /// The given options that restrict a job to a piece of its output.
    private var pieces: [Value] {
        [
            options.part != nil ? .part : nil, options.checkpoint != nil ? .checkpoint : nil,
            options.afterCheckpoint != nil ? .afterCheckpoint : nil,
            options.pageRange != nil ? .pageRange : nil,
        ].compactMap { $0 }
    }

    private var jobProblems: [DumpError] {
        var found: [DumpError] = []
        let jobs = request.jobs
        if jobs.restarts, names.count != 1 {
            found.refuse(
                "\(Value.restart) needs the one job to start from, and \(names.isEmpty ? "none is" : "several are") named",
                "name it with \(Value.jobs)")
        }
        if let both = names.first(where: jobs.skipped.contains) {
            found.refuse(
                "job \(both) is both asked for and left out",
                "take it out of \(Value.jobs) or of \(Value.skippedJobs)")
        }
        if let pseudoJob {
            let others: [Value] = [
                jobs.restarts ? .restart : nil, jobs.addsPrerequisites ? .prerequisites : nil,
                jobs.skipped.isEmpty ? nil : .skippedJobs, options.cleanup ? .cleanup : nil,
                options.batches ? .batches : nil,
            ].compactMap { $0 }
            for option in others + pieces {
                found.refuse(
                    "\(pseudoJob.rawValue) makes no dump files, so \(option) has nothing to work on",
                    "leave \(option) out")
            }
        }
        return found
    }

    private var pieceProblems: [DumpError] {
        var found: [DumpError] = []
        for option in pieces {
            if names.isEmpty {
                found.refuse("\(option) needs one job, and none is named", "name it with \(Value.jobs)")
            }
            if request.jobs.restarts {
                found.refuse(
                    "\(option) makes a piece of one job; \(Value.restart) does whole jobs", "leave one of them out")
            }
            let isNumber = option == .part
            if let whole = names.first(where: { Self.isWhole($0, isNumber: isNumber) }) {
                found.refuse("job \(whole) has no pieces that \(option) could choose", "leave \(option) out")
            }
        }
        for option in pieces where [.checkpoint, .afterCheckpoint].contains(option) && request.wiki == nil {
            found.refuse("\(option) names a file of one wiki, and no wiki is named", "name the wiki")
        }
        if let part = options.part, part < 1 {
            found.refuse("there is no part \(part)", "parts are counted from 1")
        }
        if options.checkpoint != nil {
            for option in pieces where option != .checkpoint {
                found.refuse(
                    "\(Value.checkpoint) names the one file to make, so \(option) has nothing left to choose",
                    "leave one of them out")
            }
        }
        if options.afterCheckpoint != nil, options.pageRange != nil {
            found.refuse(
                "\(Value.afterCheckpoint) and \(Value.pageRange) both say where to begin", "leave one of them out")
        }
        return found
    }

    private var sharingProblems: [DumpError] {
        var found: [DumpError] = []
        if options.batches {
            if names.count != 1 {
                found.refuse("\(Value.batches) helps with one job", "name it with \(Value.jobs)")
            }
            if request.date == .automatic {
                found.refuse("\(Value.batches) helps with the run of a date", "give it with \(Value.date)")
            }
            let others: [Value] = [
                request.jobs.addsPrerequisites ? .prerequisites : nil,
                request.jobs.skipped.isEmpty ? nil : .skippedJobs,
                request.cutoff == nil ? nil : .cutoff,
            ].compactMap { $0 }
            for option in others {
                found.refuse(
                    "\(Value.batches) helps with one job that is already running, so \(option) changes nothing",
                    "leave it out")
            }
            if request.notice != nil {
                found.refuse(
                    "\(Value.batches) changes no page of the run, so it cannot set a notice",
                    "change the notice of the run itself")
            }
            for option in pieces + (request.jobs.restarts ? [.restart] : []) {
                found.refuse(
                    "\(Value.batches) takes whole batches; \(option) asks for something else", "leave one of them out")
            }
            if options.cleanup {
                found.refuse(
                    "\(Value.batches) works beside another process, whose files \(Value.cleanup) would remove",
                    "leave one of them out")
            }
            if request.takesLock {
                found.refuse(
                    "\(Value.batches) works without the lock, so \(Value.takesLock) has none to take",
                    "leave one of them out")
            }
        }
        if let count = options.batchCount, count < 1 {
            found.refuse("\(Value.batchCount.set(to: "\(count)")) would do nothing", "give a number from 1")
        }
        if options.batchCount != nil, !options.batches, names.count != 1 {
            found.refuse("\(Value.batchCount) limits the batches of one job", "name it with \(Value.jobs)")
        }
        return found
    }

    private var otherProblems: [DumpError] {
        var found: [DumpError] = []
        if request.takesLock, request.wiki == nil {
            found.refuse(
                "\(Value.takesLock) takes the lock of one wiki, and none is named",
                "name the wiki whose lock is in the way")
        }
        if options.prefetchDate != nil, !options.prefetch {
            found.refuse("\(Value.prefetchDate) and \(Value.prefetch) contradict each other", "leave one of them out")
        }
        if case .text(let text) = request.notice, !text.utf8.contains(where: { $0 > UInt8(ascii: " ") }) {
            found.refuse("the notice is empty", "give a text, or \(Value.noticeRemoval) to remove the one there is")
        }
        if let cutoff = request.cutoff {
            if cutoff > today {
                found.refuse(
                    "no dump can be as new as the cutoff \(cutoff.dashed), today is \(today.dashed)",
                    "give today or an earlier day")
            } else if case .day(let date) = request.date, date < cutoff {
                found.refuse(
                    "a run of \(date.dashed) is older than the cutoff \(cutoff.dashed), so every wiki would stay due",
                    "give the date of the cutoff or a later one")
            }
        }
        return found
    }

    /// Whether a job makes only whole files, or all its pieces at once.
    /// - Parameter isNumber: Whether parts that only have a number count as pieces.
    private static func isWhole(_ name: String, isNumber: Bool) -> Bool {
        PseudoJob(rawValue: name) == nil && !(isNumber ? PieceJobs.numbered : PieceJobs.choosable).contains(name)
    }
}

extension [DumpError] {
    fileprivate mutating func refuse(_ message: String, _ remedy: String) {
        append(DumpError(.usage, message, remedy: remedy))
    }
}

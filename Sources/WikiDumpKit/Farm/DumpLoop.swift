package import Logging

/// Makes one dump after another, until nothing is left or too many fail in a row.
///
/// It does not dump itself: each dump is made by a process of its own, which reads its configuration afresh and may be of
/// a newer version. So a loop can run for months. There is no pause after a dump that was made: a farm of small wikis is
/// done as fast as they are.
package struct DumpLoop: Sendable {
    /// When a loop goes on, and when it ends.
    package struct Limits: Sendable, Hashable {
        /// How many dumps may fail in a row; one more ends the loop.
        package var failures: Int
        /// The longest time to wait when there is nothing to do, or after a failure. Each pause is a random part of it, at
        /// least half, so that workers on many machines do not wake at once.
        package var pause: Duration
        /// Whether the loop ends when there is nothing left to do.
        package var endsWhenDone: Bool
        /// Whether the loop ends with the first dump that was made.
        package var endsWithDump: Bool

        /// Makes limits.
        package init(
            failures: Int = 3, pause: Duration = .seconds(60), endsWhenDone: Bool = false, endsWithDump: Bool = false
        ) {
            self.failures = failures
            self.pause = pause
            self.endsWhenDone = endsWhenDone
            self.endsWithDump = endsWithDump
        }
    }

    /// How an attempt to make a dump ended.
    package enum Attempt: Sendable, Hashable {
        /// A dump was made.
        case done
        /// There is nothing to do now.
        case nothingToDo
        /// There is nothing to do now, but wikis that failed are tried again later.
        case waiting
        /// Others are at work on all that is due.
        case lockHeld
        /// It was stopped early, and can go on.
        case stopped
        /// It failed; the text says how.
        case failed(String)
    }

    /// Why a loop ended.
    package enum Ending: Sendable, Hashable {
        /// There is nothing left to do.
        case nothingLeft
        /// The dump that was wanted is made.
        case dumped
        /// The file that ends loops is there.
        case exitFile
    }

    private let limits: Limits
    private let files: StopFiles
    private let logger: Logger
    private let attempt: @Sendable () async throws(DumpError) -> Attempt

    /// How often the files of the operator are looked for while nothing else happens.
    private static let look = Duration.milliseconds(500)

    /// Makes a loop.
    /// - Parameters:
    ///   - limits: when it ends, and how long it waits.
    ///   - files: what holds it up or ends it.
    ///   - logger: where to tell what happens.
    ///   - attempt: makes a dump, in a process of its own.
    package init(
        _ limits: Limits, files: StopFiles, logger: Logger,
        attempt: @escaping @Sendable () async throws(DumpError) -> Attempt
    ) {
        self.limits = limits
        self.files = files
        self.logger = logger
        self.attempt = attempt
    }

    /// Goes round until there is a reason to end.
    /// - Throws: ``DumpError`` with code `jobFailed` after too many failures in a row, `cancelled` when the task was
    ///   cancelled, or what the attempt throws.
    package func run() async throws(DumpError) -> Ending {
        var failures = 0
        while true {
            if try await waitForMaintenance() == .exit { return ended(.exitFile) }
            let result = try await attempt()
            if Task.isCancelled { throw Self.cancelled }
            switch result {
            case .done:
                failures = 0
                if limits.endsWithDump { return ended(.dumped) }
                continue
            case .nothingToDo, .lockHeld:
                failures = 0
                if limits.endsWhenDone || limits.endsWithDump { return ended(.nothingLeft) }
            case .waiting: failures = 0
            case .stopped:
                // Most often because of maintenance, which the next round sees.
                if try files.isMaintenance() { continue }
            case .failed(let how):
                failures += 1
                logger.error("a dump failed, \(failures) in a row: \(how)")
                if failures > limits.failures {
                    throw DumpError(
                        .jobFailed, "\(failures) dumps in a row failed, the last one: \(how)",
                        remedy: "look at the messages before this one, and start the loop again")
                }
            }
            if try await pause() == .exit { return ended(.exitFile) }
        }
    }

    private enum Wish { case goOn, exit }

    private static let cancelled = DumpError(.cancelled, "the loop was stopped")

    private func ended(_ ending: Ending) -> Ending {
        switch ending {
        case .nothingLeft: logger.notice("the loop ends: nothing is left to do")
        case .dumped: logger.notice("the loop ends: the dump is made")
        case .exitFile: logger.notice("the loop ends: \(files.exit) is there")
        }
        return ending
    }

    /// Waits while there is maintenance.
    private func waitForMaintenance() async throws(DumpError) -> Wish {
        var isTold = false
        while true {
            if try files.wantsExit() { return .exit }
            guard try files.isMaintenance() else {
                if isTold { logger.notice("maintenance is over") }
                return .goOn
            }
            if !isTold { logger.notice("maintenance: waiting until \(files.maintenance) is gone") }
            isTold = true
            try await sleep(Self.look)
        }
    }

    private func pause() async throws(DumpError) -> Wish {
        let (seconds, fraction) = limits.pause.components
        let longest = Double(seconds) + Double(fraction) / 1e18
        let end = ContinuousClock.now + .seconds(longest * Double.random(in: 0.5...1))
        while true {
            if try files.wantsExit() { return .exit }
            let left = end - .now
            guard left > .zero else { return .goOn }
            try await sleep(min(left, Self.look))
        }
    }

    private func sleep(_ time: Duration) async throws(DumpError) {
        do { try await Task.sleep(for: time) } catch { throw Self.cancelled }
    }
}

package import Logging

/// Makes one dump after another until nothing is left or too many fail in a row.
///
/// The loop itself makes no dumps. Each dump is made by a separate process, which reads its configuration afresh and may be of
/// a newer version, so a loop can run for months. There is no pause after a successful dump, so a farm of small wikis is dumped
/// as fast as possible.
package struct DumpLoop: Sendable {
    /// The conditions under which a loop continues or ends.
    package struct Limits: Sendable, Hashable {
        /// How many dumps may fail in a row. One more failure ends the loop.
        package var failures: Int
        /// The longest wait when there is nothing to do, or after a failure. Each pause is random, at least half of this, so
        /// that workers on many machines do not all wake up at once.
        package var pause: Duration
        /// Whether the loop ends as soon as there is nothing left to do.
        package var endsWhenDone: Bool
        /// Whether the loop ends after the first successful dump.
        package var endsWithDump: Bool

        /// Creates limits.
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
        /// There is nothing to do now, but failed wikis will be retried later.
        case waiting
        /// Other processes are working on all wikis that are due.
        case lockHeld
        /// The dump was stopped early and can be continued.
        case stopped
        /// The dump failed; the text says how.
        case failed(String)
    }

    /// Why a loop ended.
    package enum Ending: Sendable, Hashable {
        /// There is nothing left to do.
        case nothingLeft
        /// The wanted dump has been made.
        case dumped
        /// The file that ends loops exists.
        case exitFile
    }

    private let limits: Limits
    private let files: StopFiles
    private let logger: Logger
    private let attempt: @Sendable () async throws(DumpError) -> Attempt

    /// How often to look for the operator's files during a wait.
    private static let look = Duration.milliseconds(500)

    /// Creates a loop.
    /// - Parameters:
    ///   - limits: When the loop ends, and how long it waits.
    ///   - files: The files that hold up or end the loop.
    ///   - logger: Where to log.
    ///   - attempt: Makes a dump in a separate process.
    package init(
        _ limits: Limits, files: StopFiles, logger: Logger,
        attempt: @escaping @Sendable () async throws(DumpError) -> Attempt
    ) {
        self.limits = limits
        self.files = files
        self.logger = logger
        self.attempt = attempt
    }

    /// Runs until there is a reason to end.
    /// - Throws: ``DumpError`` with code `jobFailed` after too many failures in a row, `cancelled` if the task was cancelled,
    ///   or what the attempt throws.
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
                // This is mostly because of maintenance, which the next round will notice.
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
        var surroundings = files.surroundings
        let pause = Duration.seconds(longest * Double.random(in: 0.5...1, using: &surroundings))
        let waited = surroundings.timer.stopwatch()
        while true {
            if try files.wantsExit() { return .exit }
            let left = pause - waited()
            guard left > .zero else { return .goOn }
            try await sleep(min(left, Self.look))
        }
    }

    private func sleep(_ time: Duration) async throws(DumpError) {
        do { try await files.surroundings.timer.sleep(for: time) } catch { throw Self.cancelled }
    }
}

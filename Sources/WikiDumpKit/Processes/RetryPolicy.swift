import Logging

/// Which failures of a command are retried, and after which pauses.
struct RetryPolicy: Sendable {
    /// The pauses before the second attempt, the third and so on. The number of attempts is at most the number of pauses plus
    /// 1.
    var pauses: [Duration]
    /// Whether a failure may go away on its own.
    var isWorthwhile: @Sendable (CommandFailure.Kind) -> Bool = { RetryPolicy.mayPass($0) }
    var timer: any Clock<Duration> = ContinuousClock()

    /// A single attempt.
    static let never = RetryPolicy(pauses: [])

    static func doubling(_ first: Duration, retries: Int) -> RetryPolicy {
        RetryPolicy(pauses: (0..<max(0, retries)).map { first * (1 << min($0, 20)) })
    }

    /// Whether a failure may pass. A database or a network may be back soon. A missing program, a full disk or a protected
    /// file needs somebody to act. A cancelled command must not start again.
    static func mayPass(_ kind: CommandFailure.Kind) -> Bool {
        switch kind {
        case .exited, .signaled, .timeLimit, .silence, .outputBad: true
        case .notStarted, .tooMuchOutput, .fileSystem, .diskFull, .cancelled: false
        }
    }

    /// Runs `body`, and retries it after a pause as long as its failures may pass.
    /// - Parameters:
    ///   - report: Receives each failure that is followed by another attempt, with the number of that attempt.
    ///   - body: The work.
    /// - Throws: The last failure, or one of the kind `cancelled`.
    func run<Value>(
        _ report: (CommandEvent) -> Void, _ body: () async throws(CommandFailure) -> Value
    ) async throws(CommandFailure) -> Value {
        var last: CommandFailure?
        for (attempt, pause) in pauses.enumerated() {
            do throws(CommandFailure) {
                return try await body()
            } catch {
                guard isWorthwhile(error.kind), !error.repeats(last) else { throw error }
                last = error
                report(.retrying(error, attempt: attempt + 2, pause: pause))
                do { try await timer.sleep(for: pause) } catch {
                    throw CommandFailure(
                        kind: .cancelled, name: "", message: "stopped while waiting to try again")
                }
            }
        }
        return try await body()
    }
}

extension WikiSettings {
    /// How often reading the database or the wiki is retried: `[misc] maxretries` times, after `[chunks] retrywait` seconds,
    /// doubled each time.
    func retries(_ timer: any Clock<Duration> = ContinuousClock()) -> RetryPolicy {
        var policy = RetryPolicy.doubling(.seconds(source.mediaWiki.retryWait), retries: maximumRetries)
        policy.timer = timer
        return policy
    }
}

extension RetryPolicy {
    /// Reads from a source. While the source cannot be reached, the read is retried after a pause.
    /// - Parameters:
    ///   - consequence: What happens after the source was lost, for the log.
    ///   - body: Receives the number of the attempt, from 1.
    /// - Throws: The last failure, or ``DumpError`` with code `cancelled`.
    func run<Value>(
        _ logger: Logger, then consequence: String, _ body: (Int) async throws(DumpError) -> Value
    ) async throws(DumpError) -> Value {
        for (attempt, pause) in pauses.enumerated() {
            do throws(DumpError) { return try await body(attempt + 1) } catch {
                guard error.code == .unavailable else { throw error }
                logger.warning(
                    "\(error); \(consequence) in \(pause), try \(attempt + 2) of \(pauses.count + 1)")
                do { try await timer.sleep(for: pause) } catch {
                    throw DumpError(.cancelled, "stopped while waiting to try again")
                }
            }
        }
        return try await body(pauses.count + 1)
    }
}

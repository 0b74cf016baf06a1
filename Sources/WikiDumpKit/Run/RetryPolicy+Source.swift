import Logging

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
                    throw DumpError(.cancelled, "stopped while waiting for another try")
                }
            }
        }
        return try await body(pauses.count + 1)
    }
}

import Logging

extension WikiSettings {
    /// How often what reads the database or the wiki is tried again: `[misc] maxretries` times, after `[chunks] retrywait`
    /// seconds, doubled each time.
    func retries(_ timer: any Clock<Duration> = ContinuousClock()) -> RetryPolicy {
        var policy = RetryPolicy.doubling(.seconds(source.mediaWiki.retryWait), retries: maximumRetries)
        policy.timer = timer
        return policy
    }
}

extension RetryPolicy {
    /// Reads from a source, again after a pause while it is not to be reached.
    /// - Parameters:
    ///   - consequence: What happens when the source was lost, for the log.
    ///   - body: Gets the number of the try, from 1.
    /// - Throws: the last failure, or one with code `cancelled`.
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

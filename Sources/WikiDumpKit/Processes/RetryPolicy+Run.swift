extension RetryPolicy {
    /// Does something again, after a pause, while its failures may go away.
    /// - Parameters:
    ///   - report: Told of each failure that another try follows, with the number of that try.
    ///   - body: What to do.
    /// - Throws: the last failure, or one of the kind `cancelled`.
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
                        kind: .cancelled, pipeline: "", message: "stopped while waiting for another try", commands: [],
                        cause: nil)
                }
            }
        }
        return try await body()
    }
}

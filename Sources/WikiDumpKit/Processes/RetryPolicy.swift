/// Which failures of a command are worth another try, and how long to wait before it.
struct RetryPolicy: Sendable {
    /// The pauses before the second try, the third and so on; there are no more tries than pauses + 1.
    var pauses: [Duration]
    /// Whether a failure may go away by itself.
    var isWorthwhile: @Sendable (CommandFailure.Kind) -> Bool
    /// What the pauses are waited by.
    var timer: any Clock<Duration> = ContinuousClock()

    /// Makes a policy.
    init(
        pauses: [Duration],
        isWorthwhile: @escaping @Sendable (CommandFailure.Kind) -> Bool = { RetryPolicy.mayPass($0) }
    ) {
        self.pauses = pauses
        self.isWorthwhile = isWorthwhile
    }

    /// One try.
    static let never = RetryPolicy(pauses: [])

    /// Pauses that double: `first`, twice as long, …
    static func doubling(_ first: Duration, retries: Int) -> RetryPolicy {
        RetryPolicy(pauses: (0..<max(0, retries)).map { first * (1 << min($0, 20)) })
    }

    /// A database or a network may be back soon. A program that is not there, a disk that is full or a file that may not
    /// be written stay so until somebody acts, and who was cancelled must not begin again.
    static func mayPass(_ kind: CommandFailure.Kind) -> Bool {
        switch kind {
        case .exited, .signaled, .timeLimit, .silence, .outputBad: true
        case .notStarted, .tooMuchOutput, .fileSystem, .diskFull, .cancelled: false
        }
    }
}

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
                        kind: .cancelled, name: "", message: "stopped while waiting for another try", outcome: nil,
                        cause: nil)
                }
            }
        }
        return try await body()
    }
}

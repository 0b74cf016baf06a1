/// Which failures of a pipeline are worth another try, and how long to wait before it.
public struct RetryPolicy: Sendable {
    /// The pauses before the second try, the third and so on; there are no more tries than pauses + 1.
    public var pauses: [Duration]
    /// Whether a failure may go away by itself.
    public var isWorthwhile: @Sendable (CommandFailure.Kind) -> Bool
    /// What the pauses are waited by.
    public var timer: any Clock<Duration> = ContinuousClock()

    /// Makes a policy.
    public init(
        pauses: [Duration],
        isWorthwhile: @escaping @Sendable (CommandFailure.Kind) -> Bool = { RetryPolicy.mayPass($0) }
    ) {
        self.pauses = pauses
        self.isWorthwhile = isWorthwhile
    }

    /// One try.
    public static let never = RetryPolicy(pauses: [])

    /// Pauses that double: `first`, twice as long, …
    public static func doubling(_ first: Duration, retries: Int) -> RetryPolicy {
        RetryPolicy(pauses: (0..<max(0, retries)).map { first * (1 << min($0, 20)) })
    }

    /// A database or a network may be back soon. A program that is not there, a disk that is full or a file that may not
    /// be written stay so until somebody acts, and who was cancelled must not begin again.
    public static func mayPass(_ kind: CommandFailure.Kind) -> Bool {
        switch kind {
        case .exited, .signaled, .timeLimit, .silence, .outputBad: true
        case .notStarted, .tooMuchOutput, .fileSystem, .diskFull, .cancelled: false
        }
    }
}

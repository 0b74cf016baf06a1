import Synchronization

/// A clock whose pauses take no time and are written down.
final class SkippingTimer: Clock {
    struct Instant: InstantProtocol {
        var offset = Duration.zero
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
    }

    private let slept = Mutex<[Duration]>([])

    /// The pauses so far.
    var pauses: [Duration] { slept.withLock { $0 } }
    var now: Instant { Instant(offset: pauses.reduce(.zero, +)) }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let pause = now.duration(to: deadline)
        slept.withLock { $0.append(pause) }
    }
}

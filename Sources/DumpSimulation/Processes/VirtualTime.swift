import WikiDumpKit

/// The time that the tasks of a simulated process measure and sleep by.
struct VirtualClock: Clock {
    /// A moment of virtual time.
    struct Instant: InstantProtocol {
        let nanoseconds: Int64

        func advanced(by duration: Duration) -> Instant { Instant(nanoseconds: nanoseconds + duration.nanoseconds) }

        func duration(to other: Instant) -> Duration { .nanoseconds(other.nanoseconds - nanoseconds) }

        static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }
    }

    let scheduler: Scheduler
    let process: Int

    var now: Instant { Instant(nanoseconds: scheduler.now) }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try await scheduler.sleep(process, until: deadline.nanoseconds)
    }
}

/// The clock of a simulated machine, which may be wrong.
struct SkewedClock: MachineClock {
    let scheduler: Scheduler
    /// What it shows at the beginning.
    let start: Int64

    func now() -> UTCTime { UTCTime(seconds: start + scheduler.now / Scheduler.second) }
}

extension Scheduler {
    /// A second in the unit of the scheduler.
    static let second: Int64 = 1_000_000_000
}

extension Duration {
    /// The whole nanoseconds, as far as 292 years go.
    var nanoseconds: Int64 {
        let (seconds, fraction) = components
        return seconds * Scheduler.second + fraction / Scheduler.second
    }
}

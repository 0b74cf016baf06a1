import Synchronization
public import WikiDumpKit

/// A clock that stands still until it is set.
public final class FixedClock: WallClock {
    private let time: Mutex<UTCTime>

    /// Creates a clock that shows the given time.
    public init(_ time: UTCTime) { self.time = Mutex(time) }

    /// The time the clock shows.
    public func now() -> UTCTime { time.withLock { $0 } }

    /// Sets the clock, forwards or backwards.
    public func set(_ time: UTCTime) { self.time.withLock { $0 = time } }

    /// Moves the clock by some seconds.
    public func advance(by seconds: Int64) { time.withLock { $0 = UTCTime(seconds: $0.seconds + seconds) } }
}

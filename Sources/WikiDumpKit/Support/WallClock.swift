import CLibrary

/// Tells the time of day. Passed in wherever time matters, so that a test can hold the clock.
public protocol WallClock: Sendable {
    /// The current instant.
    func now() -> UTCTime
}

/// The clock of this machine.
public struct SystemWallClock: WallClock {
    /// Makes the clock.
    public init() {}

    /// The current instant.
    public func now() -> UTCTime { UTCTime(seconds: Int64(time(nil))) }
}

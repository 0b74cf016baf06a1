package import MWBzUtils
package import WikiDumpKit

/// What is handed in to the processes of a simulated farm. A test puts faults in here, to see that they are found.
package struct FarmSetting: Sendable {
    /// Stands between a process and its file system.
    package var calls: @Sendable (any FileCalls) -> any FileCalls = { $0 }
    /// The clock by which locks are judged, made of the clock of the machine.
    package var lockClock: @Sendable (any WallClock) -> any WallClock = { $0 }

    /// Hands in what belongs there.
    package init() {}
}
